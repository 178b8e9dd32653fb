"""A day that runs: riders who are away, and planning again beside what is on its way."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.routing.solver import Effort
from app.delivery.rules.proof import instant_of
from app.delivery.rules.release import mark_of
from app.delivery.service import (
    changes_of,
    concerns_of,
    draft_plan,
    end_absence,
    end_subscription,
    keep_plan,
    note_absence,
    release_plan,
    retire_rider,
)
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
TUESDAY = MONDAY + timedelta(days=1)
LUNCH = Sitting.LUNCH
LOADING = 120


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Three doors, and one rider whose box holds a single meal."""
    with transaction():
        kitchen()
        rider(capacity=1)
        for place in range(3):
            subscribed(neighbour(f"R-{place}", north=0.002 * place + 0.001))


def plan(at: datetime = AT, on: date = MONDAY) -> DayPlan:
    draft = draft_plan(on, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=at)
    with transaction():
        keep_plan(draft, by=COMMAND, at=at)
    kept = queries.plan_of(on, LUNCH, "C01")
    assert kept is not None
    return kept


def release(on: date = MONDAY) -> None:
    (day,) = queries.kitchen_days(on, LUNCH, queries.kitchens(Scope(), on=on))
    with transaction():
        release_plan(on, LUNCH, "C01", seen=mark_of(concerns_of(day)), by=COMMAND, at=AT)


def ridden(plan: DayPlan) -> list[tuple[int, int, list[int]]]:
    """Give who departs when to which doors."""
    return [
        (run.rider_id, run.depart_seconds, [stop.subscription_id for stop in run.stops]) for run in plan.runs
    ]


def away(rider_no: str = "Q-001", from_on: date = MONDAY, until_on: date = TUESDAY) -> None:
    with transaction():
        note_absence(rider_no, from_on, until_on, by=COMMAND, at=AT)


def test_who_drops_out_while_the_day_runs_finishes_what_they_carry_and_no_more() -> None:
    before = ridden(plan())
    release()
    with transaction():
        other = rider("Q-002")
    second = before[1][1] - LOADING - 60
    away()
    after = ridden(plan(instant_of(MONDAY, second)))
    assert after[0] == before[0]
    assert {rider_id for rider_id, _, _ in after[1:]} == {other.id}
    assert min(depart for _, depart, _ in after[1:]) >= second + LOADING
    assert sorted(door for _, _, doors in after for door in doors) == sorted(
        door for _, _, doors in before for door in doors
    )
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens(Scope(), on=MONDAY))
    told = {change.rider: (len(change.gained), len(change.lost)) for change in changes_of(day)}
    assert told == {before[0][0]: (0, 2), other.id: (2, 0)}


def test_planning_again_when_nothing_has_happened_changes_nothing() -> None:
    before = ridden(plan())
    release()
    with transaction():
        rider("Q-000")
    for moment in (AT, instant_of(MONDAY, before[1][1])):
        assert ridden(plan(moment)) == before


def test_a_new_door_moves_no_other() -> None:
    before = ridden(plan())
    release()
    with transaction():
        new = subscribed(neighbour("R-9", north=0.0015))
    after = ridden(plan(instant_of(MONDAY, before[0][1])))
    assert [run for run in after if new.id not in run[2]] == before


def test_an_ended_delivery_is_not_ridden_to_and_the_others_are_as_before() -> None:
    before = ridden(plan())
    release()
    with transaction():
        end_subscription(before[2][2][0], until_on=MONDAY, by=COMMAND, at=AT)
    assert ridden(plan(instant_of(MONDAY, before[0][1]))) == before[:2]


def test_a_day_to_come_is_planned_again_with_few_changes_too() -> None:
    before = ridden(plan(on=TUESDAY))
    release(TUESDAY)
    with transaction():
        rider("Q-000")
    assert ridden(plan(on=TUESDAY)) == before


def test_a_shift_that_does_not_hold_what_is_on_its_way_is_told_in_a_sentence() -> None:
    begun = plan().runs[0]
    release()
    with transaction():
        begun.rider.shift_until_seconds = begun.return_seconds - 60
        db.session.merge(begun.rider)
    with pytest.raises(DomainError, match="does not fit what is known of the day"):
        plan(instant_of(MONDAY, begun.depart_seconds))


# ---- Away ----


def riding(on: date) -> list[str]:
    return [each.rider_no for each in queries.riders_on(on, ["C01"])["C01"]]


def test_an_absence_leaves_a_rider_out_of_its_days_alone() -> None:
    away(from_on=TUESDAY, until_on=TUESDAY + timedelta(days=2))
    days = [MONDAY + timedelta(days=count) for count in range(4)]
    assert [riding(day) for day in days] == [["Q-001"], [], [], ["Q-001"]]


def test_who_is_back_earlier_rides_from_today_on() -> None:
    away(until_on=MONDAY + timedelta(days=7))
    later = AT + timedelta(days=2)
    with transaction():
        absence = end_absence("Q-001", by=COMMAND, at=later)
    assert absence.until_on == MONDAY + timedelta(days=2)
    assert riding(TUESDAY) == []
    assert riding(MONDAY + timedelta(days=2)) == ["Q-001"]
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars()
    assert list(acts) == ["rider.away", "rider.back"]


def test_an_absence_to_come_can_be_taken_back_and_noted_anew() -> None:
    away(from_on=TUESDAY, until_on=TUESDAY + timedelta(days=2))
    with transaction():
        end_absence("Q-001", by=COMMAND, at=AT)
    assert riding(TUESDAY) == ["Q-001"]
    away(from_on=TUESDAY, until_on=TUESDAY + timedelta(days=1))
    assert riding(TUESDAY) == []


@pytest.mark.parametrize(
    ("from_on", "until_on", "said"),
    [
        (MONDAY, MONDAY, "must come after"),
        (MONDAY - timedelta(days=1), TUESDAY, "That day is over"),
        (TUESDAY, TUESDAY + timedelta(days=9), "already"),
    ],
)
def test_an_absence_that_cannot_be_is_refused(from_on: date, until_on: date, said: str) -> None:
    away(from_on=TUESDAY + timedelta(days=1), until_on=TUESDAY + timedelta(days=3))
    with pytest.raises(DomainError, match=said):
        away(from_on=from_on, until_on=until_on)


def test_whose_absence_is_not_noted_cannot_be_back_and_who_has_stopped_cannot_be_away() -> None:
    with pytest.raises(NotFound, match="No absence"), transaction():
        end_absence("Q-001", by=COMMAND, at=AT)
    with transaction():
        retire_rider("Q-001", by=COMMAND, at=AT)
    with pytest.raises(DomainError, match="stopped riding"):
        away()


def test_a_rider_of_another_district_is_not_found() -> None:
    stranger = Actor("U-9", frozenset({Permission.DELIVERY_EDIT}), Scope("430102"))
    with pytest.raises(NotFound), transaction():
        note_absence("Q-001", MONDAY, TUESDAY, by=stranger, at=AT)
