"""Home of the fonts of papers: which characters they have, and how wide these are.

Body and titles name both fonts, one standing in for the other, so a character that either has can be printed.
"""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache

import pylopdf_fonts_zh_cn
import typst

STAND_IN = "〓"
"""What is printed in the place of a character that no font has, as typesetters have always done."""

EM = 1000
"""How many units of width an em has, in both fonts."""

SANS = "NotoSansSC"
"""How the body's font is called inside a PDF."""

_FONTS = (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path())
_SHOWS_NOTHING = {"Cc", "Cf"}
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
_TEXTS_REMEMBERED = 20_000


@cache
def press_fonts() -> typst.Fonts:
    """Give the fonts as the press takes them: these, and none of the machine's own."""
    folders = sorted({str(path.parent) for path in _FONTS})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


def printable(written: str) -> tuple[str, list[str]]:
    r"""Give a text as it can be printed, and the code points that no font has.

    Characters that show nothing (line ends, joiners, variation selectors) are left out, since some
    fonts have no glyph for them either.

    >>> printable("龙䶮\ufe00"), printable("张\U0002e9f5")
    (('龙䶮', []), ('张〓', ['U+2E9F5']))
    """
    if written.isascii() and written.isprintable():
        return written, []
    shown, missing = _printable(written)
    return shown, list(missing)


@lru_cache(_TEXTS_REMEMBERED)
def _printable(written: str) -> tuple[str, tuple[str, ...]]:
    kept, missing = [], []
    for character in written:
        if character.isspace():
            kept.append(" ")
        elif _shows_nothing(character):
            continue
        elif ord(character) in _advances():
            kept.append(character)
        else:
            kept.append(STAND_IN)
            missing.append(f"U+{ord(character):04X}")
    return "".join(kept), tuple(missing)


def _shows_nothing(character: str) -> bool:
    return unicodedata.category(character) in _SHOWS_NOTHING or ord(character) in _VARIATION_SELECTORS


def width_of(shown: str) -> int:
    """Give how wide a printable text is in the body's font, in thousandths of an em.

    >>> width_of("老人"), width_of("12")
    (2000, 1110)
    """
    advances = _advances()
    return sum(advances.get(ord(character), EM) for character in shown)


@cache
def _advances() -> dict[int, int]:
    """Give the width of every code point that some font can show; the body's own font comes first.

    Source: OpenType specification, tables `cmap` (format 12) and `hmtx`.
    """
    found: dict[int, int] = {}
    for path in reversed(_FONTS):
        found.update(_advances_of(path.read_bytes()))
    for mark in _NEVER_ALONE:
        found.pop(mark, None)
    return found


_NEVER_ALONE = (0x302E, 0x302F)
"""Tone marks of Hangul, which the press would not print without a circle for what they belong to."""


def _advances_of(font: bytes) -> Iterator[tuple[int, int]]:
    (glyphs,) = struct.unpack_from(">H", font, _table(font, b"hhea") + 34)
    widths = struct.unpack_from(">" + "Hh" * glyphs, font, _table(font, b"hmtx"))[::2]
    for code_point, glyph in _mapped(font):
        yield code_point, widths[min(glyph, glyphs - 1)]


def _mapped(font: bytes) -> Iterator[tuple[int, int]]:
    table = _table(font, b"cmap")
    (encodings,) = struct.unpack_from(">H", font, table + 2)
    for place in range(encodings):
        (offset,) = struct.unpack_from(">L", font, table + 4 + 8 * place + 4)
        (written_as,) = struct.unpack_from(">H", font, table + offset)
        if written_as == _SEGMENTED_COVERAGE:
            yield from _segments(font, table + offset)


_SEGMENTED_COVERAGE = 12


def _table(font: bytes, name: bytes) -> int:
    (tables,) = struct.unpack_from(">H", font, 4)
    for place in range(tables):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * place)
        if tag == name:
            return int(offset)
    msg = f"the font has no table {name!r}"
    raise ValueError(msg)


def _segments(font: bytes, at: int) -> Iterator[tuple[int, int]]:
    (groups,) = struct.unpack_from(">L", font, at + 12)
    for place in range(groups):
        first, last, glyph = struct.unpack_from(">LLL", font, at + 16 + 12 * place)
        for code_point in range(first, last + 1):
            yield code_point, glyph + code_point - first
