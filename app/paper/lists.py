"""Home of long lists on paper: which rows stand on which page, and what each page and all before it come to.

A list of thousands of rows is laid out here and drawn by `app/paper/drawing.py`: the press would try every
cell of it several times and remember them all. Rows stand on a grid of lines of one height.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, chain
from typing import Literal, NamedTuple

from app.paper.fonts import EM, printable, width_of

FIRST_LINES, LINES = 35, 38
"""How many lines the first page holds, which has the title too, and how many each further one."""

TEXT_POINTS, POINTS_OF_A_MILLIMETRE = 7, 72 / 25.4
LINE_MM, HEAD_MM, EDGE_MM = 4.1, 7.5, 0.8
"""How high a line is and the head of the columns, and what stays free at both edges of a column."""

_TEXTS_REMEMBERED = 50_000

Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: its heading and width; a `summed` one has the sums of its amounts below."""

    heading: str
    width_mm: float
    align: Align = "left"
    summed: bool = False

    @property
    def room(self) -> int:
        """Give how wide a text in it may be, in thousandths of an em."""
        return int((self.width_mm - 2 * EDGE_MM) * POINTS_OF_A_MILLIMETRE / TEXT_POINTS * EM)


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row of a list: its cells, and the amounts of its summed columns; one struck out has amounts of 0."""

    cells: Sequence[str]
    amounts: Sequence[int]
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class PaperList:
    """A list to be printed: `total` says what the sum of all is of, `written` how an amount is written."""

    columns: Sequence[ListColumn]
    rows: Iterable[ListRow]
    total: str
    written: Callable[[int], str]

    def laid_out(self, unprintable: dict[str, list[str]]) -> LaidOut:
        """Lay the list out on pages, and note each text with a character that no font has."""
        pages = list(self._filled(unprintable))
        for page in pages:
            page.sums = [self._sum("本页小计", page.own), self._sum("承前页累计（含本页）", page.carried)]
        pages[-1].sums.append(self._sum(self.total, pages[-1].carried))
        return LaidOut(pages)

    def _sum(self, label: str, amounts: Sequence[int]) -> ListSum:
        return ListSum(shown(label), [shown(self.written(amount)) for amount in amounts])

    def _filled(self, unprintable: dict[str, list[str]]) -> Iterator[ListPage]:
        """Fill page after page; there is one even for a list without rows."""
        nothing = [0] * sum(column.summed for column in self.columns)
        page = ListPage(self.columns, FIRST_LINES, [*nothing], [*nothing])
        for row in self._broken(unprintable):
            if not page.has_room_for(row):
                yield page
                page = ListPage(self.columns, LINES, [*nothing], [*page.carried])
            page.add(row)
        yield page

    def _broken(self, unprintable: dict[str, list[str]]) -> Iterator[BrokenRow]:
        rooms = [column.room for column in self.columns]
        for row in self.rows:
            found = list(map(_fitted, row.cells, rooms))
            cells = [fitted.lines for fitted in found]
            for fitted in found:
                if fitted.missing:
                    unprintable[fitted.shown] = fitted.missing
            yield BrokenRow(row, cells, max(map(len, cells)))


class Shown(NamedTuple):
    """A text that stands on one line, and how wide it is in thousandths of an em."""

    text: str
    width: int


def shown(text: str) -> Shown:
    """Measure a text that can be printed."""
    return Shown(text, width_of(text))


class BrokenRow(NamedTuple):
    """A row whose cells are broken into lines, and how many lines the longest of them has."""

    row: ListRow
    cells: Sequence[tuple[Shown, ...]]
    lines: int


class ListSum(NamedTuple):
    """A line of sums: what they are of, and the amount of each summed column as it is written."""

    label: Shown
    amounts: Sequence[Shown]


@dataclass(slots=True)
class ListPage:
    """The rows of one page and the lines of sums below them.

    `own` are the sums of its rows, `carried` those from the first page to the end of this one.
    """

    columns: Sequence[ListColumn]
    room: int
    own: list[int]
    carried: list[int]
    rows: list[BrokenRow] = field(default_factory=list)
    lines: int = 0
    sums: list[ListSum] = field(default_factory=list)

    def has_room_for(self, row: BrokenRow) -> bool:
        """Tell whether a row fits; on an empty page any does, for no other would have more room."""
        return not self.rows or self.lines + row.lines <= self.room

    def add(self, row: BrokenRow) -> None:
        """Put one more row on the page."""
        self.rows.append(row)
        self.lines += row.lines
        for place, amount in enumerate(row.row.amounts):
            self.own[place] += amount
            self.carried[place] += amount

    @property
    def starts(self) -> list[int]:
        """Give the line on which each row starts, and at last the one behind them all."""
        return list(accumulate((row.lines for row in self.rows), initial=0))

    @property
    def edges_mm(self) -> list[float]:
        """Give where each column starts, and at last where the last one ends."""
        return list(accumulate((column.width_mm for column in self.columns), initial=0.0))

    @property
    def height_mm(self) -> float:
        """Give how high it is, with its head and its sums."""
        return HEAD_MM + (self.lines + len(self.sums)) * LINE_MM

    @property
    def texts(self) -> Iterator[str]:
        """Give every text that stands on it, some of them often."""
        for row in self.rows:
            for cell in row.cells:
                for line in cell:
                    yield line.text
        for each in self.sums:
            yield from (words.text for words in (each.label, *each.amounts))
        yield from (line for column in self.columns for line in column.heading.split("\n"))


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A list on its pages, of which there is always one."""

    pages: Sequence[ListPage]

    @property
    def width_mm(self) -> float:
        """Give how wide it is."""
        return self.pages[0].edges_mm[-1]

    @property
    def specimen(self) -> list[str]:
        """Give what its fonts must have: each character alone, then a space that nothing trims."""
        characters = set().union(*set(chain.from_iterable(page.texts for page in self.pages)))
        return [*sorted(each for each in characters if not each.isspace()), "- -"]


class _Fitted(NamedTuple):
    """A cell's text as it can be printed, broken into lines, and the code points that no font has."""

    lines: tuple[Shown, ...]
    shown: str
    missing: list[str]


@lru_cache(_TEXTS_REMEMBERED)
def _fitted(cell: str, room: int) -> _Fitted:
    words, missing = printable(cell)
    return _Fitted(tuple(map(shown, broken(words, room))), words, missing)


def broken(words: str, room: int) -> tuple[str, ...]:
    """Break a printable text into lines of at most `room` thousandths of an em.

    Chinese is broken anywhere, but never before what closes or after what opens; a word of letters or digits
    only when it fills more than a line.

    >>> broken("残疾（二级）、独居", 6000)
    ('残疾（二', '级）、独居')
    """
    if width_of(words) <= room:
        return (words,)
    lines, line = [], ""
    for piece in _pieces(words, room):
        if line and width_of(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return (*lines, line.rstrip())


_PIECE = re.compile(r"[（《“「【]*(?:[!-~]+|.)[、，。；：！？）》”」】·]* *")


def _pieces(words: str, room: int) -> Iterator[str]:
    for piece in _PIECE.findall(words):
        if width_of(piece) <= room:
            yield piece
        else:
            yield from piece
