"""Home of drawing a plan: the rides seen from above, and the riders' day along the clock. Sizes in pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from app.place import METRES_PER_DEGREE

Location = tuple[float, float]
"""(longitude, latitude) in degrees WGS-84."""

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
    """The rides seen from above, north up: spots of the kitchen, of each run's doors, of doors left out."""

    width: float
    height: float
    kitchen: Spot
    runs: tuple[tuple[Spot, ...], ...]
    left_out: tuple[Spot, ...]
    circle: float

    def path(self, run: int) -> str:
        """Give the line of a run, from the kitchen and back, as SVG writes points."""
        spots = [self.kitchen, *self.runs[run], self.kitchen]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)


def ride_map(
    kitchen: Location,
    runs: Sequence[Sequence[Location]],
    left_out: Sequence[Location] = (),
    *,
    size: float = 560,
    reach_metres: float = 2000,
) -> RideMap:
    """Draw rides around their kitchen, with a circle of `reach_metres`; far doors stand at the edge.

    >>> ride_map((112.98, 28.1), [[(112.98, 28.11)]]).runs
    (((280.0, 156.8),),)
    """
    middle, margin = size / 2, 14
    scale = (middle - margin) / (reach_metres * 1.2)
    eastward = math.cos(math.radians(kitchen[1]))

    def spot(place: Location) -> Spot:
        x = middle + (place[0] - kitchen[0]) * METRES_PER_DEGREE * eastward * scale
        y = middle - (place[1] - kitchen[1]) * METRES_PER_DEGREE * scale
        return round(_within(x, margin, size - margin), 1), round(_within(y, margin, size - margin), 1)

    return RideMap(
        width=size,
        height=size,
        kitchen=(middle, middle),
        runs=tuple(tuple(spot(door) for door in run) for run in runs),
        left_out=tuple(spot(door) for door in left_out),
        circle=round(reach_metres * scale, 1),
    )


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
