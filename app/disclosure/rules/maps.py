"""Home of drawing the public map: the district, its sites, and what lies within 15 minutes of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import cos, hypot, pi, radians, sin

from app.delivery.travel.estimate import DETOUR, Location
from app.delivery.travel.speeds import Speeds
from app.place import METRES_PER_DEGREE
from app.text import Text, text

CIRCLE_SECONDS = 15 * 60
"""The circle (15分钟助餐服务圈)."""

WIDTH = 720
_TALLEST = 1500
_MARGIN = 24
_CORNERS = 48
_GRAIN_METRES = 25
_LEAST_METRES = 1500
"""What a map shows at the least, so that a single site is not drawn on nothing."""

Ring = tuple[Location, ...]
Spot = tuple[float, float]


class Way(StrEnum):
    """How one comes to a site, or its meals to a door."""

    WALKING = "walking"
    RIDING = "riding"

    @property
    def label(self) -> Text:
        """Give its name for a screen."""
        return {
            Way.WALKING: text("15 minutes on foot"),
            Way.RIDING: text("15 minutes by e-bike, as meals are brought"),
        }[self]

    def speeds(self, usual: Speeds) -> Speeds:
        """Give how fast one goes: walkers go as riders push."""
        if self is Way.RIDING:
            return usual
        return Speeds(road=usual.pushed, lane=usual.pushed, pushed=usual.pushed)


@dataclass(frozen=True, slots=True)
class Circle:
    """What lies within 15 minutes of a site: by the roads that are loaded, or by the careful estimate."""

    rings: tuple[Ring, ...]
    by_roads: bool


def estimated(site: Location, way: Way, usual: Speeds) -> Circle:
    """Give the careful estimate: a ring as far as the straight line goes when every way is a detour.

    >>> circle = estimated((112.98, 28.12), Way.WALKING, Speeds())
    >>> len(circle.rings[0]), circle.by_roads
    (48, False)
    """
    metres = way.speeds(usual).road * CIRCLE_SECONDS / 3600 / DETOUR
    north = metres / METRES_PER_DEGREE
    east = north / cos(radians(site[1]))
    turns = (2 * pi * corner / _CORNERS for corner in range(_CORNERS))
    ring = tuple(
        (round(site[0] + east * cos(turn), 6), round(site[1] + north * sin(turn), 6)) for turn in turns
    )
    return Circle((ring,), by_roads=False)


def thinned(ring: Sequence[Location], grain_metres: float = _GRAIN_METRES) -> Ring:
    """Leave out the corners of a ring that lie nearly on the line between others (Douglas and Peucker).

    >>> thinned([(0, 0), (0.001, 0.0000001), (0.002, 0), (0.002, 0.002), (0, 0.002)])
    ((0, 0), (0.002, 0), (0.002, 0.002), (0, 0.002))
    """
    if len(ring) < 4:  # noqa: PLR2004 - a triangle has nothing to leave out
        return tuple(ring)
    eastward = cos(radians(ring[0][1]))
    flat = [(x * METRES_PER_DEGREE * eastward, y * METRES_PER_DEGREE) for x, y in ring]
    middle = max(range(len(flat)), key=lambda each: hypot(*_minus(flat[each], flat[0])))
    kept = {0, middle}
    open_parts = [(0, middle), (middle, len(flat))]
    while open_parts:
        first, last = open_parts.pop()
        end = flat[last % len(flat)]
        far, at = max(
            ((_off(flat[each], flat[first], end), each) for each in range(first + 1, last)), default=(0, 0)
        )
        if far > grain_metres:
            kept.add(at)
            open_parts += [(first, at), (at, last)]
    return tuple(ring[each] for each in sorted(kept))


def _minus(one: Spot, other: Spot) -> Spot:
    return one[0] - other[0], one[1] - other[1]


def _off(spot: Spot, start: Spot, end: Spot) -> float:
    """Give how far a spot lies beside the line between two others."""
    (east, north), (along_east, along_north) = _minus(spot, start), _minus(end, start)
    length = hypot(along_east, along_north)
    return abs(east * along_north - north * along_east) / length if length else hypot(east, north)


@dataclass(frozen=True, slots=True)
class Sketch:
    """A map, north up: closed paths as SVG writes them, and where each site stands, by its code."""

    height: int
    border: str
    circles: tuple[tuple[str, str], ...]
    spots: dict[str, Spot]
    metres_wide: int
    width: int = WIDTH


def sketch(
    places: dict[str, Location], layers: Sequence[tuple[str, Iterable[Circle]]], border: Sequence[Ring] = ()
) -> Sketch:
    """Lay sites and circles flat; `layers` are drawn in their order, each with the name of its look.

    >>> drawn = sketch({"C01": (112.98, 28.12)}, [])
    >>> drawn.spots, drawn.height
    ({'C01': (360.0, 360.0)}, 720)
    """
    held = [(look, [ring for circle in circles for ring in circle.rings]) for look, circles in layers]
    every = [*places.values(), *(place for _, rings in held for ring in rings for place in ring)]
    every += [place for ring in border for place in ring]
    west, east = _span([place[0] for place in every])
    south, north = _span([place[1] for place in every])
    eastward = METRES_PER_DEGREE * cos(radians((south + north) / 2))
    across = max((east - west) * eastward, _LEAST_METRES)
    up = max((north - south) * METRES_PER_DEGREE, _LEAST_METRES)
    scale = min((WIDTH - 2 * _MARGIN) / across, (_TALLEST - 2 * _MARGIN) / up)
    middle = ((west + east) / 2, (south + north) / 2)
    height = round(up * scale + 2 * _MARGIN)

    def flat(place: Location) -> Spot:
        return (
            round(WIDTH / 2 + (place[0] - middle[0]) * eastward * scale, 1),
            round(height / 2 - (place[1] - middle[1]) * METRES_PER_DEGREE * scale, 1),
        )

    def path(rings: Iterable[Ring]) -> str:
        return " ".join(_closed([flat(place) for place in ring]) for ring in rings)

    return Sketch(
        height=height,
        border=path(border),
        circles=tuple((look, path([ring])) for look, rings in held for ring in rings),
        spots={code: flat(place) for code, place in places.items()},
        metres_wide=round(WIDTH / scale),
    )


def _span(degrees: Sequence[float]) -> tuple[float, float]:
    return (min(degrees), max(degrees)) if degrees else (0.0, 0.0)


def _closed(spots: Sequence[Spot]) -> str:
    """Write a ring as SVG does, in whole units, without what lies on the same spot.

    >>> _closed([(0.2, 0.1), (0.4, 0.3), (9, 0), (9, 9)])
    'M0 0L9 0L9 9Z'
    """
    whole = [(round(x), round(y)) for x, y in spots]
    kept = [spot for place, spot in enumerate(whole) if place == 0 or spot != whole[place - 1]]
    return "M" + "L".join(f"{x} {y}" for x, y in kept) + "Z"
