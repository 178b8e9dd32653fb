"""The pages of a day's changes: ordered once, cancelled for a day, taken back, and refused when late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from app.clock import today
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
ORDER = "/delivery/orders/new?resident=R-1"
CANCEL = "/delivery/subscriptions/1/cancel"


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        neighbour("R-1", name="王秀兰")
        subscribed(neighbour("R-2", name="李建国", sex="male"))


def said(page: Element) -> str:
    return " ".join(page.one("main").texts())


def post_form(page: Element) -> Element:
    return next(form for form in page.one("main").all("form") if form.get("method") == "post")


def ordered(worker: PageClient, **fields: Any) -> Element:  # noqa: ANN401 - a form's fields
    return worker.submit(post_form(worker.page(ORDER)), at=ORDER, **fields)


def test_a_worker_orders_cancels_and_takes_back(signed_in: SignedIn) -> None:
    worker, day = signed_in(Role.COMMUNITY_WORKER), (today() + timedelta(days=1)).isoformat()
    told: dict[str, Any] = {"served_on": day, "asker": "family", "way": "phone", "diet": "低糖"}
    words = said(ordered(worker, **told))
    assert "只订一次" in words
    assert "家属" in words
    assert "已经订过" in " ".join(ordered(worker, **told).texts())
    shown = worker.submit(post_form(worker.page(CANCEL)), at=CANCEL, served_on=day)
    assert "停送一天 1 份" in said(shown)
    links = (each.get("href") or "" for each in shown.one("main").all("a"))
    back = next(link for link in links if link.endswith("/back"))
    shown = worker.submit(post_form(worker.page(back)), at=back)
    assert "撤回" not in said(shown)


def test_a_day_that_is_over_is_refused_beside_its_field(signed_in: SignedIn) -> None:
    worker, day = signed_in(Role.COMMUNITY_WORKER), (today() - timedelta(days=1)).isoformat()
    for address in (CANCEL, ORDER):
        form = post_form(worker.page(address))
        assert "那一天已经过去" in said(worker.submit(form, at=address, status=422, served_on=day))


def test_a_kitchen_sees_its_changes_and_names_nobody(signed_in: SignedIn) -> None:
    day = (today() + timedelta(days=1)).isoformat()
    ordered(signed_in(Role.COMMUNITY_WORKER), served_on=day)
    words = said(signed_in(Role.SITE_STAFF, site_code="C01").page(f"/delivery/changes?on={day}"))
    assert "王奶奶" in words
    assert "王秀兰" not in words
    other = said(signed_in(Role.COMMUNITY_WORKER, area="430102").page(f"/delivery/changes?on={day}"))
    assert "王" not in other
