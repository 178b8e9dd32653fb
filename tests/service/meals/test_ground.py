"""The ground of decisions: read once for each mark, and the database marks every change of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import text as sql

from app.extensions import db
from app.meals import queries
from app.meals.service.decide import Ground
from app.subsidy.models import CalendarDay
from app.transaction import transaction
from tests.factories.district import canteen, policy_row
from tests.factories.facts import policy

HOLIDAY = date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _a_site(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        db.session.add(CalendarDay(on=HOLIDAY, is_workday=True))


CHANGES: list[Callable[[], object]] = [
    lambda: canteen("C02"),
    lambda: db.session.execute(sql("UPDATE site SET closed_on = '2026-05-01'")),
    lambda: db.session.execute(sql("DELETE FROM calendar_day")),
    lambda: db.session.execute(sql("UPDATE calendar_day SET is_workday = false")),
    lambda: policy_row(policy()),
]


@pytest.mark.parametrize("change", CHANGES)
def test_whoever_changes_the_ground_gives_it_a_new_mark(change: Callable[[], object]) -> None:
    before = Ground.now()
    assert Ground.now() is before
    with transaction():
        change()
    assert Ground.now() != before


def test_what_was_taken_back_is_forgotten() -> None:
    before, mark = Ground.now(), queries.ground_mark()
    canteen("C02")
    assert "C02" in Ground.now().sites
    db.session.rollback()
    assert queries.ground_mark() == mark
    assert Ground.now() == before
    with transaction():
        canteen("C03")
    assert set(Ground.now().sites) == {"C01", "C03"}
