"""The pages of the forecast, as a kitchen and the district use them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from flask import Flask

from app.oversight.service.forecast import keep_forecasts
from app.roles import COMMAND, Role
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import entry, taken
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
FIRST_ON, DAYS = date(2026, 3, 2), 35
TODAY = FIRST_ON + timedelta(days=DAYS)
NOW = datetime(2026, 4, 6, 4, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _five_weeks(app: Flask) -> Iterator[None]:
    assert app
    with time_machine.travel(NOW, tick=False):
        with transaction():
            canteen("C01")
            canteen("C02", "430103006001")
            for number in range(1, 6):
                elder(f"R-00000{number}")
            policy_row(policy())
        meals = []
        for day in range(DAYS + 1):
            on = FIRST_ON + timedelta(days=day)
            for number in range(1, 3 if day == DAYS else 6):
                at = datetime(on.year, on.month, on.day, 3, 10 * number, tzinfo=UTC)
                changes = {"id": UUID(int=day * 10 + number), "resident_no": f"R-00000{number}"}
                meals.append(entry(1, **changes, served_on=on, served_at=at))
        taken(*meals, at=NOW)
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def form_of(page: Element, part: str) -> Element:
    return next(form for form in page.one("main").all("form") if part in form.get("action"))


def test_the_district_forecasts_anew_and_the_kitchen_sees_how_many_to_cook(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    empty = officer.page("/oversight/forecast")
    assert "还没有预测" in words(empty)
    made = officer.submit(form_of(empty, "make"))
    assert "已重新预测 1 个餐次" in words(made)
    assert "已来 2 人" in words(made)
    staff = signed_in(Role.SITE_STAFF, area="430103005001", site_code="C01")
    own = staff.page("/oversight/forecast/C01")
    assert "午餐：在本点用餐" in words(own)
    assert "今天已记录" in words(own)
    # 11:50 was the last arrival of each day before; 12:01 is no hour of lunch here.
    assert "下一小时" not in words(own)
    assert len(own.all("svg")) == 1
    counting = staff.page(f"/tablets/portions/C01/{TODAY}/lunch")
    assert "预计本点 5 人用餐" in words(counting)
    assert "预计本点 5 人用餐" in words(staff.page("/tablets/portions"))
    staff.page("/oversight/forecast/C02", status=404)


def test_at_lunch_the_rest_of_the_sitting_is_told_from_who_came(signed_in: SignedIn) -> None:
    with transaction():
        keep_forecasts(TODAY)
    with time_machine.travel(datetime(2026, 4, 6, 3, 25, tzinfo=UTC), tick=False):
        manager = signed_in(Role.SITE_MANAGER, area="430103005001", site_code="C01")
        page = words(manager.page("/oversight/forecast/C01"))
    assert "下一小时预计 3 本餐最终约 5 人" in page


def test_how_near_forecasts_were_is_said_and_where_the_median_was_nearer_too(signed_in: SignedIn) -> None:
    with transaction():
        for back in (3, 2, 1, 0):
            keep_forecasts(TODAY - timedelta(days=back))
    page = words(signed_in(Role.DISTRICT_OFFICER).page("/oversight/forecast/C01"))
    assert "前一天的预测与实际相比 比对 2 次" in page
    assert "0.0 %" in page
    # Five came every day: nothing can be nearer than the median, and the page says so.
    assert "中位数更准" in page


def closure(day: str) -> dict[str, Any]:
    """Give the fields that close a site on a day."""
    return {"closure-first_on": day, "closure-last_on": day, "closure-reason": "repairs"}


def test_notes_are_written_and_taken_back_by_whom_they_concern(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.page("/oversight/forecast/days")
    day = TODAY.isoformat()
    officer.submit(form_of(page, "days"), status=422, kind="closed", first_on=day, last_on=day)
    page = officer.submit(form_of(page, "days"), kind="rain", first_on=day, last_on=day, words="中雨")
    assert "中雨" in words(page)
    manager = signed_in(Role.SITE_MANAGER, area="430103005001", site_code="C01")
    own = manager.page("/oversight/forecast/days")
    assert "中雨" in words(own)
    assert own.one("main").all("form") == []
    officer.submit(form_of(officer.page("/sites/C01/opening"), "/closures"), **closure(day))
    assert "检修停供" in words(manager.page("/oversight/forecast/days"))
    assert "检修停供" in words(manager.page("/oversight/forecast/C01"))
    auditor = signed_in(Role.AUDITOR).page("/oversight/forecast/days")
    assert [form for form in auditor.one("main").all("form") if form.get("method") == "post"] == []


def test_the_nightly_command_adds_up_and_forecasts(app: Flask) -> None:
    told = app.test_cli_runner().invoke(args=["oversight", "refresh", "--anew"])
    assert told.exit_code == 0, told.output
    assert "36" in told.output
    assert "1" in told.output
    assert COMMAND.user_no == "system"
