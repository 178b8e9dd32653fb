"""Home of the demo's land: the district's streets from north to south, its communities.

No coordinates of communities are openly available. The middle of each street is a rough guess at where it
lies; communities are strewn round it by chance.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin, sqrt
from random import Random

from app.areas.rules import AreaRecord, Outline, short_name
from app.demo.rules.chance import stream
from app.place import METRES_PER_DEGREE, Point

DISTRICT = "430103"
_TRIES = 400


@dataclass(frozen=True, slots=True)
class Street:
    """Where a street lies, how far its doors are from its middle, and its share of the elderly."""

    middle: Point
    radius_metres: int
    share: float


STREETS = {
    "430103002": Street(Point(28.1880, 112.9735), 700, 5.0),
    "430103004": Street(Point(28.1790, 112.9745), 650, 6.0),
    "430103005": Street(Point(28.1690, 112.9715), 700, 15.0),
    "430103006": Street(Point(28.1580, 112.9740), 750, 8.0),
    "430103010": Street(Point(28.1470, 112.9690), 750, 8.0),
    "430103011": Street(Point(28.1410, 112.9840), 800, 8.0),
    "430103008": Street(Point(28.1290, 112.9880), 800, 9.0),
    "430103007": Street(Point(28.1310, 112.9680), 950, 8.0),
    "430103009": Street(Point(28.1150, 112.9800), 1000, 9.0),
    "430103013": Street(Point(28.1130, 112.9590), 1100, 6.0),
    "430103012": Street(Point(28.0930, 112.9790), 1500, 7.0),
    "430103014": Street(Point(28.0690, 112.9600), 2200, 4.0),
    "430103015": Street(Point(28.0340, 112.9760), 3000, 6.0),
    "430103016": Street(Point(27.9960, 112.9950), 3000, 3.0),
}
"""The 14 streets from north to south. Source of the guess: which street borders which on any map."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community with its street, its middle and its share of the district's elderly."""

    code: str
    name: str
    street_code: str
    street_name: str
    middle: Point
    spread_metres: float
    share: float


def moved(point: Point, *, north_metres: float, east_metres: float) -> Point:
    """Give the place so many metres away.

    >>> round(Point(28.1, 112.97).metres_to(moved(Point(28.1, 112.97), north_metres=300, east_metres=400)))
    500
    """
    north = north_metres / METRES_PER_DEGREE
    east = east_metres / (METRES_PER_DEGREE * cos(radians(point.lat)))
    return Point(round(point.lat + north, 6), round(point.lon + east, 6))


def communities(places: Iterable[AreaRecord], outline: Outline, seed: int) -> tuple[Community, ...]:
    """Give each community a middle in its own street, and a share of the street's elderly."""
    by_code = {place.code: place for place in sorted(places, key=lambda place: place.code)}
    random = stream(seed, "land")
    return tuple(
        community
        for street_code in sorted(STREETS)
        for community in _communities_of(
            by_code[street_code],
            [place for place in by_code.values() if place.parent_code == street_code],
            outline,
            random,
        )
    )


def _communities_of(
    street: AreaRecord, places: Sequence[AreaRecord], outline: Outline, random: Random
) -> Iterator[Community]:
    """Strew a street's communities over it; some are twice as large as others."""
    sketch = STREETS[street.code]
    weights = [random.lognormvariate(0, 0.5) for _ in places]
    for place, weight in zip(places, weights, strict=True):
        yield Community(
            code=place.code,
            name=short_name(place.name),
            street_code=street.code,
            street_name=street.name,
            middle=_middle(street.code, outline, random),
            spread_metres=sketch.radius_metres / 5,
            share=sketch.share * weight / sum(weights),
        )


def door(community: Community, outline: Outline, random: Random) -> Point:
    """Give a door near the middle of a community, inside the district."""
    for _ in range(_TRIES):
        found = moved(
            community.middle,
            north_metres=random.gauss(0, community.spread_metres),
            east_metres=random.gauss(0, community.spread_metres),
        )
        if outline.contains(found):
            return found
    return community.middle


def _middle(street_code: str, outline: Outline, random: Random) -> Point:
    """Strew a community's middle evenly over its street, and not where another street is nearer."""
    street = STREETS[street_code]
    for _ in range(_TRIES):
        angle, far = random.random() * 2 * pi, sqrt(random.random()) * street.radius_metres
        found = moved(street.middle, north_metres=far * sin(angle), east_metres=far * cos(angle))
        if outline.contains(found) and _street_at(found) == street_code:
            return found
    return street.middle


def _street_at(point: Point) -> str:
    return min(STREETS, key=lambda code: STREETS[code].middle.metres_to(point))
