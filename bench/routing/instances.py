"""Home of the lunches that the bench plans: generated, so that a size and a seed name each for good."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import cos, pi, sin, sqrt
from random import Random

from app.delivery.routing.problem import Kitchen, Location, Matrix, Order, Rider, RoutingProblem, Window
from app.delivery.travel.estimate import durations_between

CENTRE = (112.98, 28.12)
METRES_A_DEGREE = (98_000, 111_195)
LUNCH = (39_600, 45_000)
SHIFT = (39_000, 45_900)
RIDERS = {10: 3, 30: 8, 60: 12, 120: 20, 600: 90}
"""Riders enough for everybody, so that fewest riders and least riding are what is to be found."""

SCARCE_RIDERS = {30: 1, 60: 2, 120: 5}
RADIUS_METRES, SCARCE_RADIUS_METRES = 900, 600
HALF_HOUR = 1800


@dataclass(frozen=True, slots=True)
class Case:
    """One instance of the bench: what its table calls it, and its problem."""

    orders: int
    riders: int
    seed: int
    problem: RoutingProblem


def ample(count: int, seeds: Sequence[int]) -> list[Case]:
    """Give lunches of one kitchen with riders enough."""
    riders = RIDERS.get(count, max(2, count // 6))
    return [Case(count, riders, seed, lunch(count, riders, scarce=False, seed=seed)) for seed in seeds]


def scarce(count: int, seeds: Sequence[int]) -> list[Case]:
    """Give lunches of one kitchen with too few riders, and half of the doors in half an hour of their own."""
    riders = SCARCE_RIDERS[count]
    return [Case(count, riders, seed, lunch(count, riders, scarce=True, seed=seed)) for seed in seeds]


def lunch(count: int, riders: int, *, scarce: bool, seed: int) -> RoutingProblem:
    """Generate one kitchen's lunch: doors spread over a circle; sub-windows where riders are scarce."""
    random = Random(seed)  # noqa: S311  Nothing secret hangs on a bench.
    radius = SCARCE_RADIUS_METRES if scarce else RADIUS_METRES
    places = [_place_within(CENTRE, radius, random) for _ in range(count)]
    orders = tuple(_order(index, place, random, scarce=scarce) for index, place in enumerate(places))
    return RoutingProblem(
        name=f"{'scarce' if scarce else 'ample'}-{count}-{seed}",
        kitchens=(Kitchen(1, CENTRE, LUNCH),),
        orders=orders,
        riders=tuple(Rider(101 + index, window=SHIFT) for index in range(riders)),
        matrices={1: Matrix(tuple(order.id for order in orders), durations_between([CENTRE, *places]))},
    )


def circles(kitchens: int, orders_each: int, riders_each: int, *, seed: int) -> RoutingProblem:
    """Generate kitchens in a row whose circles overlap; every door may be served by each that reaches it."""
    random = Random(seed)  # noqa: S311  As above.
    apart = 1.2 * RADIUS_METRES / METRES_A_DEGREE[0]
    centres = [(CENTRE[0] + apart * number, CENTRE[1]) for number in range(kitchens)]
    places = [_place_within(centre, RADIUS_METRES, random) for centre in centres for _ in range(orders_each)]
    orders = tuple(_order(index, place, random, scarce=False) for index, place in enumerate(places))
    matrices = {}
    for number, centre in enumerate(centres, start=1):
        rides = durations_between([centre, *places])
        reached = [index for index in range(len(places)) if rides[0][index + 1] <= HALF_HOUR / 2]
        rows = [0, *(index + 1 for index in reached)]
        matrices[number] = Matrix(
            tuple(orders[index].id for index in reached),
            tuple(tuple(rides[row][column] for column in rows) for row in rows),
        )
    return RoutingProblem(
        name=f"circles-{kitchens}-{orders_each}-{seed}",
        kitchens=tuple(Kitchen(number, centre, LUNCH) for number, centre in enumerate(centres, start=1)),
        orders=orders,
        riders=tuple(
            Rider(101 + index, kitchens=(index // riders_each + 1,), window=SHIFT)
            for index in range(kitchens * riders_each)
        ),
        matrices=matrices,
    )


def district(kitchens: int, orders_each: int) -> list[RoutingProblem]:
    """Generate a district: so many kitchens, each with its own circle."""
    return [lunch(orders_each, RIDERS[30], scarce=False, seed=1000 + number) for number in range(kitchens)]


def province(kitchens: int, orders_each: int) -> RoutingProblem:
    """Generate one problem of many kitchens that share nothing, its ids counted through."""
    parts = district(kitchens, orders_each)
    orders, riders, matrices = list[Order](), list[Rider](), dict[int, Matrix]()
    for number, part in enumerate(parts, start=1):
        first = len(orders)
        orders += [replace(order, id=first + order.id) for order in part.orders]
        riders += [
            replace(rider, id=1 + len(riders) + at, kitchens=(number,))
            for at, rider in enumerate(part.riders)
        ]
        near = part.matrices[1]
        matrices[number] = Matrix(tuple(first + order for order in near.orders), near.durations)
    return RoutingProblem(
        name=f"province-{kitchens}-{orders_each}",
        kitchens=tuple(Kitchen(number, CENTRE, LUNCH) for number in range(1, kitchens + 1)),
        orders=tuple(orders),
        riders=tuple(riders),
        matrices=matrices,
    )


def _order(index: int, place: Location, random: Random, *, scarce: bool) -> Order:
    """Draw what a door asks for."""
    return Order(
        id=index + 1,
        location=place,
        amount=random.choice((1, 1, 1, 1, 2)),
        service_seconds=random.choice((90, 120, 150)),
        priority=random.choice((1, 1, 1, 2)) if scarce else 1,
        window=_half_hour(random) if scarce and random.random() < 1 / 2 else LUNCH,
    )


def _place_within(centre: Location, radius: float, random: Random) -> Location:
    """Draw a place from a circle."""
    far, angle = radius * sqrt(random.random()), 2 * pi * random.random()
    east, north = far * cos(angle) / METRES_A_DEGREE[0], far * sin(angle) / METRES_A_DEGREE[1]
    return centre[0] + east, centre[1] + north


def _half_hour(random: Random) -> Window:
    """Draw half an hour of the lunch time."""
    start = LUNCH[0] + random.randrange(0, 2 * HALF_HOUR, 300)
    return start, start + HALF_HOUR
