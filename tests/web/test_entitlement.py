"""The pages of entitlement: a refusal says why and leads to an exception; a policy is published by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.clock import today
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
ENTITLEMENT = "/delivery/entitlement"
NEW, EXEMPT = "/delivery/subscriptions/new?resident=R-1", "/delivery/exemptions/R-1/new"


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        neighbour("R-1", categories=())


def said(page: Element) -> str:
    return " ".join(page.one("main").texts())


def post_form(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def test_a_refusal_says_why_and_an_exception_opens_the_way(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    page = worker.page(NEW)
    assert "不符合免费送餐条件" in said(page)
    assert "独居" in said(page)
    assert "独居" in said(worker.submit(post_form(page), at=NEW, status=422))
    worker.submit(post_form(worker.page(EXEMPT)), at=EXEMPT, status=422, reason="")
    until = (today() + timedelta(days=60)).isoformat()
    shown = worker.submit(post_form(worker.page(EXEMPT)), at=EXEMPT, until_on=until, reason="老伴住院")
    assert "按例外" in said(shown)
    worker.submit(post_form(shown), at=NEW)
    assert "老伴住院" in said(worker.page("/delivery/entitlement"))
    assert "老伴住院" not in said(signed_in(Role.SITE_STAFF, site_code="C01").page("/delivery/entitlement"))


def test_an_exception_that_begins_later_is_told_and_needs_no_other(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    first, until = ((today() + timedelta(days=days)).isoformat() for days in (7, 60))
    form = post_form(worker.page(EXEMPT))
    shown = said(worker.submit(form, at=EXEMPT, from_on=first, until_on=until, reason="老伴住院"))
    assert "送餐最早从那天开始" in shown
    assert "补登人员类别" not in shown
    worker.submit(post_form(worker.page(NEW)), at=NEW, status=422)
    assert "老伴住院" not in said(worker.submit(post_form(worker.page(NEW)), at=NEW, from_on=first))


def form_to(page: Element, end: str) -> Element:
    return next(form for form in page.one("main").all("form") if (form.get("action") or "").endswith(end))


def test_a_policy_is_written_by_one_and_published_by_another(signed_in: SignedIn) -> None:
    officer, other, address = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.DISTRICT_OFFICER), ENTITLEMENT
    assert "默认" in said(officer.page(address))
    form = post_form(officer.page(f"{address}/new"))
    shown = officer.submit(form, at=f"{address}/new", reference="天民发〔2026〕9号", min_age="75")
    assert "等待第二人" in said(shown)
    assert "默认" in said(shown)
    assert [each for each in shown.one("main").all("form") if "/drafts/" in (each.get("action") or "")] == []
    waiting = other.page(address)
    published = other.submit(form_to(waiting, "/publish"))
    assert "天民发〔2026〕9号" in said(published)
    assert "75 周岁以上" in said(published)
    assert "默认" not in said(published)
    assert "已有人处理" in said(other.submit(form_to(waiting, "/return")))
    past = (today() - timedelta(days=1)).isoformat()
    form = post_form(officer.page(f"{address}/new"))
    officer.submit(form, at=f"{address}/new", status=422, reference="一", from_on=past)


def test_nobody_publishes_what_they_wrote(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    form = post_form(officer.page(f"{ENTITLEMENT}/new"))
    officer.submit(form, at=f"{ENTITLEMENT}/new", reference="天民发〔2026〕9号", min_age="75")
    data = {"csrf_token": officer.token()}
    officer.post(f"{ENTITLEMENT}/drafts/1/publish", data=data)
    assert "默认" in said(officer.page(ENTITLEMENT))


def test_a_narrower_policy_leads_to_the_deliveries_it_touches(signed_in: SignedIn) -> None:
    with transaction():
        subscribed(neighbour("R-2", name="周玉珍"))
    officer, other = signed_in(Role.DISTRICT_OFFICER), signed_in(Role.DISTRICT_OFFICER)
    changed = f"{ENTITLEMENT}/changed"
    assert "周玉珍" not in said(officer.page(changed))
    form = post_form(officer.page(f"{ENTITLEMENT}/new"))
    officer.submit(form, at=f"{ENTITLEMENT}/new", reference="天民发〔2026〕9号", min_age="99", needs=[])
    published = other.submit(form_to(other.page(ENTITLEMENT), "/publish"))
    assert "1 笔在送的需要看一看" in said(published)
    worker = signed_in(Role.COMMUNITY_WORKER)
    page = worker.page(changed)
    assert "周玉珍" in said(page)
    assert "不再符合" in said(page)
    (stop,) = [link for link in page.one("main").all("a") if (link.get("href") or "").endswith("/end")]
    end = stop.get("href") or ""
    worker.submit(post_form(worker.page(end)), at=end)
    assert "周玉珍" not in said(worker.page(changed))
