"""Home of places: WGS-84 and GCJ-02, distance, and whether a pair of numbers can be a place here. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import prcoords

from app.sheet.cells import Unreadable
from app.text import text

_EARTH_RADIUS_M = 6_371_008.8
METRES_PER_DEGREE = 111_195
"""Of latitude, and of longitude at the equator."""

_LATITUDES = (3.5, 53.6)
_LONGITUDES = (73.4, 135.1)


class Datum(StrEnum):
    """What a pair of coordinates refers to: satellites (WGS-84) or Chinese maps (GCJ-02)."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


@dataclass(frozen=True, slots=True)
class Point:
    """A place in China in WGS-84, in decimal degrees."""

    lat: float
    lon: float

    def metres_to(self, other: Point) -> float:
        """Give the straight distance over the ground.

        >>> round(Point(28.1, 112.97).metres_to(Point(28.11, 112.97)))
        1112
        """
        here, there = math.radians(self.lat), math.radians(other.lat)
        across = math.sin((there - here) / 2) ** 2
        along = math.sin(math.radians(other.lon - self.lon) / 2) ** 2
        return 2 * _EARTH_RADIUS_M * math.asin(math.sqrt(across + math.cos(here) * math.cos(there) * along))

    def as_gcj02(self) -> tuple[float, float]:
        """Give latitude and longitude as Chinese maps count them (高德, 腾讯)."""
        shifted = prcoords.wgs_gcj((self.lat, self.lon))
        return shifted.lat, shifted.lon

    def as_bd09(self) -> tuple[float, float]:
        """Give latitude and longitude as 百度地图 counts them (BD-09), which shifts GCJ-02 once more.

        >>> here, there = Point(28.1, 112.97).as_gcj02(), Point(28.1, 112.97).as_bd09()
        >>> round(there[0] - here[0], 3), round(there[1] - here[1], 3)
        (0.006, 0.007)
        """
        shifted = prcoords.wgs_bd((self.lat, self.lon))
        return shifted.lat, shifted.lon


def point(lat: float, lon: float, datum: Datum) -> Point:
    """Take a pair of coordinates in either datum as a place in China.

    Raises: Unreadable when the pair lies outside China, or is latitude and longitude swapped.

    >>> point(28.1, 112.97, Datum.WGS84)
    Point(lat=28.1, lon=112.97)
    >>> round(point(28.1, 112.97, Datum.GCJ02).metres_to(Point(28.1, 112.97)), -2)
    700.0
    """
    if not _is_in_china(lat, lon):
        if _is_in_china(lon, lat):
            raise Unreadable(
                text("Latitude {lat} and longitude {lon} are swapped.", lat=lat, lon=lon),
                text("Write latitude {lat} and longitude {lon}.", lat=lon, lon=lat),
                field="lat",
            )
        raise Unreadable(
            text("Latitude {lat}, longitude {lon} lies outside China.", lat=lat, lon=lon),
            text("Write decimal degrees, like 28.1135 and 112.9834."),
            field="lat",
        )
    if datum is Datum.WGS84:
        return Point(lat, lon)
    exact = prcoords.gcj_wgs_bored((lat, lon))
    return Point(round(exact.lat, 7), round(exact.lon, 7))


def optional_point(lat: float | None, lon: float | None, datum: Datum | None) -> Point | None:
    """Take coordinates that may be missing, but only all together.

    Raises: Unreadable when one of the three is missing, or the pair is no place in China.

    >>> optional_point(None, None, None) is None
    True
    """
    if lat is None and lon is None:
        return None
    if lat is None or lon is None:
        raise Unreadable(
            text("Only one of latitude and longitude is there."),
            text("Write both, or neither."),
            field="lat" if lat is None else "lon",
        )
    if datum is None:
        raise Unreadable(
            text("It is not said which datum the coordinates are in."),
            text("Write wgs84 for satellite positions, or gcj02 for those of a Chinese map."),
            field="datum",
        )
    return point(lat, lon, datum)


def _is_in_china(lat: float, lon: float) -> bool:
    return _LATITUDES[0] <= lat <= _LATITUDES[1] and _LONGITUDES[0] <= lon <= _LONGITUDES[1]
