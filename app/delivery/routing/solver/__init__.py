"""Home of the planner: a problem and an effort in, a plan that keeps every promise out.

First the orders that no trip can serve get their reason. Then a search moves doors between trips and trips
between riders; then a model over whole trips improves what it found and proves what it can. The goal's order
is kept throughout: least weight left out, then fewest riders, then least riding.

The same problem, effort and seed give the same plan as long as the machine is quick enough to do the work
that the seconds stand for; where it is not, the clock ends the work and the plan may differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic

from app.delivery.routing.check import violations
from app.delivery.routing.plan import (
    Objective,
    Route,
    RoutePlan,
    Stop,
    Trip,
    Unserved,
    objective_of,
)
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.preflight import hopeless, left_behind, set_aside_as
from app.delivery.routing.solver.proof import improved_and_bounded
from app.delivery.routing.solver.search import Days, searched
from app.delivery.routing.solver.trips import Ground, Shape


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to plan: seconds at most (the engine's loading apart), processor cores, and the seed."""

    seconds: float = 10.0
    workers: int = 1
    seed: int = 1


class BrokenPlan(AssertionError):
    """The planner made a plan that breaks a promise: a fault of ours, never of the problem."""


def solve(problem: RoutingProblem, effort: Effort | None = None) -> RoutePlan:
    """Plan a sitting's rides.

    Raises: BrokenPlan when the plan found breaks a promise; no such plan is ever handed out.
    """
    effort = effort or Effort()
    began = monotonic()
    aside = [set_aside_as(one) for one in problem.set_aside]
    without_hope = hopeless(problem)
    ground = Ground(problem, [order.id for order in problem.orders if order.id not in without_hope])
    days, seen = searched(ground, effort.seed, effort.seconds, began)
    days, bound = improved_and_bounded(days, seen, began + effort.seconds)
    routes = _timetable(days)
    objective = objective_of(problem, routes)
    lost = objective.unserved_weight - days.objective().unserved_weight
    bound = Objective(bound.unserved_weight + lost, bound.riders, bound.ride)
    plan = RoutePlan(
        routes=routes,
        unserved=tuple(aside) + tuple(without_hope.values()) + _left_behind(days),
        objective=objective,
        bound=bound,
        proven=bound == objective,
        seconds=monotonic() - began,
    )
    broken = violations(problem, plan)
    if broken:
        raise BrokenPlan([str(sentence) for sentence in broken])
    return plan


def _left_behind(days: Days) -> tuple[Unserved, ...]:
    """Answer for the orders that found no place."""
    served = days.served()
    return tuple(
        left_behind(days.ground, index, days.cooked)
        for index in range(len(days.ground.orders))
        if not served >> index & 1
    )


def _timetable(days: Days) -> tuple[Route, ...]:
    """Give every leg its shortest way and its earliest departure."""
    routes = []
    for rider, day in enumerate(days.legs):
        if day:
            trips = tuple(_trip(days.ground, shape, depart) for shape, depart in days.timed_shapes(rider))
            routes.append(Route(days.ground.riders[rider].id, trips))
    return tuple(routes)


def _trip(ground: Ground, shape: Shape, depart: int) -> Trip:
    """Ride a shape from a departure on, waiting at doors that open later."""
    durations = ground.durations[shape.kitchen]
    stops, clock, place = [], depart, 0
    for door in shape.doors:
        order = ground.orders[door]
        handover = max(clock + durations[place][door + 1], order.window[0])
        stops.append(Stop(order.id, handover))
        clock, place = handover + order.service_seconds, door + 1
    return Trip(ground.kitchens[shape.kitchen].id, depart, tuple(stops), clock + durations[place][0])
