"""Home of the piece of the earth that a district's rides may touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import atan, cos, degrees, pi, radians, sinh

from app.delivery.travel.estimate import Location
from app.place import METRES_PER_DEGREE

MARGIN_METRES = 5_000
"""More than fifteen minutes at the fastest that the law allows."""


@dataclass(frozen=True, slots=True)
class Box:
    """From west to east and south to north, in degrees WGS-84."""

    west: float
    south: float
    east: float
    north: float

    def holds(self, longitude: float, latitude: float) -> bool:
        """Tell whether a place lies inside."""
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north

    def touches(self, other: Box) -> bool:
        """Tell whether two boxes share a place."""
        return (
            self.west <= other.east
            and other.west <= self.east
            and self.south <= other.north
            and other.south <= self.north
        )

    def __str__(self) -> str:
        """Give it as people read coordinates."""
        return f"{self.south:.3f}–{self.north:.3f} N, {self.west:.3f}–{self.east:.3f} E"


def box_of_tile(x: int, y: int, zoom: int) -> Box:
    """Give the box of a map's tile, as web maps number them: from the west, and from the north.

    >>> str(box_of_tile(13335, 6843, 14))
    '28.382–28.401 N, 113.005–113.027 E'
    """
    tiles = 1 << zoom

    def north(row: int) -> float:
        return degrees(atan(sinh(pi * (1 - 2 * row / tiles))))

    return Box(x / tiles * 360 - 180, north(y + 1), (x + 1) / tiles * 360 - 180, north(y))


def box_around(places: Iterable[Location], *, margin_metres: int = MARGIN_METRES) -> Box:
    """Give the box that holds every place and `margin_metres` around it.

    >>> str(box_around([(112.98, 28.12)], margin_metres=1112))
    '28.110–28.130 N, 112.969–112.991 E'
    """
    longitudes, latitudes = zip(*places, strict=True)
    north = margin_metres / METRES_PER_DEGREE
    east = north / cos(radians(max(map(abs, latitudes))))
    return Box(min(longitudes) - east, min(latitudes) - north, max(longitudes) + east, max(latitudes) + north)
