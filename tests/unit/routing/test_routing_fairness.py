"""Sharing the work between riders: nothing of the plan's goals is lost, and nobody can be helped further."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings

from app.delivery.routing.check import violations
from app.delivery.routing.fairness import fair, work_seconds
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import Rider, RoutingProblem
from app.delivery.routing.solver import Effort, solve
from app.delivery.routing.timetable import ridden_soonest
from tests.unit.routing.days import planned_days, sound
from tests.unit.routing.instances import ELEVEN, SHIFT, on_a_street

Planned = tuple[RoutingProblem, RoutePlan]


def work(problem: RoutingProblem, plan: RoutePlan) -> list[int]:
    return sorted((work_seconds(problem, route.trips) for route in plan.routes), reverse=True)


def three_to_one(*riders: Rider) -> Planned:
    """Lay three trips on the first rider, and one on the second."""
    problem = replace(on_a_street(100, 100, 100, 100), riders=riders)
    trips = [ridden_soonest(problem, 1, ELEVEN + 900 * order, (order,)) for order in (1, 2, 3, 4)]
    return problem, sound(problem, {11: trips[:3], 12: trips[3:]})


def test_a_trip_goes_from_the_busiest_rider_to_one_with_time() -> None:
    problem, plan = three_to_one(Rider(11, window=SHIFT), Rider(12, window=SHIFT))
    shared = fair(problem, plan)
    assert [len(route.trips) for route in shared.routes] == [2, 2]
    assert shared.objective == plan.objective
    assert violations(problem, shared) == ()


def test_a_rider_is_given_no_trip_outside_their_shift() -> None:
    problem, plan = three_to_one(Rider(11, window=SHIFT), Rider(12, window=(ELEVEN + 3000, SHIFT[1])))
    assert fair(problem, plan) == plan


def test_who_has_no_trip_is_not_called_in() -> None:
    riders = (Rider(11, window=SHIFT), Rider(12, window=SHIFT), Rider(13, window=SHIFT))
    problem, plan = three_to_one(*riders)
    assert fair(problem, plan).riders == (11, 12)


@settings(max_examples=60)
@given(planned=planned_days())
def test_sharing_keeps_every_trip_and_every_promise(planned: Planned) -> None:
    problem, plan = planned
    shared = fair(problem, plan)
    assert violations(problem, shared) == ()
    assert shared.objective == plan.objective
    assert set(shared.trips) == set(plan.trips)
    assert work(problem, shared) <= work(problem, plan)
    assert fair(problem, shared) == shared


@settings(max_examples=40)
@given(planned=planned_days())
def test_no_trip_that_somebody_could_take_over_would_make_it_fairer(planned: Planned) -> None:
    problem, plan = planned
    shared = fair(problem, plan)
    days = {route.rider: route.trips for route in shared.routes}
    for giver, trips in days.items():
        for taker in days.keys() - {giver}:
            for trip in trips:
                moved = {
                    **days,
                    giver: tuple(one for one in trips if one is not trip),
                    taker: tuple(sorted((*days[taker], trip), key=lambda one: one.depart)),
                }
                routes = tuple(replace(route, trips=moved[route.rider]) for route in shared.routes)
                other = replace(shared, routes=routes)
                if moved[giver] and not violations(problem, other):
                    assert work(problem, other) >= work(problem, shared)


def test_the_planner_shares_out_what_it_plans() -> None:
    doors = [(-1) ** index * (60 + 25 * index) for index in range(24)]
    problem = on_a_street(*doors, riders=4, capacity=3)
    plan = solve(problem, Effort(work=1))
    assert plan == fair(problem, plan)
    assert len(plan.riders) > 1
