"""Home of planning one part of a problem: kitchens that have to do with each other."""

from __future__ import annotations

from dataclasses import dataclass

from app.delivery.routing.fairness import fair
from app.delivery.routing.plan import Objective, Route, RoutePlan, Stop, Trip, Unserved, objective_of
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.closing import searched_again
from app.delivery.routing.solver.days import Days
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.meter import Stop as Ending
from app.delivery.routing.solver.opening import opened
from app.delivery.routing.solver.preflight import hopeless, left_behind
from app.delivery.routing.solver.proof import improved_and_bounded
from app.delivery.routing.solver.share import Share
from app.delivery.routing.solver.trips import Ground, Shape


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of planning: one part of a problem, whether its work is to be shared fairly, and the seed."""

    problem: RoutingProblem
    seed: int
    is_shared_fairly: bool

    def __call__(self, share: Share, stop: Ending) -> RoutePlan:
        """Plan the part with its share of what may be spent."""
        plan = planned(self.problem, share.meter(stop), seed=self.seed)
        return fair(self.problem, plan) if self.is_shared_fairly else plan


def planned(problem: RoutingProblem, meter: Meter, *, seed: int) -> RoutePlan:
    """Plan kitchens that have to do with each other, within a meter's limit."""
    ground = Ground(problem, [order.id for order in problem.orders])
    without_hope = hopeless(ground)
    if without_hope:
        ground = Ground(problem, [order.id for order in problem.orders if order.id not in without_hope])
    days, seen = opened(ground, seed, meter)
    days, bound = improved_and_bounded(days, seen, meter)
    days, bound = searched_again(days, bound, seen, seed=seed, meter=meter)
    routes = _timetable(days)
    objective = objective_of(problem, routes)
    lost = objective.unserved_weight - days.objective().unserved_weight
    return RoutePlan(
        routes=routes,
        unserved=tuple(without_hope.values()) + _left_behind(days),
        objective=objective,
        bound=Objective(bound.unserved_weight + lost, bound.riders, bound.ride),
        proven=bound == days.objective(),
        seconds=meter.passed,
    )


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
