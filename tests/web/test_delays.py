"""The page on which a kitchen says that it is late, and who is told of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, issue_links, keep_plan, link_token, release_plan
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element, filled_in
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
AT = datetime(2026, 11, 23, 2, 40, tzinfo=UTC)
"""10:40: the first run should have left."""

ASKED = f"?on={MONDAY.isoformat()}&sitting=lunch"
LATE, KITCHEN = f"/delivery/kitchens/C01/delay{ASKED}", f"/delivery/kitchens/C01{ASKED}"


@pytest.fixture(autouse=True)
def _a_released_plan(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(AT, tick=False):
        with transaction():
            kitchen()
            kitchen("C02", area_code="430103006001")
            rider()
            subscribed(neighbour("R-1"))
        draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
        with transaction():
            keep_plan(draft, by=COMMAND, at=AT)
            release_plan(MONDAY, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def late_form(page: Element) -> Element:
    return page.one("main").one("form")


def test_staff_say_that_they_are_late_and_the_manager_plans_behind_it(
    app: Flask, signed_in: SignedIn
) -> None:
    staff, manager = (signed_in(role, site_code="C01") for role in (Role.SITE_STAFF, Role.SITE_MANAGER))
    with transaction():
        issue_links(MONDAY, "C01", by=COMMAND, at=AT)
    (link,) = queries.links_of([each.id for each in queries.riders_sent(MONDAY, "C01")], MONDAY).values()
    phone = {"Authorization": f"Bearer {link_token(link)}"}

    def told() -> object:
        return app.test_client().get("/api/v1/rides/day", headers=phone).get_json()["runs"][0]["late"]

    assert told() == {}
    page = staff.page(LATE)
    assert filled_in(late_form(page))["waiting"], "what nobody reported a stop of waits unless said otherwise"
    said = words(staff.submit(late_form(page), at=LATE, ready="11:20", reason="停气"))
    assert "11:20 起才能出餐：停气" in said
    assert "计划中有 1 趟比这更早出发" in said
    assert told() == {"ready": "11:20", "reason": "停气"}
    assert "推迟到 11:20" in words(manager.page(f"/delivery{ASKED}"))
    page = manager.page(KITCHEN)
    planning = next(f for f in page.one("main").all("form") if f.get("action") == "/delivery/plan")
    again = words(manager.submit(planning))
    assert "新计划已照此排" in again
    assert "下发" in again


def test_a_time_that_cannot_be_and_no_reason_are_told(signed_in: SignedIn) -> None:
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page(LATE)
    too_late = staff.submit(late_form(page), at=LATE, status=422, ready="13:00", reason="停气")
    assert "从 10:00 到 12:30" in words(too_late)
    assert "11:20 起" not in words(
        staff.submit(late_form(page), at=LATE, status=422, ready="11:20", reason=" ")
    )
    assert "起才能出餐" not in words(staff.page(KITCHEN))


def test_another_kitchen_and_who_looks_on_write_nothing(signed_in: SignedIn) -> None:
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    assert other.get(LATE).status_code == 404
    auditor = signed_in(Role.AUDITOR)
    assert auditor.get(LATE).status_code == 403


def test_a_run_that_waits_for_a_late_kitchen_is_not_said_to_have_left(signed_in: SignedIn) -> None:
    staff, manager = (signed_in(role, site_code="C01") for role in (Role.SITE_STAFF, Role.SITE_MANAGER))
    by_hand = f"/delivery/kitchens/C01/by-hand{ASKED}"
    with time_machine.travel(AT.replace(hour=3, minute=20), tick=False):
        before = words(manager.page(by_hand))
        assert "已出发" in before
        assert "等厨房出餐" not in before
        staff.submit(late_form(staff.page(LATE)), at=LATE, ready="11:50", reason="停气")
        page = manager.page(by_hand)
    assert "等厨房出餐" in words(page)
    assert "已出发" not in words(page)
    assert not [link for link in page.one("main").all("a") if link.get("aria-label") == "移动王秀兰"]
