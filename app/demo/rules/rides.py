"""Home of the demo's rides of a month that is over: how they were planned, and what phones told of them.

Nobody solves these plans: they go round the kitchen like the hand of a clock, box after box, as a planner
with a pencil does it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import atan2
from random import Random

from app.delivery.routing.plan import NOTHING, Objective, Route, RoutePlan, Stop, Trip
from app.delivery.routing.problem import Location, RoutingProblem

FIRST_DEPARTURE = 10 * 3600 + 40 * 60
_STRAY_SECONDS = 45
_AT_THE_END_SECONDS = 15
_BESIDE_SECONDS = 30
_PROVEN_SHARE = 0.4


class Manner(StrEnum):
    """How a kitchen's riders tell of their rides."""

    HONEST = "honest"
    TWICE = "twice"
    RACING = "racing"
    UNPROVEN = "unproven"


def swept(problem: RoutingProblem) -> RoutePlan:
    """Plan rides round the kitchen, each trip as long as the box and the promise allow."""
    kitchen = problem.kitchens[0]
    boxes = _boxes(problem)
    free = {rider.id: max(rider.window[0], FIRST_DEPARTURE) for rider in problem.riders}
    ridden: dict[int, list[Trip]] = {}
    for doors in boxes:
        rider = min(free, key=lambda each: (free[each], each))
        trip = _trip(problem, kitchen.id, doors, free[rider])
        ridden.setdefault(rider, []).append(trip)
        free[rider] = trip.back + problem.rules.load_seconds
    return RoutePlan(
        routes=tuple(Route(rider, tuple(trips)) for rider, trips in sorted(ridden.items())),
        unserved=(),
        objective=Objective(0, len(ridden), _riding(problem, ridden)),
        bound=NOTHING,
        proven=False,
        seconds=0.0,
    )


def _boxes(problem: RoutingProblem) -> list[list[int]]:
    """Part the doors into trips: a new one begins where the box is full or a meal would grow too old."""
    kitchen = problem.kitchens[0]
    middle = kitchen.location or (0.0, 0.0)
    smallest = min(rider.capacity for rider in problem.riders)

    def angle(place: Location | None) -> float:
        return 0.0 if place is None else atan2(place[1] - middle[1], place[0] - middle[0])

    boxes: list[list[int]] = []
    for order in sorted(problem.orders, key=lambda each: (angle(each.location), each.id)):
        doors = [*boxes[-1], order.id] if boxes else [order.id]
        amount = sum(problem.order_by_id[each].amount for each in doors)
        age = _trip(problem, kitchen.id, doors, 0).longest_age_seconds
        if boxes and amount <= smallest and age <= problem.rules.max_age_seconds:
            boxes[-1] = doors
        else:
            boxes.append([order.id])
    return boxes


def _trip(problem: RoutingProblem, kitchen: int, doors: Sequence[int], depart: int) -> Trip:
    stops, clock, before = [], depart, None
    for door in doors:
        clock += problem.ride_seconds(kitchen, before, door)
        stops.append(Stop(door, clock))
        clock += problem.order_by_id[door].service_seconds
        before = door
    return Trip(kitchen, depart, tuple(stops), clock + problem.ride_seconds(kitchen, before, None))


def _riding(problem: RoutingProblem, ridden: Mapping[int, Sequence[Trip]]) -> int:
    """Add up the seconds in the saddle: all of a trip but the time at its doors."""
    return sum(
        trip.back - trip.depart - sum(problem.order_by_id[stop.order].service_seconds for stop in trip.stops)
        for trips in ridden.values()
        for trip in trips
    )


@dataclass(frozen=True, slots=True)
class ToldStop:
    """A hand-over that a phone told: of which order, and at which second of the day."""

    order: int
    second: int


def told(route: Route, manner: Manner, random: Random) -> Iterator[ToldStop]:
    """Give what a rider's phone told of the day, in a kitchen where they do it in this manner."""
    for number, trip in enumerate(route.trips):
        for place, stop in enumerate(trip.stops):
            second = stop.handover + random.randrange(_STRAY_SECONDS)
            if manner is Manner.UNPROVEN and random.random() >= _PROVEN_SHARE:
                continue
            if manner is Manner.RACING and number == 0:
                second = trip.stops[-1].handover + _AT_THE_END_SECONDS * place
            if manner is Manner.TWICE and number == 1 and place < len(route.trips[0].stops):
                second = route.trips[0].stops[place].handover + _STRAY_SECONDS + _BESIDE_SECONDS
            yield ToldStop(stop.order, second)


def is_made_up(route: Route, manner: Manner) -> bool:
    """Tell whether what this manner tells of a route did not happen so: two runs at once, or all at the end.

    Doors may lie so near each other that nobody can tell.
    """
    trips = route.trips
    if manner is Manner.TWICE:
        return len(trips) > 1
    return manner is Manner.RACING and len(trips[0].stops) > 1
