"""The page of the calendar: holidays and worked weekend days, year by year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine

from app.roles import Role
from app.subsidy import queries
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
CALENDAR = "/policies/calendar"


@pytest.fixture(autouse=True)
def _at_noon() -> object:
    with time_machine.travel(datetime(2026, 11, 23, 3, 0, tzinfo=UTC), tick=False):
        yield


def days_on(page: Element) -> list[list[str]]:
    return [[cell.text for cell in row.all("td")[:3]] for row in page.all("tr") if row.all("td")]


def test_a_day_is_added_changed_and_removed(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    form = officer.page(CALENDAR).one("form", action=CALENDAR)
    officer.submit(form, on="2026-10-01", note=" 国庆节 ")
    page = officer.submit(form, on="2026-10-10", kind="worked", note="调休")
    assert days_on(page) == [
        ["2026年10月1日 星期四", "节假日", "国庆节"],
        ["2026年10月10日 星期六", "调休上班", "调休"],
    ]
    assert queries.work_calendar().is_workday(date(2026, 10, 10))

    form = officer.page(f"{CALENDAR}?year=2026&day=2026-10-10").one("form", action=CALENDAR)
    page = officer.submit(form, note="国庆调休")
    assert days_on(page)[1] == ["2026年10月10日 星期六", "调休上班", "国庆调休"]

    page = officer.submit(page.one("form", action=f"{CALENDAR}/2026-10-10/remove"))
    assert days_on(page) == [["2026年10月1日 星期四", "节假日", "国庆节"]]


def test_the_announced_holidays_are_entered_in_one_tap_beside_what_is_there(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(
        officer.page(CALENDAR).one("form", action=CALENDAR), on="2026-10-01", note="区里放假"
    )
    page = officer.submit(page.one("form", action=f"{CALENDAR}/2026/announced"))
    told = days_on(page)
    assert len(told) == 39
    assert ["2026年2月17日 星期二", "节假日", "春节"] in told
    assert ["2026年10月10日 星期六", "调休上班", "国庆节调休"] in told
    assert ["2026年10月1日 星期四", "节假日", "区里放假"] in told
    calendar = queries.work_calendar()
    assert [calendar.is_workday(date(2026, 2, day)) for day in (14, 15, 23, 24, 28)] == [
        *(True, False, False, True, True)
    ]
    page = officer.submit(page.one("form", action=f"{CALENDAR}/2026/announced"))
    assert "已登记 0 天" in page.one("main").text
    page = officer.page(f"{CALENDAR}?year=2199")
    assert "2199年的节假日" in page.one("main").text
    assert not page.all("form", action=f"{CALENDAR}/2199/announced")


def test_years_are_turned_over(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(officer.page(CALENDAR).one("form", action=CALENDAR), on="2027-01-01", note="元旦")
    assert page.one("h1").text == "2027年工作日历"
    assert days_on(officer.page(CALENDAR)) == []
    assert officer.page(CALENDAR).one("a", href=f"{CALENDAR}?year=2027")
    assert officer.page(f"{CALENDAR}?year=99999").one("h1").text == "2026年工作日历"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"on": ""}, "请填写"),
        ({"on": "1900-01-01"}, "请检查1900年1月1日的年份"),
        ({"on": "2026-10-08", "kind": "worked"}, "不是周末"),
        ({"on": "2026-10-01", "note": "长" * 65}, "64"),
    ],
)
def test_what_is_wrong_is_told_and_stays(signed_in: SignedIn, typed: dict[str, Any], told: str) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    page = officer.submit(officer.page(CALENDAR).one("form", action=CALENDAR), status=422, **typed)
    assert told in page.one("form", action=CALENDAR).text
    assert page.one("input", name="on").get("value") == typed["on"]
    assert queries.calendar_days(2026) == []


def test_a_day_that_is_none_or_not_written_down_is_not_found(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    for day in ("2026-10-02", "2026-02-30", "x"):
        officer.send(f"{CALENDAR}/{day}/remove", status=404)


def test_everybody_reads_it_and_only_officers_change_it(signed_in: SignedIn) -> None:
    auditor = signed_in(Role.AUDITOR)
    assert not auditor.page(CALENDAR).all("form", action=CALENDAR)
    auditor.send(CALENDAR, status=403, on="2026-10-01")
