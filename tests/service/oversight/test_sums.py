"""The sums of days: always what the decisions say, kept or not, and out of nothing the same again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.rules import Channel
from app.oversight.models import DailySum, DailyTouch
from app.oversight.queries.sums import COLUMNS, counted, sums_between
from app.oversight.service.sums import forget_sums, refresh_sums
from app.residents.rules.facts import Status, StatusChange
from app.residents.service.standing import change_status
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import TODAY, entry, taken

SPAN = {"first": date(2026, 1, 1), "last": date(2026, 12, 31)}
Rows = list[tuple[Any, ...]]


@pytest.fixture(autouse=True)
def _a_district(app: Flask) -> None:
    assert app
    with transaction():
        for code in ("C01", "C02"):
            canteen(code)
        for number in (1, 2, 3):
            elder(f"R-00000{number}")
        policy_row(policy())
    while refreshed():
        pass


def refreshed() -> int:
    with transaction():
        return refresh_sums()


def as_read() -> Rows:
    sums = sums_between()
    order = [sums.c[name] for name in COLUMNS]
    return [tuple(row) for row in db.session.execute(select(*order).order_by(*order[:3]), SPAN)]


def as_decided() -> Rows:
    rows = [tuple(row) for row in db.session.execute(counted())]
    return sorted(rows, key=lambda row: (row[0], row[1], list(Sitting).index(row[2])))


def in_order(rows: Rows) -> Rows:
    return sorted(rows, key=lambda row: (row[0], row[1], list(Sitting).index(row[2])))


def eat(number: int, **changes: object) -> None:
    taken(entry(number, **changes))


def test_what_was_just_recorded_is_read_at_once_and_kept_sums_say_the_same() -> None:
    eat(1)
    eat(2, resident_no="R-000002", channel=Channel.DELIVERED)
    eat(
        3,
        resident_no="R-000003",
        site_code="C02",
        sitting=Sitting.DINNER,
        served_on=TODAY - timedelta(days=1),
    )
    before = in_order(as_read())
    assert before == as_decided()
    assert [(row[0], row[3], row[4], row[5]) for row in before] == [("C01", 2, 2, 1), ("C02", 1, 1, 0)]
    assert refreshed() == 2
    assert db.session.execute(select(func.count()).select_from(DailyTouch)).scalar_one() == 0
    assert in_order(as_read()) == before
    assert db.session.execute(select(func.sum(DailySum.meals))).scalar_one() == 3


def test_a_reversal_a_status_and_a_late_meal_are_followed() -> None:
    eat(1)
    eat(2, resident_no="R-000002")
    refreshed()
    eat(3, reverses=UUID(int=1), reason="刷错了人")
    assert in_order(as_read()) == as_decided()
    assert [row[3] for row in as_read()] == [1]
    refreshed()
    with transaction():
        at = datetime(2026, 3, 3, tzinfo=UTC)
        change_status("R-000002", StatusChange(Status.INSTITUTION, TODAY), note="", by=COMMAND, at=at)
    assert in_order(as_read()) == as_decided()
    assert [(row[3], row[4]) for row in as_read()] == [(1, 0)]
    refreshed()
    eat(4, resident_no="R-000003", served_on=TODAY - timedelta(days=40))
    assert in_order(as_read()) == as_decided()
    refreshed()
    assert in_order(as_read()) == as_decided()


def test_sums_come_out_of_nothing_the_same_again() -> None:
    for number in range(1, 30):
        eat(number, resident_no=f"R-00000{number % 3 + 1}", served_on=TODAY - timedelta(days=number % 5))
    refreshed()
    kept = in_order(as_read())
    with transaction():
        forget_sums()
    assert in_order(as_read()) == kept
    assert refreshed() == 5
    assert in_order(as_read()) == kept == as_decided()


def test_what_comes_while_days_are_added_up_is_not_lost() -> None:
    eat(1)
    with transaction():
        assert refresh_sums(limit=1) == 1
    eat(2, resident_no="R-000002", served_on=TODAY - timedelta(days=3))
    eat(3, resident_no="R-000003")
    with transaction():
        refresh_sums(limit=1)
    assert in_order(as_read()) == as_decided()
