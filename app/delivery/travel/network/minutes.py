"""Home of the quickest ways over the roads: seconds between doors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    """Ways from point to point, each in one direction: junctions first, then doors where they meet roads."""

    tail: Array
    head: Array
    seconds: Array

    def joined(self, other: Arcs) -> Arcs:
        """Give both together."""
        return Arcs(
            np.concatenate([self.tail, other.tail]),
            np.concatenate([self.head, other.head]),
            np.concatenate([self.seconds, other.seconds]),
        )

    def graph(self, points: int) -> csr_array:
        """Give the quickest way from each point to each neighbour, as scipy's graphs are written."""
        order = np.lexsort((self.seconds, self.head, self.tail))
        tail, head = self.tail[order], self.head[order]
        is_quickest = np.ones(len(order), dtype=bool)
        is_quickest[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        tail, head, seconds = tail[is_quickest], head[is_quickest], self.seconds[order][is_quickest]
        begins = np.searchsorted(tail, np.arange(points + 1)).astype(np.int32)
        return csr_array((seconds, head.astype(np.int32), begins), shape=(points, points))


class Roads:
    """The network at the speeds of a day."""

    def __init__(self, network: Network, speeds: Speeds) -> None:
        """Take the network; what costs time is made when it is first asked for."""
        self.network = network
        self._pace = metres_per_second(network, speeds)
        self._on_foot = speeds.pushed / 3600

    @cached_property
    def ground(self) -> Ground:
        """Give the network laid flat."""
        return Ground(self.network)

    @cached_property
    def _length(self) -> Array:
        along = self.network.along()
        return np.asarray(along[self.network.last] - along[self.network.first])

    @property
    def metres(self) -> int:
        """Count the metres of road."""
        return int(self._length.sum())

    @cached_property
    def _arcs(self) -> Arcs:
        network, seconds = self.network, self._length / self._pace
        along, against = network.forward, network.backward
        return Arcs(
            np.concatenate([network.tail[along], network.head[against]]),
            np.concatenate([network.head[along], network.tail[against]]),
            np.maximum(np.concatenate([seconds[along], seconds[against]]), _LEAST_SECONDS),
        )

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
        graph = self._arcs.joined(self._to_doors(doors)).graph(points + len(doors.piece))
        from_doors, to_doors = np.arange(len(starts)), np.arange(len(starts), len(doors.piece))
        ridden = _ridden(graph, points + from_doors, points + to_doors)
        walked = doors.metres_off / self._on_foot
        seconds = walked[from_doors, None] + ridden + walked[None, to_doors]
        apart = doors.plane[from_doors, None] - doors.plane[None, to_doors]
        straight = np.hypot(apart[:, :, 0], apart[:, :, 1])
        seconds = np.where(straight <= NEXT_DOOR_METRES, np.fmin(seconds, straight / self._on_foot), seconds)
        whole = np.where(np.isfinite(seconds), np.ceil(seconds - 1e-3), NO_WAY_SECONDS)
        return tuple(tuple(row) for row in np.minimum(whole, NO_WAY_SECONDS).astype(int).tolist())

    def _to_doors(self, doors: Doors) -> Arcs:
        """Give the ways between doors and the ends of their pieces, and between doors on one piece."""
        network = self.network
        at = network.junctions + np.flatnonzero(doors.reached)
        piece, before = doors.piece[doors.reached], doors.metres_along[doors.reached]
        after, pace = self._length[piece] - before, self._pace[piece]
        along, against = network.forward[piece], network.backward[piece]
        order = np.lexsort((before, piece))
        near, far = order[:-1], order[1:]
        same = piece[near] == piece[far]
        near, far = near[same], far[same]
        between, ahead, back = before[far] - before[near], along[near], against[near]
        at_tail, at_head = before <= CORNER_METRES, after <= CORNER_METRES
        parts = [
            (network.tail[piece], at, before / self._on_foot, at_tail),
            (at, network.tail[piece], before / self._on_foot, at_tail),
            (network.head[piece], at, after / self._on_foot, at_head),
            (at, network.head[piece], after / self._on_foot, at_head),
            (network.tail[piece], at, before / pace, along),
            (at, network.head[piece], after / pace, along),
            (network.head[piece], at, after / pace, against),
            (at, network.tail[piece], before / pace, against),
            (at[near], at[far], between / pace[near], ahead),
            (at[far], at[near], between / pace[near], back),
        ]
        return Arcs(
            np.concatenate([tail[goes] for tail, _, _, goes in parts]),
            np.concatenate([head[goes] for _, head, _, goes in parts]),
            np.maximum(np.concatenate([seconds[goes] for _, _, seconds, goes in parts]), _LEAST_SECONDS),
        )


def _ridden(graph: csr_array, starts: Array, ends: Array) -> Array:
    """Give the seconds from each start to each end, searching from the fewer of the two."""
    if len(ends) < len(starts):
        return _ridden(graph.T.tocsr(), ends, starts).T
    found = np.empty((len(starts), len(ends)))
    for begin in range(0, len(starts), _SOURCES_AT_ONCE):
        some = slice(begin, begin + _SOURCES_AT_ONCE)
        found[some] = dijkstra(graph, indices=starts[some])[:, ends]
    return found
