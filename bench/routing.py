"""The planner's bench: generated lunches, and for each what was left out, ridden and proven, and how soon.

Run it as `python bench/routing.py [seconds] [largest]`. The gap is the riding above the proven bound, given
the plan's own unserved weight and riders.
"""

from __future__ import annotations

import sys
from math import cos, pi, sin, sqrt
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parent.parent))

from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem
from app.delivery.routing.solver import Effort, solve
from app.delivery.travel.estimate import durations_between

CENTRE = (112.98, 28.12)
METRES_A_DEGREE = (98_000, 111_195)
ENOUGH = ((10, 3), (30, 8), (60, 12), (120, 20))
SCARCE = ((30, 1), (60, 2), (120, 5))


def lunch(count: int, riders: int, *, scarce: bool, seed: int) -> RoutingProblem:
    """Generate one kitchen's lunch: doors spread over a circle; sub-windows where riders are scarce."""
    random = Random(seed)  # noqa: S311  Nothing secret hangs on a bench.
    radius = 600 if scarce else 900
    places = [_place_within(radius, random) for _ in range(count)]
    orders = tuple(
        Order(
            id=index + 1,
            location=place,
            amount=random.choice((1, 1, 1, 1, 2)),
            service_seconds=random.choice((90, 120, 150)),
            priority=random.choice((1, 1, 1, 2)) if scarce else 1,
            window=_window(random) if scarce and random.random() < 0.5 else (39_600, 45_000),
        )
        for index, place in enumerate(places)
    )
    return RoutingProblem(
        kitchens=(Kitchen(1, CENTRE, (39_600, 45_000)),),
        orders=orders,
        riders=tuple(Rider(101 + index, window=(39_000, 45_900)) for index in range(riders)),
        matrices={1: Matrix(tuple(order.id for order in orders), durations_between([CENTRE, *places]))},
    )


def _place_within(radius: float, random: Random) -> tuple[float, float]:
    """Draw a place from a circle around the centre."""
    far, angle = radius * sqrt(random.random()), 2 * pi * random.random()
    return CENTRE[0] + far * cos(angle) / METRES_A_DEGREE[0], CENTRE[1] + far * sin(angle) / METRES_A_DEGREE[
        1
    ]


def _window(random: Random) -> tuple[int, int]:
    """Draw half an hour of the lunch time."""
    start = 39_600 + random.randrange(0, 3600, 300)
    return start, start + 1800


def main(seconds: float, largest: int) -> None:
    print("orders riders seed | unserved (bound) | riders (bound) |  ride (bound)     gap | proven | seconds")
    for scarce, sizes in ((False, ENOUGH), (True, SCARCE)):
        for count, riders in sizes:
            for seed in (1, 2):
                if count <= largest:
                    show(count, riders, scarce=scarce, seed=seed, seconds=seconds)


def show(count: int, riders: int, *, scarce: bool, seed: int, seconds: float) -> None:
    plan = solve(lunch(count, riders, scarce=scarce, seed=seed), Effort(seconds=seconds))
    reached, bound = plan.objective, plan.bound
    gap = (reached.ride - bound.ride) / reached.ride if reached.ride else 0
    print(
        f"{count:6} {riders:6} {seed:4} | {reached.unserved_weight:8} ({bound.unserved_weight:5}) |"
        f" {reached.riders:6} ({bound.riders:5}) | {reached.ride:5} ({bound.ride:5}) {gap:7.2%} |"
        f" {plan.proven!s:6} | {plan.seconds:7.1f}",
        flush=True,
    )


if __name__ == "__main__":
    given = [float(part) for part in sys.argv[1:]]
    main(*(given[0] if given else 10, int(given[1]) if len(given) > 1 else 60))
