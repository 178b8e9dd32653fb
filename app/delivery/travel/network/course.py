"""Home of the line that a ride draws on the map: the shapes of the roads, from door to door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.delivery.travel.estimate import Location
from app.delivery.travel.network.arrays import UNITS_PER_DEGREE, Array
from app.delivery.travel.network.minutes import Arcs, Roads

Line = tuple[Location, ...]


def lines(roads: Roads, places: Sequence[Location], legs: Sequence[tuple[int, int]]) -> list[Line]:
    """Give the quickest way of each leg, from one place to another by their numbers.

    The straight line stands where no way leads.
    """
    doors = roads.ground.doors(places)
    arcs, junctions = roads.with_doors(doors), roads.network.junctions
    graph = arcs.graph(junctions + len(places))
    drawn: dict[tuple[int, int], Line] = {}
    for start in sorted({start for start, _ in legs}):
        _, before = dijkstra(graph, indices=junctions + start, return_predecessors=True)
        for end in {end for begin, end in legs if begin == start}:
            way = _way(graph, before, junctions + start, junctions + end)
            shape = [] if way is None else _shape(roads, arcs, way)
            drawn[start, end] = (places[start], *shape, places[end])
    return [drawn[leg] for leg in legs]


def _way(graph: csr_array, before: Array, start: int, end: int) -> list[int] | None:
    """Give the numbers of the arcs from start to end; None where no way leads."""
    way: list[int] = []
    here = end
    while here != start:
        previous = int(before[here])
        if previous < 0:
            return None
        row = slice(int(graph.indptr[previous]), int(graph.indptr[previous + 1]))
        way.append(row.start + int(np.searchsorted(graph.indices[row], here)))
        here = previous
    return way[::-1]


def _shape(roads: Roads, arcs: Arcs, way: Sequence[int]) -> list[Location]:
    """Give the points of arcs one after the other, each once."""
    shape: list[Location] = []
    for arc in way:
        piece, begins, ends = int(arcs.piece[arc]), float(arcs.begins[arc]), float(arcs.ends[arc])
        for point in part_of(roads, piece, begins, ends):
            if not shape or shape[-1] != point:
                shape.append(point)
    return shape


def part_of(roads: Roads, piece: int, begins: float, ends: float) -> list[Location]:
    """Give the points of a piece of road from one metre to another, against its points where that is less."""
    network = roads.network
    points = slice(int(network.first[piece]), int(network.last[piece]) + 1)
    metres = roads.along[points] - roads.along[points.start]
    longitude = network.longitude[points] / UNITS_PER_DEGREE
    latitude = network.latitude[points] / UNITS_PER_DEGREE
    low, high = min(begins, ends), max(begins, ends)
    at = np.concatenate([[low], metres[(metres > low) & (metres < high)], [high]])
    line = list(
        zip(np.interp(at, metres, longitude).tolist(), np.interp(at, metres, latitude).tolist(), strict=True)
    )
    return line if begins <= ends else line[::-1]
