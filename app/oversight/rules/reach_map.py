"""Home of the map of who is not within reach: places laid flat, north up, and which names fit on it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians

WIDTH, TALLEST = 360.0, 640.0
"""Drawn as wide as a phone, so that names are read there; a screen enlarges it."""

LETTER = 14.0
_MARGIN = 24.0
_LEAST_DEGREES = 0.004
"""What a map shows at the least, so that a single place is not blown up."""

Marked = tuple[float, float, float, str]
"""Latitude, longitude, size and label."""

Ring = Sequence[tuple[float, float]]
"""Corners as (longitude, latitude)."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Something on the map: how far from the left and from the top, how large, and what it is called."""

    x: float
    y: float
    size: float
    label: str


@dataclass(frozen=True, slots=True)
class Picture:
    """A map, north up, as large as what it shows; a border may run out of it."""

    width: float
    height: float
    layers: tuple[tuple[Spot, ...], ...]
    border: str = ""
    metres_wide: float = 0.0


def picture(layers: Sequence[Sequence[Marked]], *, border: Iterable[Ring] = ()) -> Picture:
    """Lay places flat, as they lie to each other.

    >>> drawn = picture([[(28.0, 113.0, 4, "A"), (28.1, 113.0, 4, "B")], []])
    >>> [(spot.label, spot.y) for spot in drawn.layers[0]], round(drawn.metres_wide)
    ([('A', 616.0), ('B', 24.0)], 2256)
    """
    marks = [mark for layer in layers for mark in layer]
    if not marks:
        return Picture(WIDTH, 60, tuple(() for _ in layers))
    south, north = min(mark[0] for mark in marks), max(mark[0] for mark in marks)
    west, east = min(mark[1] for mark in marks), max(mark[1] for mark in marks)
    squeeze = cos(radians((south + north) / 2))
    across, up = max((east - west) * squeeze, _LEAST_DEGREES), max(north - south, _LEAST_DEGREES)
    scale = min((WIDTH - 2 * _MARGIN) / across, (TALLEST - 2 * _MARGIN) / up)
    width, height = max(round(2 * _MARGIN + across * scale, 1), 120.0), round(2 * _MARGIN + up * scale, 1)
    left = (width - (east - west) * squeeze * scale) / 2

    def flat(latitude: float, longitude: float) -> tuple[float, float]:
        across_from_left = left + (longitude - west) * squeeze * scale
        return round(across_from_left, 1), round(_MARGIN + (north - latitude) * scale, 1)

    drawn = tuple(tuple(Spot(*flat(*mark[:2]), *mark[2:]) for mark in layer) for layer in layers)
    corners = (" ".join("{},{}".format(*flat(lat, lon)) for lon, lat in ring) for ring in border)
    path = "".join(f"M{ring}Z" for ring in corners)
    return Picture(width, height, drawn, path, width / scale * 111_320)


def readable(names: Sequence[Spot], *, width: float) -> tuple[Spot, ...]:
    """Keep the names that do not lie over one another, those that stand first before the others.

    A name is written over its spot, and is pushed inwards from the edge.

    >>> near = [Spot(100, 50, 5, "南托街道"), Spot(110, 52, 5, "大托街道"), Spot(2, 90, 5, "暮云街道")]
    >>> [(spot.label, spot.x) for spot in readable(near, width=360)]
    [('南托街道', 100), ('暮云街道', 30.0)]
    """
    kept: list[Spot] = []
    boxes: list[tuple[float, float, float, float]] = []
    for each in names:
        half = _long(each.label) / 2
        x = min(max(each.x, half + 2), max(width - half - 2, half + 2))
        bottom = each.y - each.size - 3
        box = (x - half, bottom - LETTER, x + half, bottom + 2)
        if bottom > LETTER and not any(_meet(box, other) for other in boxes):
            kept.append(Spot(x, bottom, each.size, each.label))
            boxes.append(box)
    return tuple(kept)


def _long(label: str) -> float:
    return sum(LETTER if ord(letter) > 0x2E7F else LETTER * 0.6 for letter in label)  # noqa: PLR2004 - from here on letters are square


def _meet(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
