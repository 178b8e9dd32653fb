"""Home of reading the QR codes of a PDF without the library that drew them: where each is, and what it says.

It reads undamaged codes of version 1, as cards carry them, and so needs no error correction.
Source: ISO/IEC 18004.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pypdf import PageObject

MILLIMETRE = 72 / 25.4
QUIET = 4
"""Modules that must stay white on every side."""

_SIZE = 21
_DRAWN = re.compile(r"q (\S+) 0 0 -\1 (\S+) (\S+) cm[^\n]*? 4 M ((?:\S+ \S+ m \S+ \S+ l ?){21,})")
"""A path of many strokes, a module thick; its scale is how large a module is."""

_RUN = re.compile(r"([\d.]+) ([\d.]+) m ([\d.]+) \2 l")
_FORMAT_MASK = 0b101010000010010
_LEVELS = {0b01: "L", 0b00: "M", 0b11: "Q", 0b10: "H"}
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_MASKS: tuple[Callable[[int, int], bool], ...] = (
    lambda row, column: (row + column) % 2 == 0,
    lambda row, _column: row % 2 == 0,
    lambda _row, column: column % 3 == 0,
    lambda row, column: (row + column) % 3 == 0,
    lambda row, column: (row // 2 + column // 3) % 2 == 0,
    lambda row, column: row * column % 2 + row * column % 3 == 0,
    lambda row, column: (row * column % 2 + row * column % 3) % 2 == 0,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2 == 0,
)
_Dark = frozenset[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Picture:
    """One QR code: its place from the page's upper left corner, and its side with the quiet zone, in mm."""

    left: float
    top: float
    side: float
    level: str
    says: str


def pictures(page: PageObject) -> list[Picture]:
    """Give the QR codes of a page in the order in which they are drawn."""
    contents = page.get_contents()
    assert contents is not None
    drawn = contents.get_data().decode("latin-1")
    height = float(page.mediabox.height)
    return [
        Picture(
            left=float(left) / MILLIMETRE,
            top=(height - float(bottom)) / MILLIMETRE,
            side=float(module) * (_SIZE + 2 * QUIET) / MILLIMETRE,
            level=level,
            says=words,
        )
        for module, left, bottom, runs in _DRAWN.findall(drawn)
        for level, words in [read(_modules(runs))]
    ]


def _modules(runs: str) -> _Dark:
    """Give the dark modules by row and column: each run is a line through the middle of its row."""
    return frozenset(
        (int(float(row)) - QUIET, column - QUIET)
        for first, row, last in _RUN.findall(runs)
        for column in range(int(float(first)), int(float(last)))
    )


def read(dark: _Dark) -> tuple[str, str]:
    """Give the level of error correction, and the text."""
    places = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [
        (row, 8) for row in (7, 5, 4, 3, 2, 1, 0)
    ]
    form = _number(place in dark for place in places) ^ _FORMAT_MASK
    mask = _MASKS[form >> 10 & 0b111]
    bits = ((place in dark) ^ mask(*place) for place in _data_places())
    assert _take(bits, 4) == 0b0010, "not written as letters and digits"
    length = _take(bits, 9)
    pairs = "".join(_pair(_take(bits, 11)) for _ in range(length // 2))
    return _LEVELS[form >> 13], pairs + (_ALPHANUMERIC[_take(bits, 6)] if length % 2 else "")


def _data_places() -> Iterator[tuple[int, int]]:
    """Walk up and down through pairs of columns, from the right, past all that is no data."""
    upwards = True
    for right in (20, 18, 16, 14, 12, 10, 8, 5, 3, 1):
        for row in reversed(range(_SIZE)) if upwards else range(_SIZE):
            for column in (right, right - 1):
                if not _is_pattern(row, column):
                    yield row, column
        upwards = not upwards


def _is_pattern(row: int, column: int) -> bool:
    near_left, near_top = column <= 8, row <= 8
    near_right, near_bottom = column >= _SIZE - 8, row >= _SIZE - 8
    return (near_top and (near_left or near_right)) or (near_bottom and near_left) or 6 in (row, column)


def _pair(value: int) -> str:
    return _ALPHANUMERIC[value // 45] + _ALPHANUMERIC[value % 45]


def _take(bits: Iterator[bool], count: int) -> int:
    return _number(next(bits) for _ in range(count))


def _number(bits: Iterator[bool]) -> int:
    number = 0
    for bit in bits:
        number = number << 1 | bit
    return number
