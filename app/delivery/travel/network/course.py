"""Home of the course of a ride, from door to door: its line on the map and its streets in their order."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from app.delivery.travel.estimate import Location, straight_metres
from app.delivery.travel.network.arrays import UNITS_PER_DEGREE, Array
from app.delivery.travel.network.minutes import NEXT_DOOR_METRES, Arcs, Roads
from app.delivery.travel.turns import Stretch
from app.delivery.travel.ways import Kind

Line = tuple[Location, ...]
Leg = tuple[int, int]
"""From one place to another, by their numbers."""


def lines(roads: Roads, places: Sequence[Location], legs: Sequence[Leg]) -> list[Line]:
    """Give the quickest way of each leg as a line on the map.

    The straight line stands where no way leads.
    """
    return [
        (places[start], *(_shape(roads, arcs, way) if way else ()), places[end])
        for arcs, way, (start, end) in _ways(roads, places, legs)
    ]


def stretches(roads: Roads, places: Sequence[Location], legs: Sequence[Leg]) -> list[list[Stretch] | None]:
    """Give the quickest way of each leg street by street: none to the next door, None where no way leads."""
    return [
        []
        if straight_metres(places[start], places[end]) <= NEXT_DOOR_METRES
        else None
        if way is None
        else [each for arc in way for each in _stretch(roads, arcs, arc)]
        for arcs, way, (start, end) in _ways(roads, places, legs)
    ]


def _ways(
    roads: Roads, places: Sequence[Location], legs: Sequence[Leg]
) -> Iterator[tuple[Arcs, list[int] | None, Leg]]:
    """Give the numbers of the arcs of each leg's quickest way, leg by leg; None where no way leads."""
    doors = roads.ground.doors(places)
    arcs, junctions = roads.with_doors(doors), roads.network.junctions
    graph = arcs.graph(junctions + len(places))
    found: dict[Leg, list[int] | None] = {}
    for start in sorted({start for start, _ in legs}):
        _, before = dijkstra(graph, indices=junctions + start, return_predecessors=True)
        for end in {end for begin, end in legs if begin == start}:
            found[start, end] = _way(graph, before, junctions + start, junctions + end)
    return ((arcs, found[leg], leg) for leg in legs)


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


def _stretch(roads: Roads, arcs: Arcs, arc: int) -> Iterator[Stretch]:
    """Give the stretch of an arc; none where it has no length, at a door that lies on a corner."""
    piece, begins, ends = int(arcs.piece[arc]), float(arcs.begins[arc]), float(arcs.ends[arc])
    points = part_of(roads, piece, begins, ends)
    headings = [_heading(here, there) for here, there in pairwise(points) if here != there]
    if headings:
        kind = Kind(int(roads.network.kind[piece]))
        street = roads.network.name_of(piece)
        yield Stretch(street, kind, abs(ends - begins), headings[0], headings[-1])


def _heading(here: Location, there: Location) -> float:
    """Give the heading from one point to another near it, clockwise from the north in degrees."""
    east = (there[0] - here[0]) * math.cos(math.radians(here[1]))
    return math.degrees(math.atan2(east, there[1] - here[1])) % 360


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
