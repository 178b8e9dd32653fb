"""Home of where a door meets the roads: the nearest piece, and how far along it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from app.delivery.travel.estimate import Location
from app.delivery.travel.network.arrays import Array, Network
from app.place import METRES_PER_DEGREE

FURTHEST_METRES = 200
"""A door further from every road is not reached: its coordinates are wrong, or the map is."""

PREFERRED_METRES = 50
"""A road that leads on is taken though one that leads nowhere is nearer by less than this."""

_SAMPLE_METRES = 20
_CANDIDATES = 8


@dataclass(frozen=True, eq=False)
class Doors:
    """Where doors meet the roads: the piece, the metres along it, and the metres from it to the door.

    `metres_off` is infinite for a door that no road reaches.
    """

    piece: Array
    metres_along: Array
    metres_off: Array
    plane: Array

    @property
    def reached(self) -> Array:
        """Tell which doors a road reaches."""
        return np.isfinite(self.metres_off)


@dataclass(frozen=True, eq=False)
class Samples:
    """Points on the roads: in the plane, on which line of the shapes, how far along which piece."""

    plane: Array
    segment: Array
    piece: Array
    metre: Array


class Ground:
    """The network laid flat, so that the nearest road is found quickly."""

    def __init__(self, network: Network) -> None:
        """Lay the network flat; over a city the error is a fraction of a metre in a hundred."""
        self._network = network
        longitude, latitude = network.degrees()
        self._middle = float(np.radians(latitude.mean()))
        self.plane = self.flat(np.column_stack([longitude, latitude]))
        self._along = network.along()
        self._segment, self._piece = _segments(network)

    def flat(self, degrees: Array) -> Array:
        """Give metres to the east and to the north for longitudes and latitudes."""
        return np.column_stack(
            [degrees[:, 0] * METRES_PER_DEGREE * np.cos(self._middle), degrees[:, 1] * METRES_PER_DEGREE]
        )

    def degrees(self, plane: Array) -> Array:
        """Give longitudes and latitudes for metres to the east and to the north."""
        return np.column_stack(
            [plane[:, 0] / METRES_PER_DEGREE / np.cos(self._middle), plane[:, 1] / METRES_PER_DEGREE]
        )

    @cached_property
    def leads_on(self) -> Array:
        """Tell which pieces belong to the largest part whose junctions all lead to each other."""
        network = self._network
        goes = np.concatenate([network.forward, network.backward])
        tail = np.concatenate([network.tail, network.head])[goes]
        head = np.concatenate([network.head, network.tail])[goes]
        links = coo_array((np.ones(len(tail)), (tail, head)), shape=(network.junctions, network.junctions))
        _, part = connected_components(links, directed=True, connection="strong")
        largest = np.bincount(part).argmax()
        return np.asarray((part[network.tail] == largest) & (part[network.head] == largest))

    def doors(self, places: Sequence[Location]) -> Doors:
        """Find where doors meet the roads."""
        plane = self.flat(np.array(places, dtype=float).reshape(-1, 2))
        main, other = self._trees
        segment, share, off = self._nearest(plane, *main)
        if len(other[1]):
            elsewhere = self._nearest(plane, *other)
            takes = elsewhere[2] + PREFERRED_METRES < off
            segment, share, off = (
                np.where(takes, there, here)
                for there, here in zip(elsewhere, (segment, share, off), strict=True)
            )
        point, piece = self._segment[segment], self._piece[segment]
        begins = self._along[point]
        along = begins + share * (self._along[point + 1] - begins) - self._along[self._network.first[piece]]
        return Doors(piece, along, np.where(off <= FURTHEST_METRES, off, np.inf), plane)

    @cached_property
    def samples(self) -> Samples:
        """Give points every few metres on every piece."""
        begins, ends = self.plane[self._segment], self.plane[self._segment + 1]
        count = np.maximum(1, np.ceil(np.hypot(*(ends - begins).T) / _SAMPLE_METRES)).astype(int)
        segment = np.repeat(np.arange(len(count)), count)
        step = np.arange(len(segment)) - np.repeat(np.cumsum(count) - count, count)
        share = (step + 0.5) / count[segment]
        point, piece = self._segment[segment], self._piece[segment]
        metre = self._along[point] + share * (self._along[point + 1] - self._along[point])
        return Samples(
            begins[segment] + share[:, None] * (ends - begins)[segment],
            segment,
            piece,
            metre - self._along[self._network.first[piece]],
        )

    @cached_property
    def _trees(self) -> tuple[tuple[cKDTree, Array], tuple[cKDTree, Array]]:
        """Give what finds the nearest sample on what leads on, and on the rest, with each one's segment."""
        samples = self.samples
        main = self.leads_on[samples.piece]
        return (
            (cKDTree(samples.plane[main]), samples.segment[main]),
            (cKDTree(samples.plane[~main]), samples.segment[~main]),
        )

    def _nearest(self, plane: Array, tree: cKDTree, segment: Array) -> tuple[Array, Array, Array]:
        """Give each place's nearest segment, the share of it that lies before, and the metres to it."""
        _, found = tree.query(plane, k=min(_CANDIDATES, len(segment)))
        candidates = segment[found.reshape(len(plane), -1)]
        begins = self.plane[self._segment[candidates]]
        way = self.plane[self._segment[candidates] + 1] - begins
        off = plane[:, None, :] - begins
        length = np.maximum((way**2).sum(axis=2), 1e-9)
        share = np.clip((off * way).sum(axis=2) / length, 0, 1)
        metres = np.hypot(*np.moveaxis(off - share[:, :, None] * way, 2, 0))
        best = metres.argmin(axis=1)
        rows = np.arange(len(plane))
        return candidates[rows, best], share[rows, best], metres[rows, best]


def _segments(network: Network) -> tuple[Array, Array]:
    """Give every straight line of the shapes: the point that it begins at, and its piece."""
    count = network.last - network.first
    piece = np.repeat(np.arange(network.pieces), count)
    step = np.arange(len(piece)) - np.repeat(np.cumsum(count) - count, count)
    return network.first[piece] + step, piece
