"""Home of the streets as a map shows them."""

from __future__ import annotations

import numpy as np

from app.delivery.travel.box import Box
from app.delivery.travel.network.arrays import UNITS_PER_DEGREE
from app.delivery.travel.network.course import Line
from app.delivery.travel.network.minutes import Roads


def streets(roads: Roads, box: Box) -> list[Line]:
    """Give the shape of every piece of road that has a point inside a box."""
    network = roads.network
    longitude, latitude = network.longitude / UNITS_PER_DEGREE, network.latitude / UNITS_PER_DEGREE
    inside = (box.west <= longitude) & (longitude <= box.east)
    inside &= (box.south <= latitude) & (latitude <= box.north)
    before = np.concatenate([[0], np.cumsum(inside)])
    shown = np.flatnonzero(before[network.last + 1] > before[network.first])
    ends = zip(network.first[shown].tolist(), network.last[shown].tolist(), strict=True)
    parts = (slice(first, last + 1) for first, last in ends)
    return [tuple(zip(longitude[part].tolist(), latitude[part].tolist(), strict=True)) for part in parts]
