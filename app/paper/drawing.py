"""Home of drawing: a long list's pages, drawn into the pages that the press left free for them.

The press prints the paper with a link where each page of the list shall stand, and as its last page a
specimen of the list's characters. So the paper's fonts hold what the list needs, and each of its pages is one
stream that names their glyphs.
Source: ISO 32000-1, 8.5 (paths), 9.4 (text objects), 9.10.3 (ToUnicode), 14.9.4 (ActualText).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from itertools import starmap
from typing import NamedTuple

from pikepdf import Dictionary, Object, Page, Pdf, String, parse_content_stream

from app.paper.fonts import EM, SANS
from app.paper.lists import (
    EDGE_MM,
    HEAD_MM,
    LINE_MM,
    POINTS_OF_A_MILLIMETRE,
    TEXT_POINTS,
    Align,
    LaidOut,
    ListPage,
    Shown,
    broken,
    shown,
)

PLACE = "list:page"
"""What the link says where a page of the list shall stand."""

_HEAD_FILL, _SUMS_FILL = 0.933, 0.973
_HAIR, _HAIR_GREY = 0.35, 0.431
_STRIKE, _STRIKE_GREY = 0.5, 0.235
_BOLD = 0.018 * TEXT_POINTS
_HEADING_LINE = 1.3 * TEXT_POINTS
_LINE, _HEAD, _EDGE = (millimetres * POINTS_OF_A_MILLIMETRE for millimetres in (LINE_MM, HEAD_MM, EDGE_MM))
_ASCENT = 0.88 * TEXT_POINTS
_BASELINE = (_LINE - TEXT_POINTS) / 2 + _ASCENT
_POINTS = TEXT_POINTS / EM
_SHARE_BEFORE: dict[Align, float] = {"left": 0.0, "center": 0.5, "right": 1.0}


def with_list(printed: bytes, listed: LaidOut) -> bytes:
    """Draw a paper's list, each page where the press left its place; the specimen goes.

    Raises: ValueError when the press left other places than these, or printed another specimen.
    """
    with Pdf.open(io.BytesIO(printed)) as pdf:
        glyphs = Glyphs(pdf.pages[-1], "".join(listed.specimen))
        del pdf.pages[-1]
        places = [(page, *place) for page in pdf.pages for place in _places(page)]
        for (page, left, top), listed_page in zip(places, listed.pages, strict=True):
            page.contents_add(_Drawing(listed_page, glyphs).at(left, top))
            glyphs.lend_to(page)
            del page.obj.Annots
        target = io.BytesIO()
        pdf.save(target, deterministic_id=True)
    return target.getvalue()


def _places(page: Page) -> Iterator[tuple[float, float]]:
    """Give the left and upper edge of each place that the press left free on a page."""
    for link in page.obj.get("/Annots", ()):
        if link.A.URI == PLACE:
            left, _, _, top = (float(edge) for edge in link.Rect)
            yield left, top


class Glyphs:
    """The glyphs of a paper's fonts, by the `characters` of its specimen, which stand there in this order."""

    def __init__(self, specimen: Page, characters: str) -> None:
        """Read the specimen.

        Raises: ValueError when it shows more or fewer glyphs than there are characters.
        """
        fonts = specimen.obj.Resources.Font
        self._fonts = {name: f"/List{place}" for place, name in enumerate(fonts.keys())}
        self._lent = {self._fonts[name]: font for name, font in fonts.items()}
        meant = {name: _meant(font) for name, font in fonts.items()}
        self._body = self._fonts[next(name for name, font in fonts.items() if SANS in str(font.BaseFont))]
        self._glyphs = {
            character: _Glyph(self._fonts[name], code, meant[name].get(code) == character)
            for character, (name, code) in zip(characters, _glyphs_of(specimen), strict=True)
        }
        self._said: dict[str, str] = {}

    def lend_to(self, page: Page) -> None:
        """Let a page use the fonts."""
        held = page.obj.Resources.get("/Font")
        if held is None:
            held = page.obj.Resources.Font = Dictionary()
        for name, font in self._lent.items():
            held[name] = font

    @property
    def body(self) -> str:
        """Give what chooses the body's font."""
        return f"{self._body} {TEXT_POINTS} Tf"

    def show(self, text: str) -> str:
        """Give what shows a text in the body's font, or another that has its characters.

        Raises: KeyError for a character that the specimen has not.
        """
        known = self._said.get(text)
        if known is None:
            known = self._said[text] = self._show(text)
        return known

    def _show(self, text: str) -> str:
        glyphs = [self._glyphs[" " if character.isspace() else character] for character in text]
        if all(glyph.font == self._body and glyph.is_plain for glyph in glyphs):
            return f"<{''.join(glyph.code for glyph in glyphs)}>Tj"
        return " ".join(starmap(self._show_one, zip(text, glyphs, strict=True)))

    def _show_one(self, character: str, glyph: _Glyph) -> str:
        """Show one character; where others share its glyph, say which is meant, for whoever searches."""
        shown = f"<{glyph.code}>Tj"
        if glyph.font != self._body:
            shown = f"{glyph.font} {TEXT_POINTS} Tf {shown} {self.body}"
        if not glyph.is_plain:
            meant = character.encode("utf-16-be").hex().upper()
            shown = f"/Span <</ActualText <FEFF{meant}>>> BDC {shown} EMC"
        return shown


class _Glyph(NamedTuple):
    """Where a glyph is; it is `plain` when its font says that it stands for the character that is meant."""

    font: str
    code: str
    is_plain: bool


def _meant(font: Object) -> dict[str, str]:
    """Give which character each code of a font stands for, as its ToUnicode says."""
    found = _STANDS_FOR.findall(font.ToUnicode.read_bytes().decode("ascii"))
    return {code: bytes.fromhex(utf16).decode("utf-16-be") for code, utf16 in found}


_STANDS_FOR = re.compile(r"^<([0-9A-F]{4})> <([0-9A-F]+)>$", re.MULTILINE)


def _glyphs_of(page: Page) -> Iterator[tuple[str, str]]:
    """Give font and code of each glyph that a page shows, in order."""
    font = ""
    for step in parse_content_stream(page, "Tf Tj TJ"):
        operator, operands = str(step.operator), step.operands
        if operator == "Tf":
            font = str(operands[0])
            continue
        for part in operands[0] if operator == "TJ" else operands:
            if isinstance(part, String):
                codes = bytes(part).hex().upper()
                yield from ((font, codes[place : place + 4]) for place in range(0, len(codes), 4))


class _Drawing:
    """One page of a list as it is drawn: from its upper left corner, in points, y growing upwards."""

    def __init__(self, page: ListPage, glyphs: Glyphs) -> None:
        self.page, self.glyphs = page, glyphs
        self.starts = page.starts
        self.edges = [edge * POINTS_OF_A_MILLIMETRE for edge in page.edges_mm]
        self.bottom = _HEAD + page.lines * _LINE
        self.end = self.bottom + len(page.sums) * _LINE
        self.first_summed = next(place for place, column in enumerate(page.columns) if column.summed)

    def at(self, left: float, top: float) -> bytes:
        """Draw it where its place is on the paper."""
        width, end = self.edges[-1], self.end
        return "\n".join(
            [
                f"q 1 0 0 1 {left:.2f} {top:.2f} cm",
                f"{_HEAD_FILL} g 0 {-_HEAD:.2f} {width:.2f} {_HEAD:.2f} re f",
                f"{_SUMS_FILL} g 0 {-end:.2f} {width:.2f} {end - self.bottom:.2f} re f",
                f"{_HAIR_GREY} G {_HAIR} w",
                *self._rules(),
                f"S {_STRIKE_GREY} G {_STRIKE} w",
                *self._strikes(),
                f"S 0 g 0 G BT {self.glyphs.body}",
                *self._cells(),
                f"2 Tr {_BOLD} w",
                *self._headings(),
                *self._sums(),
                "ET Q",
            ]
        ).encode("ascii")

    def _rules(self) -> Iterator[str]:
        """Give the lines between rows, sums and columns; a sum's label stands across the first columns."""
        rows = [_HEAD + start * _LINE for start in self.starts]
        sums = [self.bottom + place * _LINE for place in range(1, len(self.page.sums) + 1)]
        for height in (0.0, *rows, *sums):
            yield f"0 {-height:.2f} m {self.edges[-1]:.2f} {-height:.2f} l"
        for place, edge in enumerate(self.edges):
            to = self.bottom if 0 < place < self.first_summed else self.end
            yield f"{edge:.2f} 0 m {edge:.2f} {-to:.2f} l"

    def _strikes(self) -> Iterator[str]:
        """Strike out the first line of each row that does not count, from its second cell to the amounts."""
        left = self.edges[1] + _EDGE
        right = self.edges[self.first_summed + len(self.page.own)] - _EDGE
        for row, start in zip(self.page.rows, self.starts, strict=False):
            if row.row.is_struck:
                height = _HEAD + (start + 0.5) * _LINE
                yield f"{left:.2f} {-height:.2f} m {right:.2f} {-height:.2f} l"

    def _cells(self) -> Iterator[str]:
        """Show column after column, each text from where the one before it started."""
        show, rows = self.glyphs.show, self.page.rows
        for place, column in enumerate(self.page.columns):
            share = _SHARE_BEFORE[column.align]
            anchor = (
                self.edges[place] + _EDGE + share * (column.width_mm * POINTS_OF_A_MILLIMETRE - 2 * _EDGE)
            )
            yield f"1 0 0 1 {anchor:.2f} {-_HEAD - _BASELINE:.2f} Tm"
            offset_of_unit = -share * _POINTS
            before, line = 0.0, 0
            for row, start in zip(rows, self.starts, strict=False):
                for now, (text, width) in enumerate(row.cells[place], start):
                    if text:
                        offset = offset_of_unit * width
                        yield f"{offset - before:.2f} {(line - now) * _LINE:.3f} Td {show(text)}"
                        before, line = offset, now

    def _headings(self) -> Iterator[str]:
        """Show what the columns are headed, in the middle of the head."""
        for column, left in zip(self.page.columns, self.edges, strict=False):
            lines = [line for part in column.heading.split("\n") for line in broken(part, column.room)]
            baseline = (_HEAD - TEXT_POINTS - (len(lines) - 1) * _HEADING_LINE) / 2 + _ASCENT
            middle = left + column.width_mm * POINTS_OF_A_MILLIMETRE / 2
            for place, line in enumerate(lines):
                words = shown(line)
                yield self._show(words, middle - words.width * _POINTS / 2, baseline + place * _HEADING_LINE)

    def _sums(self) -> Iterator[str]:
        """Show the lines of sums: the label across the columns before them, each amount below its own."""
        rights = [
            self.edges[place + 1] - _EDGE for place, column in enumerate(self.page.columns) if column.summed
        ]
        middle = self.edges[self.first_summed] / 2
        for place, each in enumerate(self.page.sums):
            baseline = self.bottom + place * _LINE + _BASELINE
            yield self._show(each.label, middle - each.label.width * _POINTS / 2, baseline)
            for amount, right in zip(each.amounts, rights, strict=True):
                yield self._show(amount, right - amount.width * _POINTS, baseline)

    def _show(self, words: Shown, left: float, baseline: float) -> str:
        return f"1 0 0 1 {left:.2f} {-baseline:.2f} Tm {self.glyphs.show(words.text)}"
