"""Home of the quickest ways over the roads: seconds between doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cached_property

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.delivery.travel.estimate import NO_WAY_SECONDS, Location
from app.delivery.travel.network.arrays import Array, Network, metres_per_second
from app.delivery.travel.network.ground import Doors, Ground
from app.delivery.travel.speeds import Speeds

NEXT_DOOR_METRES = 30
"""Between doors this near a rider walks, without going back to the road: the same building."""

CORNER_METRES = 20
"""A door this near a junction is walked to from it, whichever way the street's traffic goes."""

_SOURCES_AT_ONCE = 64
_LEAST_SECONDS = 1e-6
"""Two doors at one spot of a road; a way of no length would not count as one."""


@dataclass(frozen=True, eq=False)
class Arcs:
    """Ways from point to point, each in one direction: junctions first, then doors where they meet roads.

    An arc runs along `piece` from the metre `begins` to the metre `ends`, which is less where it runs against
    the piece's points.
    """

    tail: Array
    head: Array
    seconds: Array
    piece: Array
    begins: Array
    ends: Array

    @classmethod
    def joined(cls, parts: Sequence[Arcs]) -> Arcs:
        """Give several together."""
        return cls(*(np.concatenate([getattr(part, each.name) for part in parts]) for each in fields(cls)))

    def chosen(self, which: Array) -> Arcs:
        """Give some of them."""
        return Arcs(*(getattr(self, each.name)[which] for each in fields(Arcs)))

    def quickest(self) -> Arcs:
        """Give the quickest arc from each point to each neighbour, sorted by both."""
        order = np.lexsort((self.seconds, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        is_quickest = np.ones(len(order), dtype=bool)
        is_quickest[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        return self.chosen(order[is_quickest])

    def graph(self, points: int) -> csr_array:
        """Give arcs that are the quickest ones as scipy's graphs are written, in the same order."""
        begins = np.searchsorted(self.tail, np.arange(points + 1)).astype(np.int32)
        return csr_array((self.seconds, self.head.astype(np.int32), begins), shape=(points, points))


class Roads:
    """The network at the speeds of a day."""

    def __init__(self, network: Network, speeds: Speeds) -> None:
        """Take the network; what costs time is made when it is first asked for."""
        self.network = network
        self.pace = metres_per_second(network, speeds)
        self.on_foot = speeds.pushed / 3600

    @cached_property
    def ground(self) -> Ground:
        """Give the network laid flat."""
        return Ground(self.network)

    @cached_property
    def along(self) -> Array:
        """Give the metres to each point of the shapes; only differences within a piece mean anything."""
        return self.network.along()

    @cached_property
    def length(self) -> Array:
        """Give the metres of each piece."""
        return np.asarray(self.along[self.network.last] - self.along[self.network.first])

    @property
    def metres(self) -> int:
        """Count the metres of road."""
        return int(self.length.sum())

    @cached_property
    def _arcs(self) -> Arcs:
        """Give each piece along its points, and against them, where that may be ridden."""
        network, every = self.network, np.arange(self.network.pieces)
        nought = np.zeros(len(every))
        along = self._arc((network.tail, network.head), every, (nought, self.length))
        against = self._arc((network.head, network.tail), every, (self.length, nought))
        return Arcs.joined([along.chosen(network.forward), against.chosen(network.backward)])

    def _arc(
        self,
        ways: tuple[Array, Array],
        piece: Array,
        metres: tuple[Array, Array],
        *,
        walked: bool = False,
    ) -> Arcs:
        (tail, head), (begins, ends) = ways, metres
        pace = self.on_foot if walked else self.pace[piece]
        seconds = np.maximum(np.abs(ends - begins) / pace, _LEAST_SECONDS)
        return Arcs(tail, head, seconds, piece, begins, ends)

    def with_doors(self, doors: Doors) -> Arcs:
        """Give the quickest arcs between junctions and doors; doors are numbered after the junctions."""
        return Arcs.joined([self._arcs, *self._to_doors(doors)]).quickest()

    def reaches(self, places: Sequence[Location]) -> list[bool]:
        """Tell which places lie by a road that leads on to the others."""
        doors = self.ground.doors(places)
        return [bool(each) for each in doors.reached & self.ground.leads_on[doors.piece]]

    def durations(self, starts: Sequence[Location], ends: Sequence[Location]) -> tuple[tuple[int, ...], ...]:
        """Give whole seconds from every start to every end, rounded up: riding, and walking to the door.

        `NO_WAY_SECONDS` stands where no way leads.
        """
        doors = self.ground.doors([*starts, *ends])
        points = self.network.junctions
        graph = self.with_doors(doors).graph(points + len(doors.piece))
        from_doors, to_doors = np.arange(len(starts)), np.arange(len(starts), len(doors.piece))
        ridden = _ridden(graph, points + from_doors, points + to_doors)
        walked = doors.metres_off / self.on_foot
        seconds = walked[from_doors, None] + ridden + walked[None, to_doors]
        apart = doors.plane[from_doors, None] - doors.plane[None, to_doors]
        straight = np.hypot(apart[:, :, 0], apart[:, :, 1])
        seconds = np.where(straight <= NEXT_DOOR_METRES, np.fmin(seconds, straight / self.on_foot), seconds)
        whole = np.where(np.isfinite(seconds), np.ceil(seconds - 1e-3), NO_WAY_SECONDS)
        return tuple(tuple(row) for row in np.minimum(whole, NO_WAY_SECONDS).astype(int).tolist())

    def _to_doors(self, doors: Doors) -> list[Arcs]:
        """Give the arcs between doors and the ends of their pieces, and between doors on one piece."""
        network, door = self.network, np.flatnonzero(doors.reached)
        at, piece, metre = network.junctions + door, doors.piece[door], doors.metres_along[door]
        tail, head, length = network.tail[piece], network.head[piece], self.length[piece]
        nought = np.zeros(len(door))
        order = np.lexsort((metre, piece))
        near, far = order[:-1], order[1:]
        same = piece[near] == piece[far]
        near, far = near[same], far[same]
        along, against = network.forward[piece], network.backward[piece]
        at_tail, at_head = metre <= CORNER_METRES, length - metre <= CORNER_METRES
        return [
            self._arc((tail, at), piece, (nought, metre)).chosen(along),
            self._arc((at, head), piece, (metre, length)).chosen(along),
            self._arc((head, at), piece, (length, metre)).chosen(against),
            self._arc((at, tail), piece, (metre, nought)).chosen(against),
            self._arc((at[near], at[far]), piece[near], (metre[near], metre[far])).chosen(along[near]),
            self._arc((at[far], at[near]), piece[near], (metre[far], metre[near])).chosen(against[near]),
            self._arc((tail, at), piece, (nought, metre), walked=True).chosen(at_tail),
            self._arc((at, tail), piece, (metre, nought), walked=True).chosen(at_tail),
            self._arc((head, at), piece, (length, metre), walked=True).chosen(at_head),
            self._arc((at, head), piece, (metre, length), walked=True).chosen(at_head),
        ]


def _ridden(graph: csr_array, starts: Array, ends: Array) -> Array:
    """Give the seconds from each start to each end, searching from the fewer of the two."""
    if len(ends) < len(starts):
        return _ridden(graph.T.tocsr(), ends, starts).T
    found = np.empty((len(starts), len(ends)))
    for begin in range(0, len(starts), _SOURCES_AT_ONCE):
        some = slice(begin, begin + _SOURCES_AT_ONCE)
        found[some] = dijkstra(graph, indices=starts[some])[:, ends]
    return found
