"""Riders' training and insurance: who lacks them is listed first and told on the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask

from app.delivery.models import Rider
from app.extensions import db
from app.roles import Role
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.support.html import Element
from tests.support.pages import PageClient

SignedIn = Callable[..., PageClient]
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAY = f"/delivery?on={MONDAY.isoformat()}"
PAGE = "/delivery/riders/Q-001"


@pytest.fixture(autouse=True)
def _a_day(app: Flask) -> Iterator[None]:  # noqa: ARG001 - asked for its context
    with time_machine.travel(MORNING, tick=False):
        with transaction():
            kitchen()
            rider(last_insured_on=MONDAY - timedelta(days=1))
            rider("Q-002", last_insured_on=MONDAY + timedelta(days=20))
            rider("Q-003")
            subscribed(neighbour())
        yield


def words(page: Element) -> str:
    return " ".join(page.one("main").texts())


def test_who_lacks_papers_stands_first_with_what_to_do(signed_in: SignedIn) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).page("/delivery/riders")
    listed = " ".join(page.one("ul", **{"class": "concerns"}).texts())
    assert "保险已于2026年11月22日到期" in listed
    assert "续保，再登记新的有效期" in listed
    assert "保险将于2026年12月13日到期" in listed
    assert listed.index("2026年11月22日") < listed.index("2026年12月13日")
    assert "培训、保险待办：2 人" in words(page)


def test_the_day_says_who_is_not_planned_and_why_until_the_papers_are_entered(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    assert "保险已于2026年11月22日到期" in words(officer.page(DAY))
    shown = officer.send(
        f"{PAGE}/papers", trained_on="2026-03-01", last_insured_on=(MONDAY + timedelta(days=365)).isoformat()
    )
    assert "已登记" in " ".join(shown.texts())
    assert "到期" not in words(officer.page(DAY))
    assert db.session.query(Rider).filter_by(rider_no="Q-001").one().trained_on == date(2026, 3, 1)


@pytest.mark.parametrize(
    ("trained_on", "last_insured_on", "said"),
    [("2028-03-01", "", "一年以后"), ("", "2126-01-01", "不会超过五年")],
)
def test_papers_that_cannot_be_are_refused(
    signed_in: SignedIn, trained_on: str, last_insured_on: str, said: str
) -> None:
    page = signed_in(Role.DISTRICT_OFFICER).send(
        f"{PAGE}/papers", status=422, trained_on=trained_on, last_insured_on=last_insured_on
    )
    assert said in words(page)


def test_somebody_lets_a_rider_ride_by_name_and_the_gap_stays_in_sight(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    until = (MONDAY + timedelta(days=7)).isoformat()
    for wrong in ({"until_on": until, "reason": " "}, {"until_on": "2027-06-01", "reason": "正在续保"}):
        officer.send(f"{PAGE}/waiver", status=422, **wrong)
    shown = officer.send(f"{PAGE}/waiver", until_on=until, reason="正在续保")
    assert "正在续保" in words(shown)
    day = words(officer.page(DAY))
    assert "手续不全暂准上岗" in day
    assert "保险已于2026年11月22日到期" in day
    again = officer.send(f"{PAGE}/waiver", status=422, until_on=until, reason="正在续保")
    assert "已经暂准到" in words(again)


def test_a_rider_of_another_district_is_not_found_and_who_looks_on_changes_nothing(
    signed_in: SignedIn,
) -> None:
    assert signed_in(Role.DISTRICT_OFFICER, area="430102").get(PAGE).status_code == 404
    stranger = signed_in(Role.DISTRICT_OFFICER, area="430102")
    stranger.send(f"{PAGE}/papers", status=404)
    stranger.send(f"{PAGE}/waiver", status=404, until_on="2026-11-25", reason="原因")
    page = signed_in(Role.AUDITOR).page(PAGE)
    assert [form for form in page.one("main").all("form") if form.get("method") == "post"] == []


def test_a_cover_is_shown_on_both_riders_and_on_the_day_until_it_is_ended(signed_in: SignedIn) -> None:
    officer = signed_in(Role.DISTRICT_OFFICER)
    address = "/delivery/riders/Q-003/cover"
    assert "替陈志强（Q-002" in " ".join(officer.page(address).texts())
    first, until = MONDAY.isoformat(), (MONDAY + timedelta(days=2)).isoformat()
    officer.send(address, status=422, from_on=first, until_on=until)
    officer.send(address, status=422, whom="rider:Q-002", from_on=first)
    shown = officer.send(address, whom="rider:Q-002", from_on=first, until_on=until)
    told = "陈志强替陈志强，从2026年11月23日到2026年11月25日前一天"
    for page in (
        shown,
        officer.page("/delivery/riders/Q-002"),
        officer.page(DAY),
        officer.page("/delivery/riders"),
    ):
        assert told in words(page)
    over = officer.submit(
        next(form for form in shown.one("main").all("form") if form.get("action").endswith("/end"))
    )
    assert told not in words(over)
