"""The page of changes by hand: a door moved, a run locked, and what that breaks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.service import draft_plan, keep_plan, note_absence
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.auth import LONG_AGO
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
KITCHEN = f"/delivery/kitchens/C01?on={MONDAY.isoformat()}"
ADDRESS = f"/delivery/kitchens/C01/by-hand?on={MONDAY.isoformat()}"


@pytest.fixture(autouse=True)
def _a_plan(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        rider("Q-002")
        subscribed(neighbour("R-1", name="王秀兰"), meals=2)
        subscribed(neighbour("R-5", name="周桂香", north=-0.003))
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)


def said(page: Element) -> str:
    return " ".join(page.one("main").texts())


def forms_to(page: Element, deed: str) -> list[Element]:
    """Give the forms that do something."""
    return [
        form
        for form in page.one("main").all("form")
        if (form.get("action") or "").split("?")[0].endswith(f"/{deed}")
    ]


def moves(page: Element) -> list[Element]:
    return [link for link in page.one("main").all("a") if (link.get("aria-label") or "").startswith("移动")]


def test_an_officer_moves_a_door_by_hand_and_sees_what_that_breaks(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(ADDRESS)
    (move,) = [link for link in page.one("main").all("a") if link.get("aria-label") == "移动周桂香"]
    page = officer.page(move.get("href").partition("#")[0])
    assert "周桂香改到哪里" in said(page)
    places = [
        form
        for form in page.one("main").all("form")
        if (form.get("action") or "").split("?")[0].endswith("move")
    ]
    page = officer.submit(places[0], at=ADDRESS)
    assert "草稿已调整" in said(page)
    stale = officer.submit(places[0], at=ADDRESS)
    assert "刚刚被改动过" in said(stale)
    whole = officer.page(f"{ADDRESS}&run=1")
    leave = next(form for form in whole.one("main").all("form") if "leave" in (form.get("action") or ""))
    assert "未作改动" in said(officer.submit(leave, at=ADDRESS, depart="soon"))
    page = officer.submit(leave, at=ADDRESS, depart="06:00")
    assert "不符合送餐要求" in said(page)
    assert "陈志强" in said(page)
    assert "陈志强 要从" in said(officer.page(KITCHEN))
    assert officer.get(ADDRESS + "&door=99999").status_code == 404
    assert officer.get(ADDRESS + "&sitting=dinner").status_code == 404


def test_a_locked_run_can_only_be_unlocked(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page(ADDRESS)
    locks, before = forms_to(page, "lock"), len(moves(page))
    assert before == 2
    page = officer.submit(locks[0], at=ADDRESS)
    assert "已锁定：重新排线不动这一趟" in said(page)
    assert len(forms_to(page, "lock")) == len(locks)
    (unlock,) = [form for form in forms_to(page, "lock") if "解除锁定" in " ".join(form.texts())]
    assert len(moves(page)) < before
    page = officer.submit(unlock, at=ADDRESS)
    assert "已解除锁定" in said(page)
    assert officer.submit(locks[0], status=404, at=ADDRESS, run="x") is not None
    assert "刚刚被改动过" in said(officer.submit(locks[0], at=ADDRESS, run="99"))


def test_a_lock_that_could_not_stay_is_told(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    officer.submit(forms_to(officer.page(ADDRESS), "lock")[0], at=ADDRESS)
    plan = queries.plan_of(MONDAY, Sitting.LUNCH, "C01")
    assert plan is not None
    (locked,) = [run.rider.rider_no for run in plan.runs if run.is_locked]
    with transaction():
        note_absence(locked, MONDAY, MONDAY + timedelta(days=1), by=COMMAND, at=LONG_AGO)
    again = officer.submit(forms_to(officer.page(KITCHEN), "plan")[0], at=KITCHEN)
    assert "锁定趟次没能保留" in said(again)


def test_a_meal_that_is_longer_on_the_way_than_promised_is_told_on_the_day_s_pages(
    signed_in: SignedIn,
) -> None:
    with transaction():
        subscribed(neighbour("R-6", name="胡玉兰", north=0.011))
        subscribed(neighbour("R-7", name="谭玉梅", north=-0.011))
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=LONG_AGO)
    with transaction():
        keep_plan(draft, by=COMMAND, at=LONG_AGO)
    officer = signed_in(Role.DISTRICT_OFFICER)
    day = f"/delivery?on={MONDAY.isoformat()}"
    assert "超过承诺时间" not in said(officer.page(day)) + said(officer.page(KITCHEN))
    (move,) = [each for each in moves(officer.page(ADDRESS)) if each.get("aria-label") == "移动胡玉兰"]
    page = officer.page(move.get("href").partition("#")[0])
    too_long = next(
        place.one("form")
        for place in page.one("main").all("li")
        if "分后才交餐" in " ".join(place.texts()) or "秒后才交餐" in " ".join(place.texts())
    )
    officer.submit(too_long, at=ADDRESS)
    assert "超过承诺时间" in said(officer.page(day))
    assert "超过承诺时间" in said(officer.page(KITCHEN))
