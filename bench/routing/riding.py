"""Home of turning the peers' trips into whole plans: times for each, and riders for as many as there are.

The peers plan one vehicle a trip, or know no meal's age. What they give is ridden here as well as it can be:
CP-SAT gives the trips to riders, the weightiest first, then with the fewest riders.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ortools.sat.python import cp_model

from app.delivery.routing.plan import (
    NOTHING,
    Objective,
    Reason,
    Route,
    RoutePlan,
    Stop,
    Trip,
    Unserved,
    objective_of,
)
from app.delivery.routing.problem import RoutingProblem
from app.text import Text

Doors = Sequence[int]
"""The ids of a trip's orders, as they are visited."""

ASSIGNING_SECONDS = 3.0


def ridden(problem: RoutingProblem, doors: Doors, ready: int) -> Trip | None:
    """Ride doors of a one-kitchen problem, departing as soon after `ready` as the promises allow."""
    kitchen = problem.kitchens[0]
    depart = max(kitchen.open[0], ready)
    while depart <= kitchen.open[1]:
        stops, clock, place, oldest = [], depart, None, 0
        for door in doors:
            order = problem.order_by_id[door]
            handover = max(clock + problem.ride_seconds(kitchen.id, place, door), order.window[0])
            if handover > order.window[1]:
                return None
            stops.append(Stop(door, handover))
            clock, place, oldest = handover + order.service_seconds, door, max(oldest, handover - depart)
        over = oldest - problem.rules.max_age_seconds
        if over <= 0:
            back = clock + problem.ride_seconds(kitchen.id, place, None)
            return Trip(kitchen.id, depart, tuple(stops), back)
        # A later departure waits less, so that the oldest meal is younger; without waiting it is in vain.
        moved = ridden_latest(problem, doors)
        if moved is None or moved < depart + over:
            return None
        depart += over
    return None


def ridden_latest(problem: RoutingProblem, doors: Doors) -> int | None:
    """Give the latest departure that is in time at every door."""
    kitchen = problem.kitchens[0]
    latest, lag, place = kitchen.open[1], 0, None
    for door in doors:
        lag += problem.ride_seconds(kitchen.id, place, door)
        latest = min(latest, problem.order_by_id[door].window[1] - lag)
        lag, place = lag + problem.order_by_id[door].service_seconds, door
    return latest if latest >= kitchen.open[0] else None


def young_enough(problem: RoutingProblem, doors: Doors) -> list[int]:
    """Drop the doors of a trip that break a promise of its own, the last ones first."""
    doors = list(doors)
    while doors and ridden(problem, doors, 0) is None:
        doors.pop()
    return doors


def plan_of(problem: RoutingProblem, routes: Iterable[Route], seconds: float) -> RoutePlan:
    """Make a plan of routes, with whoever is left out named."""
    routes = tuple(route for route in routes if route.trips)
    served = {stop.order for route in routes for trip in route.trips for stop in trip.stops}
    left = tuple(
        Unserved(order.id, Reason.RIDER_TIME, Text("")) for order in problem.orders if order.id not in served
    )
    return RoutePlan(routes, left, objective_of(problem, routes), NOTHING, proven=False, seconds=seconds)


def best_of(plans: Iterable[RoutePlan]) -> RoutePlan:
    """Give the plan with the best objective."""
    return min(plans, key=lambda plan: plan.objective)


def in_days(problem: RoutingProblem, days: Iterable[Sequence[Doors]], seconds: float) -> RoutePlan:
    """Ride each rider's trips one after another, dropping the doors for which no time is left."""
    routes = []
    for rider, day in zip(problem.riders, days, strict=False):
        trips: list[Trip] = []
        for doors in day:
            ready = (trips[-1].back if trips else rider.window[0]) + problem.rules.load_seconds
            kept = young_enough(problem, doors)
            trip = None
            while kept:
                trip = ridden(problem, kept, ready)
                if trip is not None and trip.back <= rider.window[1]:
                    trips.append(trip)
                    break
                kept.pop()
        routes.append(Route(rider.id, tuple(trips)))
    return plan_of(problem, routes, seconds)


def given_to_riders(problem: RoutingProblem, trips: Iterable[Doors], seconds: float) -> RoutePlan:
    """Give trips to riders: as much weight as their days hold, then with as few of them as can be."""
    kept = [doors for doors in (young_enough(problem, doors) for doors in trips) if doors]
    model = cp_model.CpModel()
    load = problem.rules.load_seconds
    called = [model.new_bool_var("") for _ in problem.riders]
    starts: list[Any] = []
    rides: list[list[Any]] = []
    spans: list[list[Any]] = [[] for _ in problem.riders]
    gains = []
    for doors in kept:
        first, latest = ridden(problem, doors, 0), ridden_latest(problem, doors)
        assert first is not None
        assert latest is not None
        # Whoever departs later is never later back than by as much, so the length holds for every departure.
        length = first.back - first.depart
        start = model.new_int_var(first.depart - load, latest - load, "")
        literals = [model.new_bool_var("") for _ in problem.riders]
        for index, (rider, literal) in enumerate(zip(problem.riders, literals, strict=True)):
            spans[index].append(model.new_optional_fixed_size_interval_var(start, load + length, literal, ""))
            model.add(start >= rider.window[0]).only_enforce_if(literal)
            model.add(start + load + length <= rider.window[1]).only_enforce_if(literal)
            model.add_implication(literal, called[index])
        model.add_at_most_one(literals)
        starts.append(start)
        rides.append(literals)
        gains.append(sum(problem.order_by_id[door].priority for door in doors) * sum(literals))
    for intervals in spans:
        model.add_no_overlap(intervals)
    model.maximize(1000 * sum(gains) - sum(called))
    engine = cp_model.CpSolver()
    engine.parameters.num_workers = 1
    engine.parameters.max_time_in_seconds = ASSIGNING_SECONDS
    status = engine.solve(model)
    days: list[list[tuple[int, Doors]]] = [[] for _ in problem.riders]
    if status in {cp_model.OPTIMAL, cp_model.FEASIBLE}:
        for doors, start, literals in zip(kept, starts, rides, strict=True):
            for index, literal in enumerate(literals):
                if engine.boolean_value(literal):
                    days[index].append((engine.value(start), doors))
    return in_days(problem, ([doors for _, doors in sorted(day)] for day in days), seconds)


__all__ = ["Doors", "Objective", "best_of", "given_to_riders", "in_days"]
