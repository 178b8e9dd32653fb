"""A family's link in a browser: opened, used, revoked, shared; and what the office sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
EARLY = datetime(2026, 11, 22, 23, 0, tzinfo=UTC)
FAMILY = "/delivery/families/R-1"


@pytest.fixture(autouse=True)
def home(app: Flask) -> Iterator[time_machine.Traveller]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(EARLY, tick=False) as traveller:
        with transaction():
            kitchen()
            person = neighbour("R-1", name="王秀兰")
            person.identity_number = "11010519491231002X"
            subscribed(person, diet="低糖")
        yield traveller


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_to(page: Element, end: str) -> Element:
    return next(form for form in page.one("main").all("form") if (form.get("action") or "").endswith(end))


def made(worker: PageClient) -> str:
    """Keep a daughter and give her a link; give what stands behind its #."""
    page = worker.submit(
        form_to(worker.page(FAMILY), FAMILY), name="王小红", relation="child", phone="139-0000 1111"
    )
    page = worker.submit(form_to(page, "/link"))
    (address,) = [each.get("value") for each in page.all("input") if "#" in (each.get("value") or "")]
    return str(address)


def opened(client: PageClient, link: str, status: int = 200) -> Element:
    return client.submit(form_to(client.page("/family/"), "/family/"), link=link, status=status)


def test_a_link_shows_the_days_and_nothing_else_of_the_resident(
    client: PageClient, signed_in: SignedIn
) -> None:
    page = opened(client, made(signed_in(Role.COMMUNITY_WORKER)))
    shown = words(page)
    assert "王奶奶" in shown
    assert "会送到" in shown
    for kept_back in (
        "王秀兰",
        "R-1",
        "11010519491231002X",
        "幸福路",
        "低糖",
        "13812345678",
        "王小红",
        "C01",
    ):
        assert kept_back not in client.get("/family/days").text
    cancelled = client.submit(form_to(page, "/2026-11-23/cancel"))
    assert "已退订" in words(cancelled)
    assert "改为照送" in words(cancelled)
    back = client.submit(next(f for f in cancelled.all("form") if f.get("action").endswith("/back")))
    assert "照常送" in words(back)


def test_what_a_family_did_stands_in_the_list_and_in_the_trail(
    client: PageClient, signed_in: SignedIn
) -> None:
    page = opened(client, made(signed_in(Role.COMMUNITY_WORKER)))
    client.submit(form_to(page, "/2026-11-24/cancel"))
    changes = words(signed_in(Role.DISTRICT_OFFICER).page("/delivery/changes?on=2026-11-24"))
    assert "家属, 通过链接" in changes.replace("，", ", ")
    trail = words(signed_in(Role.AUDITOR).page("/audit/"))
    assert "家属通过链接" in trail


def test_a_pause_is_refused_beside_its_field_and_then_taken(
    client: PageClient, signed_in: SignedIn, home: time_machine.Traveller
) -> None:
    page = opened(client, made(signed_in(Role.COMMUNITY_WORKER)))
    home.move_to(EARLY + timedelta(hours=3))
    late: dict[str, Any] = {"reason": "hospital", "from_on": "2026-11-23", "back_on": ""}
    refused = client.submit(form_to(page, "/pauses"), status=422, **late)
    assert "已经按这一餐备餐" in words(refused)
    paused = client.submit(form_to(refused, "/pauses"), **late | {"from_on": "2026-11-24"})
    assert "已暂停" in words(paused)
    assert "住院" not in words(paused).replace("因何", "").split("暂停送餐")[0]
    again = client.submit(
        next(f for f in paused.all("form") if re.search(r"/pauses/\d+/back$", f.get("action") or "")),
        back_on="2026-11-26",
    )
    assert "2026年11月26日" in words(again)


def test_revoked_ended_forged_and_missing_links_get_a_page_that_says_so(
    client: PageClient, signed_in: SignedIn, home: time_machine.Traveller
) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    link = made(worker)
    assert "打不开" in words(opened(client, "x" * 54, status=422))
    assert "打不开" in words(client.page("/family/days", status=401))
    opened(client, link)
    worker.submit(form_to(worker.page(FAMILY), "/revoke"))
    assert "已作废" in words(client.page("/family/days", status=401))
    assert "打不开" in words(client.page("/family/days", status=401))
    page = worker.submit(form_to(worker.page(FAMILY), "/link"), until_on="2026-11-25")
    (link,) = [str(each.get("value")) for each in page.all("input") if "#" in (each.get("value") or "")]
    opened(client, link)
    home.move_to(EARLY + timedelta(days=2))
    assert "已到期" in words(opened(client, link, status=422))


def test_a_day_past_its_cut_off_is_not_offered_any_more(
    client: PageClient, signed_in: SignedIn, home: time_machine.Traveller
) -> None:
    def offered(page: Element) -> list[str]:
        (days,) = page.one("main").all("select", name="served_on")
        return [each.get("value") for each in days.all("option")]

    page = opened(client, made(signed_in(Role.COMMUNITY_WORKER)))
    assert offered(page)[0] == "2026-11-23"
    last = offered(page)[-1]
    home.move_to(EARLY + timedelta(hours=2))
    late = offered(client.page("/family/days"))
    assert (late[0], late[-1]) == ("2026-11-24", last)


def test_attempts_are_counted(client: PageClient) -> None:
    form = form_to(client.page("/family/"), "/family/")
    for _ in range(20):
        client.submit(form, link="x" * 54, status=422)
    client.submit(form, link="x" * 54, status=429)


def test_a_browser_forgets_a_link(client: PageClient, signed_in: SignedIn) -> None:
    page = opened(client, made(signed_in(Role.COMMUNITY_WORKER)))
    assert "已忘记" in words(client.submit(form_to(page, "/leave")))
    client.page("/family/days", status=401)


def test_a_contact_s_number_is_read_as_a_phone_number(signed_in: SignedIn) -> None:
    worker = signed_in(Role.COMMUNITY_WORKER)
    page = worker.page(FAMILY)
    refused = worker.submit(
        form_to(page, FAMILY), status=422, name="王小红", relation="child", phone="不知道"
    )
    assert "不是电话号码" in words(refused)
    made(worker)
    page = worker.page(FAMILY)
    assert "139****1111" in words(page)
    assert "13900001111" not in words(page)
    assert "13900001111" in words(worker.submit(form_to(page, "/phone")))
    gone = worker.submit(form_to(worker.page(FAMILY), "/end"))
    assert "13900001111" not in words(gone)
    signed_in(Role.COMMUNITY_WORKER, area="430102").page(FAMILY, status=404)
