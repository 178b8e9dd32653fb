"""Home of drawing a plan: the rides seen from above, and the riders' day along the clock. Sizes in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

from app.delivery.travel.box import Box, box_around
from app.delivery.travel.estimate import Location
from app.delivery.travel.roads import Sight
from app.place import METRES_PER_DEGREE

Spot = tuple[float, float]
"""How far from the left and from the top."""

COLOURS = ("#9c2a12", "#0b57d0", "#14602f", "#7a4a00", "#6a1b9a", "#00695c", "#ad1457", "#37474f")
"""One after the other for the runs; each can be read on white."""


def colour_of(number: int) -> str:
    """Give a run's colour by its number, from 1.

    >>> colour_of(1) == colour_of(9)
    True
    """
    return COLOURS[(number - 1) % len(COLOURS)]


@dataclass(frozen=True, slots=True)
class RideMap:
    """The rides seen from above, north up: spots of the kitchen, of each run's doors, of doors left out.

    `rides`, `circle` and `streets` are lines as SVG writes paths, a ride for each run; `radius` is the circle
    as the crow flies, where no roads are loaded.
    """

    width: float
    height: float
    kitchen: Spot
    runs: tuple[tuple[Spot, ...], ...]
    left_out: tuple[Spot, ...]
    radius: float
    rides: tuple[str, ...]
    circle: str = ""
    streets: str = ""


SIZE = 1120
REACH_METRES = 2000
_MARGIN = 28
_BORDER = 1.5
"""How far the map goes beyond the circle."""


def box_of_map(kitchen: Location) -> Box:
    """Give the piece of the earth that the map around a kitchen shows."""
    return box_around([kitchen], margin_metres=round(REACH_METRES * _BORDER * SIZE / (SIZE - 2 * _MARGIN)))


def legs_of(runs: Sequence[Sequence[Location]]) -> list[tuple[int, int]]:
    """Give the legs of all runs, from door to door by number: the kitchen is 0, doors count on from there.

    >>> legs_of([[(1, 1), (2, 2)], [(3, 3)]])
    [(0, 1), (1, 2), (2, 0), (0, 3), (3, 0)]
    """
    legs, first = [], 1
    for run in runs:
        doors = [0, *range(first, first + len(run)), 0]
        legs += list(pairwise(doors))
        first += len(run)
    return legs


def ride_map(
    kitchen: Location,
    runs: Sequence[Sequence[Location]],
    left_out: Sequence[Location] = (),
    sight: Sight | None = None,
) -> RideMap:
    """Draw rides around their kitchen, with what is reached from it; far doors stand at the edge.

    `sight` is what the roads show, its rides in the order of `legs_of`; without it lines are straight and the
    circle is 2 km as the crow flies.

    >>> ride_map((112.98, 28.12), [[(112.98, 28.13)]]).runs
    (((560.0, 362.8),),)
    """
    middle = SIZE / 2
    scale = (middle - _MARGIN) / (REACH_METRES * _BORDER)
    eastward = math.cos(math.radians(kitchen[1]))

    def flat(place: Location) -> Spot:
        return (
            middle + (place[0] - kitchen[0]) * METRES_PER_DEGREE * eastward * scale,
            middle - (place[1] - kitchen[1]) * METRES_PER_DEGREE * scale,
        )

    def spot(place: Location) -> Spot:
        x, y = (round(_within(each, _MARGIN, SIZE - _MARGIN), 1) for each in flat(place))
        return x, y

    def path(lines: Sequence[Sequence[Location]]) -> str:
        return " ".join(_written([flat(place) for place in line]) for line in lines)

    spots = tuple(tuple(spot(door) for door in run) for run in runs)
    straight = [[(middle, middle), *run, (middle, middle)] for run in spots]
    return RideMap(
        width=SIZE,
        height=SIZE,
        kitchen=(middle, middle),
        runs=spots,
        left_out=tuple(spot(door) for door in left_out),
        radius=round(REACH_METRES * scale, 1),
        rides=tuple(_written(line) for line in straight)
        if sight is None
        else tuple(path(legs) for legs in by_run(runs, sight.rides)),
        circle="" if sight is None else path([[*ring, ring[0]] for ring in sight.circle]),
        streets="" if sight is None else path(sight.streets),
    )


def by_run(
    runs: Sequence[Sequence[Location]], rides: Sequence[Sequence[Location]]
) -> list[Sequence[Sequence[Location]]]:
    """Give each run its legs: one more than it has doors."""
    following = iter(rides)
    return [list(islice(following, len(run) + 1)) for run in runs]


def _written(line: Sequence[Spot]) -> str:
    """Write a line as SVG does, in whole units, without what lies on the same spot.

    >>> _written([(1.2, 2.0), (1.3, 2.1), (30, 4)])
    'M1 2L30 4'
    """
    spots = [(round(x), round(y)) for x, y in line]
    kept = [spot for place, spot in enumerate(spots) if place == 0 or spot != spots[place - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept)


def _within(value: float, least: float, most: float) -> float:
    return max(least, min(most, value))


@dataclass(frozen=True, slots=True)
class Bar:
    """One run on the clock: from the departure to the return, with a mark for each hand-over."""

    number: int
    x: float
    width: float
    marks: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One rider's runs."""

    label: str
    y: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Clock:
    """The riders' day along the clock: `ticks` are (x, seconds after midnight), each half hour."""

    width: float
    height: float
    ticks: tuple[tuple[float, int], ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Ridden:
    """What the clock shows of a run; seconds after midnight."""

    rider: str
    number: int
    depart: int
    back: int
    handovers: tuple[int, ...]


_LABEL = 160
_ROW = 52
_TOP = 30
_HALF_HOUR = 1800
_SECONDS_PER_PIXEL = 12


def clock_of(runs: Sequence[Ridden]) -> Clock:
    """Draw runs along the clock, a row for each rider in the order of their first run.

    >>> clock_of([Ridden("A", 1, 37_800, 39_000, (38_400,))]).ticks
    ((160.0, 37800), (310.0, 39600))
    """
    if not runs:
        return Clock(_LABEL, _TOP, (), ())
    start = min(run.depart for run in runs) // _HALF_HOUR * _HALF_HOUR
    end = -(-max(run.back for run in runs) // _HALF_HOUR) * _HALF_HOUR

    def x(seconds: int) -> float:
        return _LABEL + round((seconds - start) / _SECONDS_PER_PIXEL, 1)

    riders = list(dict.fromkeys(run.rider for run in runs))
    rows = tuple(
        Row(
            label=rider,
            y=_TOP + place * _ROW,
            bars=tuple(
                Bar(
                    run.number,
                    x(run.depart),
                    round(x(run.back) - x(run.depart), 1),
                    tuple(x(handover) for handover in run.handovers),
                )
                for run in runs
                if run.rider == rider
            ),
        )
        for place, rider in enumerate(riders)
    )
    ticks = tuple((x(seconds), seconds) for seconds in range(start, end + 1, _HALF_HOUR))
    return Clock(x(end) + 40, _TOP + len(riders) * _ROW, ticks, rows)
