"""Home of reading an OpenStreetMap extract: streamed, clipped to the district, cut at its junctions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import osmium
from osmium.filter import KeyFilter
from osmium.osm import NODE, WAY, Node, Way, osm_entity_bits

from app.delivery.travel.box import Box
from app.delivery.travel.network.arrays import UNITS_PER_DEGREE, Array, Network
from app.delivery.travel.ways import Use, blocks, use_of
from app.errors import DomainError
from app.text import text

LARGEST_MEGABYTES = 1024
"""A province is a third of it; what is larger is cut by whoever offers extracts."""

_FIRST_BLOCK = b"OSMHeader"

Point = tuple[int, int, int]
"""A node's number, or a number below 0 that no other piece shares; longitude and latitude in whole units."""


@dataclass
class _Collected:
    """The ways so far, one after the other, as plain lists."""

    nodes: list[int] = field(default_factory=list)
    longitude: list[int] = field(default_factory=list)
    latitude: list[int] = field(default_factory=list)
    begins: list[int] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)
    name: list[int] = field(default_factory=list)
    names: dict[str, int] = field(default_factory=lambda: {"": 0})
    blocked: set[int] = field(default_factory=set)
    cuts: int = 0
    seen: list[int] = field(default_factory=list)

    def add(self, points: list[Point], use: Use, name: str) -> None:
        """Take the points of one way, or of what is left of it between two barriers."""
        self.begins.append(len(self.nodes))
        for node, longitude, latitude in points:
            self.nodes.append(node)
            self.longitude.append(longitude)
            self.latitude.append(latitude)
        self.uses.append(use)
        self.name.append(self.names.setdefault(name, len(self.names)))

    def cut(self) -> int:
        """Give a number for an end that nothing else touches."""
        self.cuts += 1
        return -self.cuts


def network_of(file: Path, box: Box) -> Network:
    """Read the roads that a rider may use inside a box from an .osm.pbf file.

    A way belongs to it when it begins or ends inside.
    Raises: DomainError for a file that cannot be read, is too large, or has no roads there.
    """
    _ensure_readable(file)
    collected = _Collected()
    try:
        processor = osmium.FileProcessor(osmium.io.File(str(file), "pbf"), NODE | WAY)
        _ensure_overlap(file, processor, box)
        stream = (
            processor.with_locations()
            .with_filter(_having("barrier", NODE))
            .with_filter(_having("highway", WAY))
        )
        for each in stream:
            _take(collected, each, box)
    except RuntimeError as error:
        raise DomainError(
            text(
                "{file} is broken or cut short: {reason}. Get it again, then run this again.",
                file=file,
                reason=error,
            )
        ) from error
    if not collected.uses:
        raise _elsewhere(file, box, _seen(collected))
    return _cut_at_junctions(collected)


def _having(key: str, entity: osm_entity_bits) -> KeyFilter:
    """Let only those of a kind through that say something about a key."""
    having = KeyFilter(key)
    having.enable_for(entity)
    return having


def _ensure_readable(file: Path) -> None:
    try:
        size = file.stat().st_size
        with file.open("rb") as opened:
            begins = opened.read(64)
    except OSError as error:
        raise DomainError(
            text("{file} cannot be read: {reason}.", file=file, reason=error.strerror or error)
        ) from error
    if _FIRST_BLOCK not in begins:
        raise DomainError(
            text("{file} is no .osm.pbf file. Take an OpenStreetMap extract in the PBF format.", file=file)
        )
    if size > LARGEST_MEGABYTES * 1024 * 1024:
        raise DomainError(
            text(
                "{file} is larger than {limit} MB. Take the extract of the province, or cut out the city.",
                file=file,
                limit=LARGEST_MEGABYTES,
            )
        )


def _ensure_overlap(file: Path, processor: osmium.FileProcessor, box: Box) -> None:
    """Refuse another city's extract before it is read through, where its header says what it covers."""
    covered = processor.header.box()
    if covered.valid():
        low, high = covered.bottom_left, covered.top_right
        there = Box(low.lon, low.lat, high.lon, high.lat)
        if not there.touches(box):
            raise _elsewhere(file, box, there)


def _elsewhere(file: Path, box: Box, there: Box | None) -> DomainError:
    if there is None:
        return DomainError(text("{file} has no roads.", file=file))
    return DomainError(
        text(
            "{file} has no roads in this district: it covers {there}, and the sites lie in {here}. "
            "Take the extract of this province or city, or correct the sites' coordinates.",
            file=file,
            there=str(there),
            here=str(box),
        )
    )


def _seen(collected: _Collected) -> Box | None:
    """Give what the ways that were passed over cover."""
    if not collected.seen:
        return None
    west, south, east, north = (each / UNITS_PER_DEGREE for each in collected.seen)
    return Box(west, south, east, north)


def _take(collected: _Collected, each: object, box: Box) -> None:
    """Take one node or way of the stream."""
    if isinstance(each, Node):
        if blocks({tag.k: tag.v for tag in each.tags}):
            collected.blocked.add(each.id)
        return
    if not isinstance(each, Way) or not _is_inside(collected, each, box):
        return
    tags = {tag.k: tag.v for tag in each.tags}
    use = use_of(tags)
    if use is not None:
        name = " ".join((tags.get("name:zh") or tags.get("name") or "").split())
        for points in _unbroken(collected, each):
            collected.add(points, use, name)


def _is_inside(collected: _Collected, way: Way, box: Box) -> bool:
    nodes = way.nodes
    ends = [nodes[0].location, nodes[-1].location] if len(nodes) > 1 else []
    known = [end for end in ends if end.valid()]
    if any(box.holds(end.lon, end.lat) for end in known):
        return True
    for end in known:
        west, south, east, north = collected.seen or (end.x, end.y, end.x, end.y)
        collected.seen = [min(west, end.x), min(south, end.y), max(east, end.x), max(north, end.y)]
    return False


def _unbroken(collected: _Collected, way: Way) -> Iterator[list[Point]]:
    """Give a way's points, in several lists where a barrier or the edge of the extract breaks it."""
    points: list[Point] = []
    for node in way.nodes:
        location = node.location
        if not location.valid():
            yield from _long_enough(points)
            points = []
            continue
        if points and points[-1][0] == node.ref:
            continue
        if node.ref not in collected.blocked:
            points.append((node.ref, location.x, location.y))
            continue
        points.append((collected.cut(), location.x, location.y))
        yield from _long_enough(points)
        points = [(collected.cut(), location.x, location.y)]
    yield from _long_enough(points)


def _long_enough(points: list[Point]) -> Iterator[list[Point]]:
    if len(points) > 1:
        yield points


def _cut_at_junctions(collected: _Collected) -> Network:
    """Cut every way where another touches it, or it touches itself."""
    nodes = np.array(collected.nodes, dtype=np.int64)
    begins = np.array(collected.begins, dtype=np.int64)
    _, number, count = np.unique(nodes, return_inverse=True, return_counts=True)
    is_cut = count[number] > 1
    is_cut[begins] = True
    is_cut[np.append(begins[1:], len(nodes)) - 1] = True
    way = np.repeat(np.arange(len(begins)), np.diff(np.append(begins, len(nodes))))
    at = np.flatnonzero(is_cut)
    is_piece = way[at[:-1]] == way[at[1:]]
    first, last = at[:-1][is_piece], at[1:][is_piece]
    of = way[first]
    _, ends = np.unique(np.concatenate([number[first], number[last]]), return_inverse=True)
    return Network(
        longitude=np.array(collected.longitude, dtype=np.int32),
        latitude=np.array(collected.latitude, dtype=np.int32),
        first=first.astype(np.int32),
        last=last.astype(np.int32),
        tail=ends[: len(first)].astype(np.int32),
        head=ends[len(first) :].astype(np.int32),
        kind=_of_ways([use.kind for use in collected.uses], of, np.uint8),
        forward=_of_ways([use.forward for use in collected.uses], of, np.bool_),
        backward=_of_ways([use.backward for use in collected.uses], of, np.bool_),
        name=_of_ways(collected.name, of, np.int32),
        names=np.frombuffer("\n".join(collected.names).encode(), dtype=np.uint8),
    )


def _of_ways(values: list[int], ways: Array, kind: type) -> Array:
    return np.array(values, dtype=kind)[ways]
