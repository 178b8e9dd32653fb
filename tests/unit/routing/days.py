"""Home of whole days for the routing tests: riders' trips made by hand, and any that keep all promises."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from app.delivery.routing.check import violations
from app.delivery.routing.plan import NOTHING, Route, RoutePlan, Trip, objective_of
from app.delivery.routing.problem import Matrix, RoutingProblem
from app.delivery.routing.timetable import ridden_soonest
from tests.unit.routing.instances import ELEVEN, SHIFT, on_a_street

Days = dict[int, list[Trip]]
"""Each rider's trips."""


def plan_of(problem: RoutingProblem, days: Days) -> RoutePlan:
    """Make a plan of trips; nobody may be left out of it."""
    routes = tuple(
        Route(rider, tuple(sorted(trips, key=lambda trip: trip.depart)))
        for rider, trips in days.items()
        if trips
    )
    return RoutePlan(routes, (), objective_of(problem, routes), NOTHING, proven=False, seconds=0)


def sound(problem: RoutingProblem, days: Days) -> RoutePlan:
    """Make a plan that the independent check finds nothing wrong with."""
    plan = plan_of(problem, days)
    assert violations(problem, plan) == ()
    return plan


def only_carried(problem: RoutingProblem, plan: RoutePlan) -> RoutingProblem:
    """Leave out the orders that a plan does not carry."""
    carried = set(plan.served)
    kept = [order for order in problem.orders if order.id in carried]
    ends = [0, *(problem.matrix_index(1, order.id) for order in kept)]
    durations = problem.matrices[1].durations
    rows = tuple(tuple(durations[start][end] for end in ends) for start in ends)
    matrix = Matrix(tuple(order.id for order in kept), rows)
    return replace(problem, orders=tuple(kept), matrices={1: matrix})


@st.composite
def planned_days(draw: st.DrawFn) -> tuple[RoutingProblem, RoutePlan]:
    """Give up to seven doors on a street with hours of their own, ridden by up to three riders."""
    places = draw(st.lists(st.integers(-400, 400), min_size=1, max_size=7))
    problem = on_a_street(*places, riders=3, capacity=draw(st.integers(2, 4)))
    opens = draw(st.lists(st.integers(0, 2400), min_size=len(places), max_size=len(places)))
    problem = replace(
        problem,
        orders=tuple(
            replace(order, window=(ELEVEN + at, ELEVEN + at + 1500), amount=draw(st.integers(1, 2)))
            for order, at in zip(problem.orders, opens, strict=True)
        ),
    )
    days: Days = {11: [], 12: [], 13: []}
    for order in draw(st.permutations([order.id for order in problem.orders])):
        rider = draw(st.sampled_from(sorted(days)))
        day = days[rider]
        joins = draw(st.booleans()) and bool(day)
        doors = (*(stop.order for stop in day[-1].stops), order) if joins else (order,)
        before = day[:-1] if joins else day
        least = (before[-1].back if before else SHIFT[0]) + 120
        depart = max(least, ELEVEN, problem.order_by_id[doors[0]].window[0] - draw(st.integers(0, 500)))
        trial = {**days, rider: [*before, ridden_soonest(problem, 1, depart, doors)]}
        if not _breaks_a_promise(problem, trial):
            days = trial
    carried = only_carried(problem, plan_of(problem, days))
    return carried, plan_of(carried, days)


def _breaks_a_promise(problem: RoutingProblem, days: Days) -> bool:
    smaller = only_carried(problem, plan_of(problem, days))
    return bool(violations(smaller, plan_of(smaller, days)))
