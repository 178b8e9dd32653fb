"""Cover: a rider rides for another or at another kitchen, from day to day, and never for good by mistake."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.cover import NewCover
from app.delivery.service import draft_plan, end_cover, keep_plan, note_absence, note_cover, retire_rider
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
DAYS = [MONDAY + timedelta(days=count) for count in range(4)]
FOR_TWO = NewCover(MONDAY, DAYS[2], covered_no="Q-002")
AT_TWO = NewCover(MONDAY, DAYS[2], kitchen_code="C02")
LATE = (11 * 3600, 14 * 3600)


@pytest.fixture(autouse=True)
def _two_kitchens(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Q-001 rides every day at C01; Q-002 on Mondays, Wednesdays and later at C02."""
    with transaction():
        kitchen()
        kitchen("C02", area_code="430103006001")
        rider()
        rider("Q-002", kitchen_code="C02", weekdays=0b000_1101, shift=LATE, capacity=3)


def cover(new: NewCover, rider_no: str = "Q-001", by: Actor = COMMAND) -> None:
    with transaction():
        note_cover(rider_no, new, by=by, at=AT)


def away(rider_no: str, from_on: date, until_on: date) -> None:
    with transaction():
        note_absence(rider_no, from_on, until_on, by=COMMAND, at=AT)


def riding(kitchen_code: str) -> list[list[str]]:
    return [[each.rider_no for each in queries.riders_on(day, [kitchen_code])[kitchen_code]] for day in DAYS]


def test_for_another_they_ride_that_one_s_days_and_shift_with_their_own_box() -> None:
    cover(FOR_TWO)
    assert riding("C01") == [[], ["Q-001"], ["Q-001"], ["Q-001"]]
    assert riding("C02") == [["Q-001"], [], ["Q-002"], ["Q-002"]]
    (duty,) = queries.crews_on(MONDAY, ["C02"])["C02"].duties
    assert (duty.window, duty.capacity) == (LATE, 10)
    with transaction():
        subscribed(neighbour(), kitchen_code="C02")
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C02", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        kept = keep_plan(draft, by=COMMAND, at=AT)
        assert [run.rider.rider_no for run in kept.runs] == ["Q-001"]
        assert kept.runs[0].depart_seconds >= LATE[0]


def test_at_another_kitchen_they_ride_beside_who_is_there() -> None:
    cover(AT_TWO)
    assert riding("C01") == [[], [], ["Q-001"], ["Q-001"]]
    assert riding("C02") == [["Q-001", "Q-002"], ["Q-001"], ["Q-002"], ["Q-002"]]


def test_it_is_ended_early_or_taken_back_and_noted_anew() -> None:
    cover(AT_TWO)
    with transaction():
        ended = end_cover("Q-001", by=COMMAND, at=AT + timedelta(days=1))
        assert ended.until_on == DAYS[1]
    assert riding("C01") == [[], ["Q-001"], ["Q-001"], ["Q-001"]]
    cover(NewCover(DAYS[2], DAYS[3], kitchen_code="C02"))
    with transaction():
        end_cover("Q-001", by=COMMAND, at=AT + timedelta(days=1))
    cover(NewCover(DAYS[1], DAYS[3], kitchen_code="C02"))
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars()
    assert list(acts) == [*["rider.covers", "rider.cover_ended"] * 2, "rider.covers"]
    with pytest.raises(NotFound, match="No cover"), transaction():
        end_cover("Q-002", by=COMMAND, at=AT)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (NewCover(MONDAY, MONDAY, kitchen_code="C02"), "within 92 days"),
        (NewCover(MONDAY, MONDAY + timedelta(days=93), kitchen_code="C02"), "within 92 days"),
        (NewCover(MONDAY - timedelta(days=1), MONDAY, kitchen_code="C02"), "That day is over"),
        (NewCover(MONDAY, DAYS[1], kitchen_code="C01"), "anyway"),
        (NewCover(MONDAY, DAYS[1], kitchen_code="C09"), "no kitchen"),
        (NewCover(MONDAY, DAYS[1], covered_no="Q-001"), "Nobody covers themselves"),
        (NewCover(MONDAY, DAYS[1], covered_no="Q-009"), "There is no rider"),
    ],
)
def test_a_cover_that_cannot_be_is_refused(new: NewCover, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        cover(new)


def test_neither_covers_twice_nor_is_covered_while_covering() -> None:
    with transaction():
        rider("Q-003")
    cover(FOR_TWO)
    later = NewCover(DAYS[1], DAYS[3], kitchen_code="C02")
    for rider_no, new in [
        ("Q-001", later),
        ("Q-003", FOR_TWO),
        ("Q-003", NewCover(MONDAY, DAYS[1], covered_no="Q-001")),
        ("Q-002", NewCover(MONDAY, DAYS[1], kitchen_code="C01")),
    ]:
        with pytest.raises(DomainError, match="Rider Q-001 covers Q-002 from 2026-11-23 until 2026-11-25"):
            cover(new, rider_no)
    cover(NewCover(DAYS[2], DAYS[3], kitchen_code="C02"))


def test_who_covers_is_not_away_but_who_is_covered_may_be() -> None:
    cover(FOR_TWO)
    with pytest.raises(DomainError, match="Rider Q-001 covers Q-002"):
        away("Q-001", DAYS[1], DAYS[3])
    away("Q-002", MONDAY, DAYS[3])
    away("Q-001", DAYS[2], DAYS[3])
    with pytest.raises(DomainError, match="noted as away"):
        cover(NewCover(DAYS[2], DAYS[3], kitchen_code="C02"))


def test_who_is_covered_by_somebody_who_has_stopped_rides_again() -> None:
    cover(FOR_TWO)
    with transaction():
        retire_rider("Q-001", by=COMMAND, at=AT)
    assert riding("C02") == [["Q-002"], [], ["Q-002"], ["Q-002"]]


def test_nobody_is_lent_beyond_the_scope() -> None:
    street = Actor("U-9", frozenset({Permission.DELIVERY_EDIT}), Scope("430103005"))
    for new in (FOR_TWO, AT_TWO):
        with pytest.raises(DomainError):
            cover(new, by=street)
