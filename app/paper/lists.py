"""Home of long lists on paper: which rows stand on which page, and what each page and all before it come to.

A list of thousands of rows is laid out here and not by the press, which would try every cell of it several
times and remember them all. Rows stand on a grid of lines of one height; `papers/list.typ` draws the grid and
sets each column of a page as one text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from app.paper.fonts import EM, printable, width_of

FIRST_LINES, LINES = 35, 38
"""How many lines the first page holds, which has the title too, and how many each further one."""

_POINTS, _POINTS_OF_A_MILLIMETRE = 7, 72 / 25.4
_EDGE_MM = 0.8
_NO_WORDS = "\N{NO-BREAK SPACE}"
_TEXTS_REMEMBERED = 50_000


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list: its heading and width; a `summed` one has the sums of its amounts below."""

    heading: str
    width_mm: float
    align: Literal["left", "center", "right"] = "left"
    summed: bool = False

    @property
    def room(self) -> int:
        """Give how wide a text in it may be, in thousandths of an em."""
        return int((self.width_mm - 2 * _EDGE_MM) * _POINTS_OF_A_MILLIMETRE / _POINTS * EM)


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

    def laid_out(self, unprintable: dict[str, list[str]]) -> dict[str, object]:
        """Give the list as it is drawn, and note each text with a character that no font has."""
        pages = list(_pages(self._broken(unprintable), summed=sum(column.summed for column in self.columns)))
        return {
            "columns": [
                {"heading": each.heading, "width": each.width_mm, "align": each.align, "summed": each.summed}
                for each in self.columns
            ],
            "pages": [self._drawn(page, is_last=page is pages[-1]) for page in pages],
        }

    def _broken(self, unprintable: dict[str, list[str]]) -> Iterator[_Broken]:
        rooms = [column.room for column in self.columns]
        for row in self.rows:
            found = list(map(_fitted, row.cells, rooms))
            cells = [fitted.lines for fitted in found]
            for fitted in found:
                if fitted.missing:
                    unprintable[fitted.shown] = fitted.missing
            yield _Broken(row, cells, max(map(len, cells)))

    def _drawn(self, page: _Page, *, is_last: bool) -> dict[str, object]:
        sums = [("本页小计", page.sums), ("承前页累计（含本页）", page.carried)]
        if is_last:
            sums.append((self.total, page.carried))
        return {
            "texts": [page.text(place) for place in range(len(self.columns))],
            "lines": page.lines,
            "rules": page.rules,
            "struck": page.struck,
            "sums": [
                {"label": label, "amounts": [self.written(amount) for amount in amounts]}
                for label, amounts in sums
            ],
        }


@dataclass(frozen=True, slots=True)
class _Broken:
    """A row whose cells are broken into lines, and how many lines the longest of them has."""

    row: ListRow
    cells: Sequence[tuple[str, ...]]
    lines: int


@dataclass(slots=True)
class _Page:
    """The rows of one page, its sums, and those `carried` from the first page to the end of this one."""

    room: int
    sums: list[int]
    carried: list[int]
    rows: list[_Broken] = field(default_factory=list)
    lines: int = 0
    rules: list[int] = field(default_factory=list)
    struck: list[int] = field(default_factory=list)

    def has_room_for(self, row: _Broken) -> bool:
        """Tell whether a row fits; on an empty page any does, for no other would have more room."""
        return not self.rows or self.lines + row.lines <= self.room

    def add(self, row: _Broken) -> None:
        """Put one more row on the page."""
        if row.row.is_struck:
            self.struck.append(self.lines)
        self.rows.append(row)
        self.lines += row.lines
        self.rules.append(self.lines)
        for place, amount in enumerate(row.row.amounts):
            self.sums[place] += amount
            self.carried[place] += amount

    def text(self, column: int) -> str:
        """Give all that stands in a column, line by line; an empty line is a space, lest it be left out."""
        lines: list[str] = []
        for row in self.rows:
            lines += row.cells[column]
            lines += [_NO_WORDS] * (row.lines - len(row.cells[column]))
        return "\n".join(lines)


def _pages(rows: Iterable[_Broken], *, summed: int) -> Iterator[_Page]:
    """Fill page after page; there is one even for a list without rows."""
    page = _Page(FIRST_LINES, [0] * summed, [0] * summed)
    for row in rows:
        if not page.has_room_for(row):
            yield page
            page = _Page(LINES, [0] * summed, [*page.carried])
        page.add(row)
    yield page


class _Fitted(NamedTuple):
    """A cell's text as it can be printed, broken into lines, and the code points that no font has."""

    lines: tuple[str, ...]
    shown: str
    missing: list[str]


@lru_cache(_TEXTS_REMEMBERED)
def _fitted(cell: str, room: int) -> _Fitted:
    shown, missing = printable(cell)
    return _Fitted(broken(shown, room), shown, missing)


def broken(words: str, room: int) -> tuple[str, ...]:
    """Break a printable text into lines of at most `room` thousandths of an em.

    Chinese is broken anywhere, but never before what closes or after what opens; a word of letters or digits
    only when it fills more than a line.

    >>> broken("残疾（二级）、独居", 6000)
    ('残疾（二', '级）、独居')
    """
    if width_of(words) <= room:
        return (words or _NO_WORDS,)
    lines, line = [], ""
    for piece in _pieces(words, room):
        if line and width_of(line + piece.rstrip()) > room:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
    return (*lines, line.rstrip() or _NO_WORDS)


_PIECE = re.compile(r"[（《“「【]*(?:[!-~]+|.)[、，。；：！？）》”」】·]* *")


def _pieces(words: str, room: int) -> Iterator[str]:
    for piece in _PIECE.findall(words):
        if width_of(piece) <= room:
            yield piece
        else:
            yield from piece
