"""Makers of street maps: OpenStreetMap extracts (.osm.pbf) written to order, in metres from the kitchen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from math import cos, radians
from pathlib import Path
from random import Random

import osmium
from osmium.osm.mutable import Node, Way

from app.delivery.travel.box import Box, box_around
from app.delivery.travel.estimate import Location
from app.place import METRES_PER_DEGREE
from tests.factories.delivery import KITCHEN_AT

BLOCK_METRES = 100

Spot = tuple[float, float]
"""Metres to the east and to the north of the kitchen."""


def at(east: float, north: float) -> Location:
    """Give the longitude and latitude of a spot."""
    latitude, longitude = KITCHEN_AT
    eastward = METRES_PER_DEGREE * cos(radians(latitude))
    return longitude + east / eastward, latitude + north / METRES_PER_DEGREE


HERE = box_around([at(0, 0)])


class Streets:
    """A map to write: nodes are spots, shared by all ways that name them."""

    def __init__(self) -> None:
        self._nodes: dict[Spot, int] = {}
        self._tags: dict[Spot, dict[str, str]] = {}
        self._ways: list[tuple[list[int], dict[str, str]]] = []

    def way(self, *spots: Spot, highway: str | None = "residential", **tags: str) -> Streets:
        """Draw a way over spots; a tag's `__` stands for a colon."""
        refs = [self._nodes.setdefault(spot, len(self._nodes) + 1) for spot in spots]
        said = {"highway": highway, **tags} if highway else tags
        self._ways.append((refs, {key.replace("__", ":"): value for key, value in said.items()}))
        return self

    def barrier(self, spot: Spot, **tags: str) -> Streets:
        """Put a gate on a spot."""
        self._nodes.setdefault(spot, len(self._nodes) + 1)
        self._tags[spot] = {"barrier": "gate", **tags}
        return self

    def grid(self, columns: int, rows: int, *, south: float = 0, west: float = 0) -> Streets:
        """Draw streets every hundred metres, `columns` to the east and `rows` to the north."""
        easts = [west + column * BLOCK_METRES for column in range(columns)]
        norths = [south + row * BLOCK_METRES for row in range(rows)]
        for number, north in enumerate(norths, start=1):
            self.way(*((east, north) for east in easts), name=f"幸福{number}路")
        for number, east in enumerate(easts, start=1):
            self.way(*((east, north) for north in norths), name=f"建设{number}路")
        return self

    def written(
        self,
        folder: Path,
        *,
        name: str = "city.osm.pbf",
        covers: Box | None = None,
        inside: Countryside | None = None,
    ) -> Path:
        """Write the map as an extract; with `covers` its header says so; `inside` lies around it."""
        file = folder / name
        header = osmium.io.Header()
        if covers is not None:
            header.add_box(osmium.osm.Box(covers.west, covers.south, covers.east, covers.north))
        with osmium.SimpleWriter(str(file), header=header, overwrite=True) as writer:
            around = inside or Countryside(0)
            for node in chain(self._own_nodes(), around.nodes(len(self._nodes))):
                writer.add_node(node)
            for way in chain(self._own_ways(), around.ways(len(self._nodes), len(self._ways))):
                writer.add_way(way)
        return file

    def _own_nodes(self) -> Iterator[Node]:
        for spot, number in self._nodes.items():
            yield Node(id=number, location=at(*spot), tags=self._tags.get(spot, {}))

    def _own_ways(self) -> Iterator[Way]:
        for number, (refs, tags) in enumerate(self._ways, start=1):
            yield Way(id=number, nodes=refs, tags=tags)


@dataclass(frozen=True)
class Countryside:
    """The rest of a province: so many bent ways, half of them houses, 50 to 200 kilometres to the east."""

    count: int
    nodes_each: int = 10

    def nodes(self, after: int) -> Iterator[Node]:
        """Give the ways' nodes, numbered from the one `after`."""
        chance = Random(2)  # noqa: S311 - a map's chance
        number = after
        for _ in range(self.count):
            east, north = chance.uniform(50_000, 200_000), chance.uniform(-150_000, 150_000)
            longitude, latitude = at(east, north)
            for _ in range(self.nodes_each):
                number += 1
                longitude += chance.uniform(-0.002, 0.002)
                latitude += chance.uniform(-0.002, 0.002)
                yield Node(id=number, location=(longitude, latitude))

    def ways(self, after_node: int, after: int) -> Iterator[Way]:
        """Give the ways over those nodes, numbered from the one `after`."""
        for number in range(self.count):
            first = after_node + 1 + number * self.nodes_each
            tags = (
                {"building": "yes"}
                if number % 2
                else {"highway": "residential", "name": f"乡{number % 9973}路"}
            )
            yield Way(id=after + 1 + number, nodes=range(first, first + self.nodes_each), tags=tags)


def two_banks(*, bridge: bool = True, columns: int = 11) -> Streets:
    """Draw two banks of a river 300 metres wide, joined by one bridge in the far east."""
    streets = Streets().grid(columns, 4).grid(columns, 4, south=600)
    if bridge:
        east = (columns - 1) * BLOCK_METRES
        streets.way((east, 300), (east, 600), highway="primary", name="彩虹桥", bridge="yes")
    return streets
