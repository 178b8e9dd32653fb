"""The log of hot meals: written in the kitchen, what is missing listed for the office, a month to print."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from flask import Flask

from app.canteens.rules import Sitting
from app.delivery.routing.solver import Effort
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, keep_plan, release_plan
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
FOOD = f"/delivery/kitchens/C01/food?on={MONDAY.isoformat()}"


@pytest.fixture(autouse=True)
def _a_released_plan(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(NOON, tick=False):
        with transaction():
            kitchen()
            kitchen("C02", area_code="430103006001")
            rider()
            subscribed(neighbour("R-1"))
        draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=NOON)
        with transaction():
            keep_plan(draft, by=COMMAND, at=NOON)
            release_plan(MONDAY, Sitting.LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=NOON)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, part: str) -> Element:
    return next(form for form in page.one("main").all("form") if part in form.get("action"))


def test_a_sitting_is_missing_until_its_runs_are_measured_and_a_sample_is_kept(signed_in: SignedIn) -> None:
    staff, officer = signed_in(Role.SITE_STAFF, site_code="C01"), signed_in(Role.DISTRICT_OFFICER)
    assert "1 / 1 没有记录" in words(officer.page("/delivery/food"))
    page = staff.page(FOOD)
    cold = staff.submit(form_of(page, "temperature"), status=422, degrees="52")
    assert "低于 60℃" in words(cold)
    small = staff.submit(form_of(page, "samples"), status=422, dish="红烧肉", grams="90")
    assert "至少 125 克" in words(small)
    staff.submit(form_of(page, "temperature"), degrees="52", note="加热后再装")
    measured = staff.submit(form_of(page, "temperature"), degrees="68")
    assert "68 °C" in words(measured)
    assert "52 °C" not in words(measured)
    assert "1 / 1" not in words(officer.page("/delivery/food"))
    kept = staff.submit(form_of(page, "samples"), dish="红烧肉", grams="125")
    assert "留到 2026-11-25 12:00" in words(kept)
    assert "没有记录" in words(officer.page("/delivery/food")), "nobody wrote when it was cooked"
    staff.submit(form_of(page, "cooked"), cooked="10:05")
    assert "没有记录" not in words(officer.page("/delivery/food"))
    sheet = words(officer.page("/delivery/kitchens/C01/food/2026-11"))
    assert "68 °C" in sheet
    assert "红烧肉 125 g" in sheet
    assert "10:05" in sheet


def test_when_it_was_cooked_is_one_tap_or_a_time_and_can_be_put_right(signed_in: SignedIn) -> None:
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page(FOOD)
    assert "按装餐前 30 分钟出锅算" in words(page)
    nothing = staff.submit(form_of(page, "cooked"), status=422, cooked="")
    assert "请填时间" in words(nothing)
    coming = staff.submit(form_of(page, "cooked"), status=422, cooked="12:30")
    assert "还没有到" in words(coming)
    night = staff.submit(form_of(page, "cooked"), status=422, cooked="02:00")
    assert "07:00 到 12:30" in words(night)
    early = staff.submit(form_of(page, "cooked"), cooked="08:10")
    assert "10:10 前吃" in words(early)
    assert "已不能吃" in words(staff.page(f"/delivery/kitchens/C01?on={MONDAY.isoformat()}"))
    assert "过时限" in words(signed_in(Role.DISTRICT_OFFICER).page(f"/delivery?on={MONDAY.isoformat()}"))
    again = staff.submit(form_of(early, "cooked"), cooked="10:20", batch="1")
    assert "08:10" not in words(again)
    assert "12:20 前吃" in words(again)
    now = staff.submit(form_of(again, "cooked"), deed="now", batch="", cooked="")
    assert "14:00 前吃" in words(now)
    back = staff.submit(form_of(now, "cooked"), deed="back", batch="2", cooked="")
    assert "14:00 前吃" not in words(back)
    strange = staff.submit(form_of(back, "cooked"), status=422, deed="", batch="x", cooked="11:00")
    assert "这一锅已不在" in words(strange)


def test_a_temperature_that_no_meal_has_is_refused(signed_in: SignedIn) -> None:
    staff = signed_in(Role.SITE_STAFF, site_code="C01")
    page = staff.page(FOOD)
    for degrees in ("650", "-5", "101", "热", ""):
        refused = staff.submit(form_of(page, "temperature"), status=422, degrees=degrees)
        assert refused.one("main").all(role="alert")
        assert "还没记" in words(refused)


def test_another_kitchen_s_log_is_out_of_reach_and_who_looks_on_writes_nothing(signed_in: SignedIn) -> None:
    other = signed_in(Role.SITE_STAFF, site_code="C02")
    for address in (FOOD, "/delivery/kitchens/C01/food/2026-11"):
        other.page(address, status=404)
    other.send("/delivery/runs/1/temperature", degrees="70", status=404)
    other.send(f"/delivery/kitchens/C01/cooked?on={MONDAY.isoformat()}", cooked="10:00", status=404)
    other.send(f"/delivery/kitchens/C01/samples?on={MONDAY.isoformat()}", dish="汤", grams="125", status=404)
    assert "C01" not in words(other.page("/delivery/food"))
    auditor = signed_in(Role.AUDITOR).page(FOOD)
    assert [form for form in auditor.one("main").all("form") if form.get("method") == "post"] == []
    signed_in(Role.AUDITOR).page("/delivery/kitchens/C01/food/2026-13", status=422)
