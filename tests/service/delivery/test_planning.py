"""A day's orders become a checked plan, and the plan becomes rows, on a real database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, Rider, Run, Stop, Subscription
from app.delivery.routing.check import violations
from app.delivery.routing.documents import problem_from_json
from app.delivery.routing.plan import Reason, Route, RoutePlan, Trip, objective_of
from app.delivery.routing.plan import Stop as PlannedStop
from app.delivery.routing.solver import Effort
from app.delivery.rules.days import EVERY_DAY
from app.delivery.service import Draft, draft_plan, keep_plan
from app.delivery.service.planning import KITCHEN
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import begin_absence
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
QUICK = Effort(seconds=1.0)
LUNCH = Sitting.LUNCH


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    """Four doors near the kitchen, and one rider."""
    with transaction():
        kitchen()
        rider()
        for place in range(4):
            subscribed(neighbour(f"R-{place}", north=0.002 * place + 0.001, east=0.001 * (place % 2)))


def planned(on: date = MONDAY) -> DayPlan:
    draft = draft_plan(on, LUNCH, "C01", effort=QUICK, by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
    plan = queries.plan_of(on, LUNCH, "C01")
    assert plan is not None
    return plan


def test_residents_keep_the_rider_whom_they_know() -> None:
    with transaction() as session:
        known = rider("Q-002")
        # Monday is the other one's day off.
        session.execute(update(Rider).where(Rider.rider_no == "Q-001").values(weekdays=EVERY_DAY & ~1))
    assert {run.rider_id for run in planned().runs} == {known.id}
    tuesday = planned(MONDAY + timedelta(days=1))
    assert {run.rider_id for run in tuesday.runs} == {known.id}


def handed_back(plan: DayPlan) -> RoutePlan:
    """Read a plan back from its rows alone."""
    problem = problem_from_json(plan.instance)
    by_rider: dict[int, list[Trip]] = {}
    for run in plan.runs:
        stops = tuple(PlannedStop(stop.subscription_id, stop.handover_seconds) for stop in run.stops)
        by_rider.setdefault(run.rider_id, []).append(
            Trip(KITCHEN, run.depart_seconds, stops, run.return_seconds)
        )
    routes = tuple(Route(each, tuple(trips)) for each, trips in by_rider.items())
    draft = draft_plan(plan.served_on, LUNCH, "C01", effort=QUICK, by=COMMAND, at=AT)
    objective = objective_of(problem, routes)
    return RoutePlan(routes, draft.plan.unserved, objective, objective, proven=False, seconds=0.0)


def test_the_rows_of_a_plan_keep_every_promise_of_its_instance() -> None:
    plan = planned()
    assert sum(len(run.stops) for run in plan.runs) == 4
    problem = problem_from_json(plan.instance)
    assert violations(problem, handed_back(plan)) == ()
    assert {order.id for order in problem.orders} == {
        stop.subscription_id for run in plan.runs for stop in run.stops
    }


def test_runs_are_numbered_by_departure_and_no_meal_is_late() -> None:
    plan = planned()
    assert [run.number for run in plan.runs] == list(range(1, len(plan.runs) + 1))
    departures = [run.depart_seconds for run in plan.runs]
    assert departures == sorted(departures)
    for run in plan.runs:
        for stop in run.stops:
            assert stop.handover_seconds <= stop.latest_seconds
            assert stop.latest_seconds <= run.depart_seconds + 900
            assert stop.latest_seconds <= 12 * 3600 + 1800


def test_stairs_take_time_on_the_plan() -> None:
    problem = problem_from_json(planned().instance)
    assert {order.service_seconds for order in problem.orders} == {150 + 5 * 25}


def test_planning_again_replaces_the_plan_and_says_so_in_the_trail() -> None:
    planned()
    planned()
    assert db.session.execute(select(func.count()).select_from(DayPlan)).scalar_one() == 1
    assert db.session.execute(select(func.count()).select_from(Stop)).scalar_one() == 4
    trail = db.session.execute(
        select(AuditEntry.detail).where(AuditEntry.action == "delivery.planned").order_by(AuditEntry.seq)
    ).scalars()
    assert ['"replaced":false' in detail or '"replaced": false' in detail for detail in trail] == [
        True,
        False,
    ]


def test_a_door_without_coordinates_is_left_out_as_invalid() -> None:
    with transaction():
        lost = subscribed(neighbour("R-9", has_place=False)).id
    plan = planned()
    assert [(left.subscription_id, left.reason, left.ride_seconds) for left in plan.unserved] == [
        (lost, Reason.INVALID, None)
    ]
    again = problem_from_json(plan.instance)
    assert [(aside.id, aside.is_duplicate) for aside in again.set_aside] == [(lost, False)]
    assert violations(again, handed_back(plan)) == ()


def test_a_door_too_far_away_is_left_out_with_the_seconds_to_it() -> None:
    with transaction():
        subscribed(neighbour("R-9", north=0.05))
    (left,) = planned().unserved
    assert left.reason is Reason.OUTSIDE_CIRCLE
    assert left.ride_seconds is not None
    assert left.ride_seconds > 900


def test_nobody_is_planned_for_who_is_away_and_they_are_told_apart() -> None:
    absence = Absence(AbsenceReason.HOSPITAL, MONDAY, MONDAY + timedelta(days=1))
    with transaction():
        patient = subscribed(neighbour("R-9")).id
        begin_absence("R-9", absence, by=COMMAND, at=AT)
    plan = planned()
    assert patient not in {stop.subscription_id for run in plan.runs for stop in run.stops}
    due = queries.due(MONDAY, LUNCH, ["C01"])["C01"]
    assert [(each.id, why) for each, why in due.away] == [(patient, absence)]
    for day in (MONDAY - timedelta(days=1), MONDAY + timedelta(days=1)):
        beside = queries.due(day, LUNCH, ["C01"])["C01"]
        assert patient in {each.id for each in beside.going}
        assert beside.away == ()


@pytest.mark.parametrize("status", [Status.DECEASED, Status.MOVED_AWAY, Status.INSTITUTION])
def test_nobody_who_has_gone_is_planned_for_but_they_are_told_apart(status: Status) -> None:
    with transaction():
        gone = subscribed(neighbour("R-9", statuses=(StatusChange(status, MONDAY),))).id
    plan = planned()
    assert gone not in {stop.subscription_id for run in plan.runs for stop in run.stops}
    due = queries.due(MONDAY, LUNCH, ["C01"])["C01"]
    assert [(each.id, why) for each, why in due.staying] == [(gone, status)]
    day_before = queries.due(MONDAY - timedelta(days=1), LUNCH, ["C01"])["C01"]
    assert gone in {each.id for each in day_before.going}


def test_without_riders_everybody_is_left_out_for_that_reason() -> None:
    with transaction():
        for each in db.session.execute(select(Rider)).scalars():
            each.is_active = False
    plan = planned()
    assert plan.runs == []
    assert {left.reason for left in plan.unserved} == {Reason.NO_RIDER}


@pytest.mark.parametrize(
    ("weekdays", "is_active", "rides"),
    [(0b000_0001, True, True), (0b000_0010, True, False), (1, False, False)],
)
def test_riders_ride_on_their_weekdays_while_they_are_active(
    *, weekdays: int, is_active: bool, rides: bool
) -> None:
    with transaction():
        rider("Q-2", weekdays=weekdays, is_active=is_active)
    found = {each.rider_no for each in queries.riders_on(MONDAY, ["C01"])["C01"]}
    assert ("Q-2" in found) is rides


@pytest.mark.parametrize("weekday", range(7))
def test_the_database_finds_the_same_weekdays_as_the_rules(weekday: int) -> None:
    with transaction():
        only = subscribed(neighbour("R-9"), weekdays=1 << weekday).id
    due_on = [
        offset
        for offset in range(7)
        if only
        in {each.id for each in queries.due(MONDAY + timedelta(days=offset), LUNCH, ["C01"])["C01"].going}
    ]
    assert due_on == [weekday]


def test_a_plan_is_outdated_once_a_subscription_ends() -> None:
    planned()
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens_of_day(MONDAY, LUNCH, COMMAND.scope))
    assert not day.is_outdated
    assert day.served == day.meals == 4
    with transaction():
        for each in db.session.execute(select(Subscription).limit(1)).scalars():
            each.until_on = MONDAY
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens_of_day(MONDAY, LUNCH, COMMAND.scope))
    assert day.is_outdated


def test_a_kitchen_without_coordinates_is_refused_by_name() -> None:
    with transaction():
        kitchen("C02").latitude = None
    with pytest.raises(DomainError, match=r"C02.*no coordinates"):
        draft_plan(MONDAY, LUNCH, "C02", effort=QUICK, by=COMMAND, at=AT)


def test_an_unknown_kitchen_is_not_found() -> None:
    with pytest.raises(NotFound):
        draft_plan(MONDAY, LUNCH, "C99", effort=QUICK, by=COMMAND, at=AT)


def test_two_who_plan_the_same_sitting_get_one_plan() -> None:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=QUICK, by=COMMAND, at=AT)
    with pytest.raises(Conflict, match="just planned"):
        _kept_beside_another(draft)
    assert db.session.execute(select(func.count()).select_from(Run)).scalar_one() == 0


def _kept_beside_another(draft: Draft) -> None:
    with transaction() as session:
        keep_plan(draft, by=COMMAND, at=AT)
        # The other one's insert, as if neither had seen the other's.
        session.add(_bare_plan(draft))


def _bare_plan(draft: Draft) -> DayPlan:
    return DayPlan(
        served_on=draft.on,
        sitting=draft.sitting,
        kitchen_code=draft.kitchen_code,
        instance="{}",
        made_at=AT,
        made_by="U-9",
        unserved_weight=0,
        riders=0,
        ride_seconds=0,
        bound_unserved_weight=0,
        bound_riders=0,
        bound_ride_seconds=0,
        is_proven=True,
    )


def test_drafting_holds_nothing_of_the_database() -> None:
    draft_plan(MONDAY, LUNCH, "C01", effort=QUICK, by=COMMAND, at=AT)
    assert not db.session.in_transaction()
