"""A kitchen that is late: what has not left is planned behind it, and what has left stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.models.delays import KitchenDelay
from app.delivery.queries import KitchenDay
from app.delivery.routing.solver import Effort
from app.delivery.rules.delays import NewDelay
from app.delivery.rules.proof import Outcome, StopReport, Via, instant_of
from app.delivery.rules.release import mark_of
from app.delivery.service import concerns_of, draft_plan, keep_plan, release_plan, take_reports
from app.delivery.service.delays import note_delay, runs_in_doubt
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH
NOON = 12 * 3600


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Three doors, and one rider whose box holds a single meal: three runs one after the other."""
    with transaction():
        kitchen()
        rider(capacity=1)
        for place in range(3):
            subscribed(neighbour(f"R-{place}", north=0.002 * place + 0.001))


def plan(at: datetime = AT) -> DayPlan:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=at)
    with transaction():
        keep_plan(draft, by=COMMAND, at=at)
    return shown().plan or pytest.fail("nothing is planned")


def shown() -> KitchenDay:
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens(Scope(), on=MONDAY))
    return day


def release() -> None:
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(concerns_of(shown())), by=COMMAND, at=AT)


def late(
    ready: int, at: datetime, waiting: frozenset[int] = frozenset(), by: Actor = COMMAND
) -> KitchenDelay:
    with transaction():
        return note_delay("C01", MONDAY, LUNCH, NewDelay(ready, "停气", waiting), by=by, at=at)


def rides(plan: DayPlan) -> list[tuple[int, list[int]]]:
    return [(run.depart_seconds, [stop.subscription_id for stop in run.stops]) for run in plan.runs]


def test_before_anything_is_planned_nothing_leaves_too_early() -> None:
    late(11 * 3600, AT)
    assert min(depart for depart, _ in rides(plan())) >= 11 * 3600
    assert shown().too_early == ()


def test_a_plan_in_force_is_told_until_it_is_planned_again_and_then_follows() -> None:
    before = rides(plan())
    release()
    ready = before[0][0] + 1200
    late(ready, AT)
    early = [depart for depart, _ in before if depart < ready]
    assert [run.depart_seconds for run in shown().too_early] == early
    after = rides(plan())
    assert min(depart for depart, _ in after) >= ready
    assert sorted(door for _, doors in after for door in doors) == sorted(
        door for _, doors in before for door in doors
    )
    assert shown().too_early == ()
    release()
    assert shown().too_early == ()


def test_a_run_that_waits_at_the_door_of_the_kitchen_has_not_begun() -> None:
    before = plan()
    release()
    first = before.runs[0]
    now = instant_of(MONDAY, first.depart_seconds + 60)
    assert [run.id for run in runs_in_doubt(MONDAY, LUNCH, "C01", at=now)] == [first.id]
    ready = first.depart_seconds + 1200
    late(ready, now, frozenset({first.id}))
    after = rides(plan(now + timedelta(minutes=2)))
    assert min(depart for depart, _ in after) >= ready
    assert len(after) == 3


def test_a_run_that_has_left_stays_and_only_the_others_wait() -> None:
    before = rides(plan())
    release()
    now = instant_of(MONDAY, before[0][0] + 60)
    ready = before[1][0] + 1800
    late(ready, now)
    # It takes until somebody plans again; by the clock the second run should be on its way by then.
    later = instant_of(MONDAY, before[1][0] + 60)
    after = rides(plan(later))
    assert after[0] == before[0]
    assert min(depart for depart, _ in after[1:]) >= ready
    assert shown().too_early == ()
    assert not [each for each in concerns_of(shown()) if each.sentence]


def test_a_draft_that_leaves_too_early_says_so_before_the_release() -> None:
    first = rides(plan())[0][0]
    late(first + 600, AT)
    told = [str(each.sentence) for each in concerns_of(shown()) if each.sentence]
    assert len(told) == len(shown().too_early) > 0
    assert "before the late kitchen has its meals" in told[0]


def test_a_run_that_reported_a_stop_cannot_be_waiting() -> None:
    run = plan().runs[0]
    release()
    now = instant_of(MONDAY, run.depart_seconds + 400)
    report = StopReport(
        id=uuid4(),
        run_id=run.id,
        position=1,
        outcome=Outcome.HANDED_OVER,
        happened_at=now,
        via=Via.LINK,
        reported_by="Q-001",
    )
    with transaction():
        take_reports([report], by=COMMAND, at=now)
    assert run.id not in {each.id for each in runs_in_doubt(MONDAY, LUNCH, "C01", at=now)}
    with pytest.raises(DomainError, match="has reported a stop"):
        late(NOON, now, frozenset({run.id}))


def test_the_last_word_counts_and_the_trail_has_each() -> None:
    late(11 * 3600, AT)
    late(11 * 3600 + 1800, AT)
    delay = shown().delay
    assert delay is not None
    assert delay.ready_seconds == 11 * 3600 + 1800
    acts = db.session.execute(select(AuditEntry).where(AuditEntry.action == "kitchen.delayed")).scalars()
    assert [ready for entry in acts for ready in ("11:00", "11:30") if ready in str(entry.detail)] == [
        "11:00",
        "11:30",
    ]


@pytest.mark.parametrize("ready", [9 * 3600, 12 * 3600 + 1800, 20 * 3600])
def test_a_time_at_which_nothing_leaves_is_refused(ready: int) -> None:
    with pytest.raises(DomainError, match="leave from 10:00 until 12:30"):
        late(ready, AT)


def test_a_day_that_is_over_and_another_area_are_refused() -> None:
    with pytest.raises(DomainError, match="That day is over"):
        late(NOON, AT + timedelta(days=1))
    stranger = Actor("U-9", frozenset({Permission.DELIVERY_RECORD}), Scope("430102"))
    with pytest.raises(NotFound):
        late(NOON, AT, by=stranger)
