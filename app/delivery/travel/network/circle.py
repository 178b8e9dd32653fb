"""Home of what is reached from a kitchen in time: the circle as a shape on the map (助餐服务圈)."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_closing, binary_dilation, binary_fill_holes
from scipy.sparse.csgraph import dijkstra

from app.delivery.travel.estimate import Location
from app.delivery.travel.network.arrays import Array
from app.delivery.travel.network.minutes import Roads

CELL_METRES = 40
"""The shape's grain: half a block. What is reached lies in a cell of it, or beside one."""

Ring = tuple[Location, ...]


def circle(roads: Roads, kitchen: Location, seconds: int) -> tuple[Ring, ...]:
    """Give the outlines of what a rider reaches from a kitchen in so many seconds, the largest first.

    Nothing is reached where no road reaches the kitchen. What lies within, such as a park without ways,
    counts as reached.
    """
    spots = _reached(roads, kitchen, seconds)
    if not len(spots):
        return ()
    low = spots.min(axis=0) - 3 * CELL_METRES
    cells = ((spots - low) / CELL_METRES).astype(int)
    field = np.zeros(cells.max(axis=0) + 4, dtype=bool)
    field[cells[:, 0], cells[:, 1]] = True
    beside = binary_dilation(field)
    whole = binary_fill_holes(binary_closing(beside, np.ones((3, 3))) | beside)
    outlines = sorted((_smooth(corners) for corners in _outlines(whole)), key=_area, reverse=True)
    return tuple(_ring(roads.ground.degrees(low + outline * CELL_METRES)) for outline in outlines)


def _ring(degrees: Array) -> Ring:
    return tuple((longitude, latitude) for longitude, latitude in degrees.round(6).tolist())


def _reached(roads: Roads, kitchen: Location, seconds: int) -> Array:
    """Give the spots on the roads, every few metres, that are reached in time."""
    network, ground = roads.network, roads.ground
    doors = ground.doors([kitchen])
    if not doors.reached[0]:
        return np.empty((0, 2))
    left = seconds - doors.metres_off[0] / roads.on_foot
    graph = roads.with_doors(doors).graph(network.junctions + 1)
    ridden = dijkstra(graph, indices=network.junctions, limit=max(left, 0))
    ahead = np.where(network.forward, (left - ridden[network.tail]) * roads.pace, -1)
    back = np.where(network.backward, (left - ridden[network.head]) * roads.pace, -1)
    piece, metre = ground.samples.piece, ground.samples.metre
    in_time = (metre <= ahead[piece]) | (roads.length[piece] - metre <= back[piece])
    return np.concatenate([ground.samples.plane[in_time], doors.plane])


def _outlines(field: Array) -> list[Array]:
    """Give the corners round each patch of cells, with the patch on the left."""
    ahead: dict[tuple[int, int], list[tuple[int, int]]] = {}
    padded = np.pad(field, 1)
    for (across, up), (begin, end) in _SIDES.items():
        beside = np.roll(padded, (-across, -up), axis=(0, 1))[1:-1, 1:-1]
        for column, row in np.argwhere(field & ~beside).tolist():
            corner = (column + begin[0], row + begin[1])
            ahead.setdefault(corner, []).append((column + end[0], row + end[1]))
    outlines = []
    while ahead:
        corner = next(iter(ahead))
        ring = []
        while corner in ahead:
            ring.append(corner)
            following = ahead[corner].pop()
            if not ahead[corner]:
                del ahead[corner]
            corner = following
        outlines.append(np.array(ring, dtype=float))
    return outlines


_SIDES = {
    (0, -1): ((0, 0), (1, 0)),
    (1, 0): ((1, 0), (1, 1)),
    (0, 1): ((1, 1), (0, 1)),
    (-1, 0): ((0, 1), (0, 0)),
}
"""Which corners of a cell bound it towards each neighbour, anticlockwise."""


def _smooth(corners: Array) -> Array:
    """Cut the corners off at the middle of the cells' sides, and leave out what lies on a straight line."""
    middle = (corners + np.roll(corners, -1, axis=0)) / 2
    before, after = middle - np.roll(middle, 1, axis=0), np.roll(middle, -1, axis=0) - middle
    turns = np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) > _STRAIGHT
    return np.asarray(middle[turns])


_STRAIGHT = 1e-9


def _area(ring: Array) -> float:
    following = np.roll(ring, -1, axis=0)
    return float(abs((ring[:, 0] * following[:, 1] - ring[:, 1] * following[:, 0]).sum()) / 2)
