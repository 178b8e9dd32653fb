"""Home of the official codes of places (统计用区划代码): levels, names, and a district's outline."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import cos, hypot, radians

from app.place import METRES_PER_DEGREE, Point

LENGTHS = (2, 4, 6, 9, 12)
"""How many digits a code, or a prefix that is a place itself, may have."""


DISTRICTS_AROUND = {
    "430102": "芙蓉区",
    "430103": "天心区",
    "430104": "岳麓区",
    "430105": "开福区",
    "430111": "雨花区",
    "430112": "望城区",
    "430121": "长沙县",
    "430181": "浏阳市",
    "430182": "宁乡市",
}
"""What screens call a district of the city whose own list of places is not loaded. Source: GB/T 2260."""


class Level(StrEnum):
    """What kind of place a code stands for."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """A place as the official list has it."""

    code: str
    name: str
    level: Level
    parent_code: str | None


def short_name(name: str) -> str:
    """Give a community's name as people say it, without its committee.

    >>> short_name("八角亭社区居委会"), short_name("新路村委会"), short_name("暮云新村村委会")
    ('八角亭社区', '新路村', '暮云新村')
    """
    if name.endswith("村村委会"):
        return name.removesuffix("村委会")
    return name.removesuffix("居委会") if name.endswith("居委会") else name.removesuffix("委会")


def around(code: str) -> tuple[str, ...]:
    """Give the codes of a place and of those it lies in, the widest first.

    >>> around("430103005001")
    ('43', '4301', '430103', '430103005', '430103005001')
    """
    return tuple(code[:length] for length in LENGTHS if length <= len(code))


class Outline:
    """The border of a district: rings of (longitude, latitude) in WGS-84, holes and islands among them."""

    def __init__(self, *rings: Iterable[Sequence[float]]) -> None:
        """Keep the corners of each ring; the last one repeats the first."""
        self.rings = tuple(tuple((corner[0], corner[1]) for corner in ring) for ring in rings)

    @classmethod
    def from_geojson(cls, document: str) -> Outline:
        """Read the rings of a document's only feature, a polygon or several."""
        shape = json.loads(document)["features"][0]["geometry"]
        polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        return cls(*(ring for polygon in polygons for ring in polygon))

    def contains(self, point: Point) -> bool:
        """Tell whether a place lies inside: a line to the east crosses the border an odd number of times.

        >>> square = Outline([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)])
        >>> square.contains(Point(lat=1, lon=1)), square.contains(Point(lat=1, lon=3))
        (True, False)
        """
        inside = False
        for (lon, lat), (next_lon, next_lat) in self._sides():
            if (lat > point.lat) != (next_lat > point.lat):
                crossing = lon + (point.lat - lat) / (next_lat - lat) * (next_lon - lon)
                inside ^= point.lon < crossing
        return inside

    def metres_outside(self, point: Point) -> float:
        """Give how far a place lies beside the border; nothing for one inside.

        >>> square = Outline([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)])
        >>> round(square.metres_outside(Point(lat=1, lon=2.01))), square.metres_outside(Point(lat=1, lon=1))
        (1112, 0.0)
        """
        if self.contains(point):
            return 0.0
        eastward = METRES_PER_DEGREE * cos(radians(point.lat))
        return min(
            _metres_to_origin(
                ((lon - point.lon) * eastward, (lat - point.lat) * METRES_PER_DEGREE),
                ((next_lon - point.lon) * eastward, (next_lat - point.lat) * METRES_PER_DEGREE),
            )
            for (lon, lat), (next_lon, next_lat) in self._sides()
        )

    def _sides(self) -> Iterable[tuple[tuple[float, float], tuple[float, float]]]:
        return (side for ring in self.rings for side in pairwise(ring))


def _metres_to_origin(start: tuple[float, float], end: tuple[float, float]) -> float:
    """Give how far a straight line between two spots passes from the origin."""
    east, north = end[0] - start[0], end[1] - start[1]
    length = east * east + north * north
    along = -(start[0] * east + start[1] * north) / length if length else 0.0
    share = min(1.0, max(0.0, along))
    return hypot(start[0] + share * east, start[1] + share * north)
