"""Home of the plan of rides: who rides when with which meals, and what stays behind and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from app.delivery.routing.problem import RoutingProblem
from app.text import Text


class Reason(StrEnum):
    """Why no run carries an order."""

    OUTSIDE_CIRCLE = "OUTSIDE_CIRCLE"
    WINDOW_UNREACHABLE = "WINDOW_UNREACHABLE"
    OVER_BOX = "OVER_BOX"
    NO_RIDER = "NO_RIDER"
    RIDER_TIME = "RIDER_TIME"
    KITCHEN_CAPACITY = "KITCHEN_CAPACITY"
    INVALID = "INVALID"
    DUPLICATE = "DUPLICATE"
    NO_KITCHEN = "NO_KITCHEN"


@dataclass(frozen=True, slots=True)
class Stop:
    """One door on a trip and the second after midnight at which the meal is handed over."""

    order: int
    handover: int


@dataclass(frozen=True, slots=True)
class Trip:
    """One way out of a kitchen and back; times in seconds after midnight."""

    kitchen: int
    depart: int
    stops: tuple[Stop, ...]
    back: int

    @property
    def longest_age_seconds(self) -> int:
        """Give the age of the oldest meal when it is handed over."""
        return max((stop.handover - self.depart for stop in self.stops), default=0)


def doors_of(trip: Trip) -> tuple[int, ...]:
    """Give the orders of a trip in the order in which they are handed over."""
    return tuple(stop.order for stop in trip.stops)


@dataclass(frozen=True, slots=True)
class Route:
    """All trips of one rider, in the order they are ridden."""

    rider: int
    trips: tuple[Trip, ...]


@dataclass(frozen=True, slots=True)
class Unserved:
    """An order that no trip carries, why, and what a planner can do about it."""

    order: int
    reason: Reason
    remedy: Text


@dataclass(frozen=True, slots=True, order=True)
class Objective:
    """What a plan costs, the graver first: weight left without a meal, riders called in, seconds ridden."""

    unserved_weight: int
    riders: int
    ride: int


NOTHING = Objective(unserved_weight=0, riders=0, ride=0)
"""The bound that always holds."""


@dataclass(frozen=True)
class RoutePlan:
    """A plan with what it claims of itself: its objective, and proven lower bounds of each part of it.

    Each part of `bound` is a bound given the plan's own figures in the graver parts; `proven` says that all
    three meet, so that no better plan exists. `seconds` is the time that planning took.
    """

    routes: tuple[Route, ...]
    unserved: tuple[Unserved, ...]
    objective: Objective
    bound: Objective
    proven: bool
    seconds: float

    @property
    def trips(self) -> tuple[Trip, ...]:
        """Give all trips, rider by rider."""
        return tuple(trip for route in self.routes for trip in route.trips)

    @property
    def served(self) -> tuple[int, ...]:
        """Give the orders that are carried, in the order they are visited."""
        return tuple(stop.order for trip in self.trips for stop in trip.stops)

    @property
    def riders(self) -> tuple[int, ...]:
        """Give the riders who ride at all."""
        return tuple(route.rider for route in self.routes if route.trips)

    @property
    def longest_age_seconds(self) -> int:
        """Give the age of the oldest meal of the plan when it is handed over."""
        return max((trip.longest_age_seconds for trip in self.trips), default=0)


def trip_ride_seconds(problem: RoutingProblem, trip: Trip) -> int:
    """Give the seconds spent riding on a trip, the way back to the kitchen included."""
    if not trip.stops:
        return 0
    doors = [None, *(stop.order for stop in trip.stops), None]
    return sum(problem.ride_seconds(trip.kitchen, start, end) for start, end in pairwise(doors))


def route_ride_seconds(problem: RoutingProblem, route: Route) -> int:
    """Give the seconds a rider spends riding, from kitchen to kitchen included."""
    kitchens = [trip.kitchen for trip in route.trips]
    changes = sum(problem.change_seconds(start, end) or 0 for start, end in pairwise(kitchens))
    return changes + sum(trip_ride_seconds(problem, trip) for trip in route.trips)


def unserved_weight(problem: RoutingProblem, served: Iterable[int]) -> int:
    """Give the weight of what stays behind; a duplicate weighs nothing, since its meal is already counted."""
    carried = set(served)
    left = sum(order.priority for order in problem.orders if order.id not in carried)
    return left + sum(aside.priority for aside in problem.set_aside if not aside.is_duplicate)


def objective_of(problem: RoutingProblem, routes: Iterable[Route]) -> Objective:
    """Compute what routes cost from their visits."""
    ridden = [route for route in routes if route.trips]
    return Objective(
        unserved_weight=unserved_weight(
            problem, (stop.order for route in ridden for trip in route.trips for stop in trip.stops)
        ),
        riders=len({route.rider for route in ridden}),
        ride=sum(route_ride_seconds(problem, route) for route in ridden),
    )
