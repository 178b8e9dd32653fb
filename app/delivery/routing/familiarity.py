"""Home of giving routes to the riders who know the doors, where the plan stays as good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from app.delivery.routing.plan import Route, RoutePlan, doors_of
from app.delivery.routing.problem import Rider, RoutingProblem


def familiar(problem: RoutingProblem, plan: RoutePlan, known: Mapping[int, int]) -> RoutePlan:
    """Exchange whole routes so that most doors are visited by whoever is known there.

    `known` gives orders their rider. No time changes, and the objective stays what it is; of all exchanges
    that the riders' shifts, boxes and kitchens allow, none keeps more doors with their rider.
    """
    if not plan.routes or not known:
        return plan
    from ortools.graph.python.linear_sum_assignment import (  # noqa: PLC0415  Only planning pays for the engine.
        SimpleLinearSumAssignment,
    )

    riders = list(problem.riders)
    # Who stays at home takes part, as whoever rides a route without trips.
    routes = [*plan.routes, *[Route(0, ())] * (len(riders) - len(plan.routes))]
    match = SimpleLinearSumAssignment()
    for row, route in enumerate(routes):
        doors = [door for trip in route.trips for door in doors_of(trip)]
        for column, rider in enumerate(riders):
            if _could_ride(problem, rider, route):
                strangers = sum(known.get(door) != rider.id for door in doors)
                # Among equals everybody keeps the route that the plan gives them.
                cost = strangers * (len(riders) + 1) + (route.rider != rider.id)
                match.add_arc_with_cost(row, column, cost)
    match.solve()
    given = [
        replace(route, rider=riders[match.right_mate(row)].id)
        for row, route in enumerate(routes)
        if route.trips
    ]
    return replace(plan, routes=tuple(given))


def _could_ride(problem: RoutingProblem, rider: Rider, route: Route) -> bool:
    starts, ends = rider.window
    return all(
        trip.depart - problem.rules.load_seconds >= starts
        and trip.back <= ends
        and sum(problem.order_by_id[door].amount for door in doors_of(trip)) <= rider.capacity
        and problem.employs(trip.kitchen, rider.id)
        for trip in route.trips
    )
