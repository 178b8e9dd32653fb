"""Home of the estimate of riding times between two doors where no road network is loaded.

An e-bike may do at most 15 km/h in the bicycle lane; a volunteer with hot meals is planned at 13. Roads are
longer than the straight line by a factor that differs from pair to pair: in a city with a river, a factor of
1.3 promises 15 minutes wrongly for one pair of doors in six. The factor here is a careful one, so that 15
minutes reach about 2 km as the crow flies.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import asin, ceil, cos, radians, sin, sqrt
from typing import Protocol

from app.delivery.travel.speeds import FASTEST_METRES_PER_HOUR, USUAL

Location = tuple[float, float]
"""(longitude, latitude) in degrees WGS-84."""


class Located(Protocol):
    """A site or a door; WGS-84 in degrees, None while nobody knows."""

    @property
    def longitude(self) -> float | None:
        """Give the degrees to the east."""

    @property
    def latitude(self) -> float | None:
        """Give the degrees to the north."""


def location_of(located: Located) -> Location | None:
    """Give where something is, None while nobody knows."""
    if located.longitude is None or located.latitude is None:
        return None
    return located.longitude, located.latitude


EARTH_RADIUS_METRES = 6_371_000
DETOUR = 1.6
NO_WAY_SECONDS = 24 * 60 * 60
"""Stands for the ride between two doors that no way joins."""


def straight_metres(start: Location, end: Location) -> float:
    """Give the metres between two places as the crow flies (haversine).

    >>> round(straight_metres((112.98, 28.12), (112.98, 28.13)))
    1112
    """
    (longitude, latitude), (longitude_there, latitude_there) = start, end
    half_chord = (
        sin(radians(latitude_there - latitude) / 2) ** 2
        + cos(radians(latitude))
        * cos(radians(latitude_there))
        * sin(radians(longitude_there - longitude) / 2) ** 2
    )
    return 2 * EARTH_RADIUS_METRES * asin(min(1.0, sqrt(half_chord)))


def ride_seconds(
    start: Location,
    end: Location,
    *,
    detour: float = DETOUR,
    metres_per_hour: int = USUAL.road,
) -> int:
    """Estimate the whole seconds that an e-bike needs between two doors, rounded up.

    Raises: ValueError when the speed is above what the law allows, or the detour shorter than the straight
    line.

    >>> ride_seconds((112.98, 28.12), (112.98, 28.138))
    887
    """
    if not 0 < metres_per_hour <= FASTEST_METRES_PER_HOUR:
        msg = f"an e-bike may do at most {FASTEST_METRES_PER_HOUR} metres an hour, not {metres_per_hour}"
        raise ValueError(msg)
    if detour < 1:
        msg = f"no way is shorter than the straight line, yet the detour is {detour}"
        raise ValueError(msg)
    return ceil(straight_metres(start, end) * detour * 3600 / metres_per_hour)


def durations_between(
    places: Sequence[Location], *, metres_per_hour: int = USUAL.road
) -> tuple[tuple[int, ...], ...]:
    """Estimate the square matrix of seconds between all places; a kitchen goes first, its orders after it.

    >>> durations_between([(112.98, 28.12), (112.98, 28.13)])
    ((0, 493), (493, 0))
    """
    return tuple(
        tuple(ride_seconds(start, end, metres_per_hour=metres_per_hour) for end in places) for start in places
    )
