"""Home of the road network itself: junctions, the pieces of road between them, and their shapes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from app.delivery.travel.speeds import Speeds
from app.delivery.travel.ways import Kind
from app.place import METRES_PER_DEGREE

Array = np.ndarray[Any, Any]

UNITS_PER_DEGREE = 10_000_000
"""Coordinates are kept as OpenStreetMap does, in whole units of a centimetre or less."""


class BrokenNetwork(ValueError):
    """Bytes that are no road network of this version."""


@dataclass(frozen=True, eq=False)
class Network:
    """Every piece of road between two junctions, without a second one at its ends.

    `longitude` and `latitude` are the points of all shapes (WGS-84, whole units); piece `e` runs over the
    points `first[e]` to `last[e]`, both belonging to it, from junction `tail[e]` to junction `head[e]`.
    `name[e]` counts in `names`, which are in UTF-8, one a line.
    """

    longitude: Array
    latitude: Array
    first: Array
    last: Array
    tail: Array
    head: Array
    kind: Array
    forward: Array
    backward: Array
    name: Array
    names: Array

    @property
    def pieces(self) -> int:
        """Count the pieces of road."""
        return len(self.tail)

    @property
    def junctions(self) -> int:
        """Count the junctions and dead ends."""
        return int(max(self.tail.max(initial=-1), self.head.max(initial=-1))) + 1

    def name_of(self, piece: int) -> str:
        """Give what the street of a piece is called; empty where it has no name."""
        return self._streets[int(self.name[piece])]

    @cached_property
    def _streets(self) -> list[str]:
        return bytes(self.names).decode().split("\n")

    def to_bytes(self) -> bytes:
        """Write the network as one file."""
        written = io.BytesIO()
        np.savez_compressed(written, **{each.name: getattr(self, each.name) for each in fields(self)})
        return written.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Network:
        """Read what `to_bytes` wrote.

        Raises: BrokenNetwork.
        """
        try:
            with np.load(io.BytesIO(content), allow_pickle=False) as read:
                return cls(**{each.name: read[each.name] for each in fields(cls)})
        except (ValueError, KeyError, OSError, EOFError, zipfile.BadZipFile) as error:
            raise BrokenNetwork(str(error)) from error

    def degrees(self) -> tuple[Array, Array]:
        """Give every point's longitude and latitude in degrees."""
        return self.longitude / UNITS_PER_DEGREE, self.latitude / UNITS_PER_DEGREE

    def along(self) -> Array:
        """Give the metres from the first point to each point, as if all shapes were one line.

        Only differences within a piece mean anything.
        """
        longitude, latitude = self.degrees()
        north = np.diff(latitude) * METRES_PER_DEGREE
        middle = np.radians((latitude[1:] + latitude[:-1]) / 2)
        east = np.diff(longitude) * METRES_PER_DEGREE * np.cos(middle)
        return np.concatenate([[0.0], np.cumsum(np.hypot(north, east))])


def metres_per_second(network: Network, speeds: Speeds) -> Array:
    """Give how fast a rider goes on each piece."""
    by_kind = {Kind.ROAD: speeds.road, Kind.LANE: speeds.lane, Kind.PUSHED: speeds.pushed}
    table = np.array([by_kind[kind] for kind in Kind]) / 3600
    return np.asarray(table[network.kind])
