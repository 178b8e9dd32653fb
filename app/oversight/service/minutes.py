"""Home of the minutes between many doors and some places: over the roads, or the careful estimate. Arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from app.delivery.queries.roads import road_content, road_network, speeds_on
from app.delivery.travel.estimate import DETOUR, EARTH_RADIUS_METRES, Location
from app.delivery.travel.roads import opened
from app.delivery.travel.speeds import Speeds
from app.oversight.rules.coverage import Way
from app.oversight.rules.siting import Array

_AT_ONCE = 8000


def minutes_between(doors: Sequence[Location], places: Sequence[Location], way: Way, on: date) -> Array:
    """Give the minutes from each place to each door: a row for each door, a column for each place.

    Walkers go as riders push; one-way streets hold for them too, which is careful.
    """
    if not doors or not places:
        return np.zeros((len(doors), len(places)))
    speeds = _speeds(way, on)
    network = road_network()
    content = road_content(network.id) if network is not None else None
    if network is None or content is None:
        return _estimated(np.array(doors), np.array(places), speeds.road)
    roads = opened(network.digest, speeds, lambda: content)
    parts = [
        np.array(roads.durations(places, doors[start : start + _AT_ONCE]), dtype=float).T / 60
        for start in range(0, len(doors), _AT_ONCE)
    ]
    return np.concatenate(parts)


def _speeds(way: Way, on: date) -> Speeds:
    speeds = speeds_on(on)
    return replace(speeds, road=speeds.pushed, lane=speeds.pushed) if way is Way.WALKING else speeds


def _estimated(doors: Array, places: Array, metres_per_hour: int) -> Array:
    """Estimate as `travel.estimate.ride_seconds` does, for all at once."""
    east, north = np.radians(doors).T
    east_there, north_there = np.radians(places).T
    half = np.sin((north_there[None] - north[:, None]) / 2) ** 2 + np.cos(north)[:, None] * np.cos(
        north_there
    )[None] * (np.sin((east_there[None] - east[:, None]) / 2) ** 2)
    metres = 2 * EARTH_RADIUS_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half)))
    return np.asarray(metres * DETOUR * 60 / metres_per_hour)
