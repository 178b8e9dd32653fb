"""A plan is changed by hand as somebody wants it: a draft beside what is in force, not what is on its way."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.routing.handwork import choices, departing, with_door, with_rider
from app.delivery.routing.solver import Effort
from app.delivery.routing.timetable import Place
from app.delivery.rules.proof import instant_of
from app.delivery.rules.release import ConcernKind, mark_of
from app.delivery.service import concerns_of, draft_plan, keep_plan, release_plan
from app.delivery.service.handwork import Change, PlanInHand, change_plan, lock_run, plan_in_hand
from app.errors import Conflict, NotFound
from app.extensions import db
from app.roles import COMMAND, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Three doors, and two riders whose boxes hold two meals."""
    with transaction():
        kitchen()
        rider("Q-001", capacity=2)
        rider("Q-002", capacity=2)
        for place in range(3):
            subscribed(neighbour(f"R-{place}", north=0.002 * place + 0.001))
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)


def in_hand(at: datetime = AT) -> PlanInHand:
    (site,) = queries.kitchens(Scope(), on=MONDAY)
    return plan_in_hand(MONDAY, LUNCH, site, at=at)


def change(wanted: Change, *, seen: str | None = None, at: datetime = AT) -> DayPlan:
    held = in_hand(at)
    with transaction():
        change_plan(MONDAY, LUNCH, held.day.kitchen, wanted, seen=seen or held.mark, by=COMMAND, at=at)
    return in_hand(at).plan


def release() -> None:
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(concerns_of(in_hand().day)), by=COMMAND, at=AT)


def doors(plan: DayPlan) -> list[list[int]]:
    return [[stop.subscription_id for stop in run.stops] for run in plan.runs]


def test_a_door_goes_where_it_was_put_and_the_trail_says_so() -> None:
    held = in_hand()
    order = held.plan.runs[0].stops[0].subscription_id
    best = choices(held.problem, held.routes, order)[0]
    changed = change(partial(with_door, order=order, spot=best.spot))
    assert doors(changed) != doors(held.plan)
    assert {door for run in doors(changed) for door in run} == {
        door for run in doors(held.plan) for door in run
    }
    assert changed.ride_seconds == held.plan.ride_seconds + best.ride_seconds
    assert not changed.is_released
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq.desc())).scalars()
    assert next(iter(acts)) == "delivery.changed_by_hand"
    assert db.session.execute(select(func.count()).select_from(DayPlan)).scalar() == 1


def test_what_a_change_breaks_must_be_seen_before_the_release() -> None:
    run = in_hand().plan.runs[0]
    change(partial(departing, place=Place(run.rider_id, 0), depart=6 * 3600))
    assert ConcernKind.BROKEN in {each.kind for each in concerns_of(in_hand().day)}
    with pytest.raises(Conflict, match="points to note"), transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
    release()
    assert in_hand().plan.is_released


def test_a_plan_in_force_stays_beside_the_changed_draft() -> None:
    release()
    before = doors(in_hand().plan)
    run = in_hand().plan.runs[0]
    later = partial(departing, place=Place(run.rider_id, 0), depart=run.depart_seconds + 60)
    changed = change(later)
    assert (changed.revision, changed.is_released) == (2, False)
    in_force = queries.released_plan_of(MONDAY, LUNCH, "C01")
    assert in_force is not None
    assert (in_force.revision, doors(in_force)) == (1, before)


def test_who_looked_at_another_plan_is_told_and_nothing_changes() -> None:
    run, looked_at = in_hand().plan.runs[0], in_hand().mark
    later = partial(departing, place=Place(run.rider_id, 0), depart=run.depart_seconds + 60)
    change(later)
    for wanted, seen in (
        (later, looked_at),
        (partial(departing, place=Place(run.rider_id, 9), depart=1), None),
    ):
        before = in_hand().mark
        with pytest.raises(Conflict, match="was changed meanwhile"):
            change(wanted, seen=seen)
        assert in_hand().mark == before


def test_what_is_being_loaded_or_on_its_way_is_left_alone() -> None:
    release()
    first, second = sorted(in_hand().plan.runs, key=lambda run: run.depart_seconds)[:2]
    loading = instant_of(MONDAY, first.depart_seconds - 100)
    place = Place(first.rider_id, 0)
    for wanted in (
        partial(departing, place=place, depart=first.depart_seconds + 900),
        partial(
            with_rider,
            place=place,
            rider=next(each.id for each in in_hand().day.riders if each.id != first.rider_id),
        ),
    ):
        with pytest.raises(Conflict, match="being loaded or on its way"):
            change(wanted, at=loading)
    is_second = second.rider_id == first.rider_id
    change(
        partial(departing, place=Place(second.rider_id, int(is_second)), depart=second.depart_seconds + 600),
        at=loading,
    )
    assert in_hand(loading).plan.revision == 2


def test_a_sitting_without_a_plan_has_nothing_to_change() -> None:
    (site,) = queries.kitchens(Scope(), on=MONDAY)
    with pytest.raises(NotFound, match="not planned"):
        plan_in_hand(MONDAY, Sitting.DINNER, site, at=AT)


def lock(number: int, *, locked: bool = True) -> None:
    held = in_hand()
    with transaction():
        lock_run(MONDAY, LUNCH, held.day.kitchen, number, locked=locked, seen=held.mark, by=COMMAND, at=AT)


def plan_again() -> DayPlan:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
    return in_hand().plan


def ridden(plan: DayPlan) -> set[tuple[int, int, tuple[int, ...]]]:
    return {
        (run.rider_id, run.depart_seconds, tuple(stop.subscription_id for stop in run.stops))
        for run in plan.runs
    }


def late_run() -> tuple[int, int, tuple[int, ...]]:
    """Let the first run leave at a minute that no planner would choose; give it."""
    first = in_hand().plan.runs[0]
    late = first.depart_seconds + 900
    changed = change(partial(departing, place=Place(first.rider_id, 0), depart=late))
    return next(run for run in ridden(changed) if run[1] == late)


def test_planning_again_leaves_a_locked_run_as_it_is_and_no_other() -> None:
    late = late_run()
    assert late not in ridden(plan_again())
    late = late_run()
    (number,) = [run.number for run in in_hand().plan.runs if run.depart_seconds == late[1]]
    lock(number)
    for _ in range(2):
        planned = plan_again()
        assert late in ridden(planned)
        assert [run.is_locked for run in planned.runs] == [
            run.depart_seconds == late[1] for run in planned.runs
        ]
        assert sorted(door for run in doors(planned) for door in run) == sorted(
            door for run in ridden(planned) for door in run[2]
        )
        assert len(planned.unserved) == 0
    (number,) = [run.number for run in planned.runs if run.is_locked]
    lock(number, locked=False)
    assert late not in ridden(plan_again())


def test_a_locked_run_of_a_released_plan_stays_too() -> None:
    late = late_run()
    release()
    (number,) = [run.number for run in in_hand().plan.runs if run.depart_seconds == late[1]]
    lock(number)
    with transaction():
        subscribed(neighbour("R-9", north=0.0015))
    assert late in ridden(plan_again())


def test_a_locked_run_is_not_changed_by_hand_either() -> None:
    held = in_hand()
    lock(held.plan.runs[0].number)
    order = held.plan.runs[0].stops[0].subscription_id
    spot = next(each.spot for each in choices(held.problem, held.routes, order))
    with pytest.raises(Conflict, match="locked"):
        change(partial(with_door, order=order, spot=spot))
    assert ridden(in_hand().plan) == ridden(held.plan)


def test_a_run_is_locked_once_and_only_on_the_plan_that_was_looked_at() -> None:
    seen = in_hand()
    lock(1)
    lock(1)
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert acts.count("delivery.run_locked") == 1
    lock(1, locked=False)
    late_run()
    with pytest.raises(Conflict), transaction():
        lock_run(MONDAY, LUNCH, seen.day.kitchen, 1, locked=True, seen=seen.mark, by=COMMAND, at=AT)
