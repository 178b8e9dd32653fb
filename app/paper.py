"""Home of printing: a paper's form and its data become a PDF that still opens alike in thirty years.

A form is a typst file among the templates (`settlement/statement.typ`); what is common to all official papers
is in `papers/official.typ`. Data reach the form as values, never as markup: a name like `*a*` or `#panic()`
prints as it is written.
"""

from __future__ import annotations

import json
import struct
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

TEMPLATES = Path(__file__).parent / "templates"
STAND_IN = "〓"
"""What is printed in the place of a character that no font has, as typesetters have always done."""

_FONTS = (pylopdf_fonts_zh_cn.sans_path(), pylopdf_fonts_zh_cn.serif_path())
_SHOWS_NOTHING = {"Cc", "Cf"}
_VARIATION_SELECTORS = frozenset([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])


def printed(form: str, data: Mapping[str, object], *, at: datetime) -> bytes:
    """Print a form with its data; give the bytes of a PDF/A-2b with its fonts inside.

    `form` is the path of a typst file below the templates. It finds the data in
    `json(bytes(sys.inputs.data))`, and beside them `unprintable`: for each text with a character that no font
    has, how it is `printed` (with 〓) and the `code_points` it stands for. `at` becomes the creation date, to
    the second: same form, same data, same second, same bytes.

    Raises: typst.TypstError when the form itself is wrong.
    """
    unprintable: dict[str, list[str]] = {}
    values = _printable(data, unprintable)
    notes = [{"printed": text, "code_points": " ".join(points)} for text, points in unprintable.items()]
    compiler = typst.Compiler(
        TEMPLATES / form,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps({**values, "unprintable": notes}, ensure_ascii=False)},
    )
    try:
        pdf = compiler.compile(
            format="pdf", pdf_standards="a-2b", timestamp=at.replace(microsecond=0), pdf_tags=False
        )
    finally:
        _forget()
    if not isinstance(pdf, bytes):
        msg = f"{form} gave no single document"
        raise TypeError(msg)
    return pdf


def _forget() -> None:
    """Let typst drop what it remembers of the paper just printed.

    It keeps the layout of its last ten papers to print them again faster, 200 MB for each thousand lines;
    a month of statements would not fit into a small machine.
    """
    for _ in range(_REMEMBERED_PAPERS + 1):
        typst.compile(b"", font_paths=_fonts(), ignore_system_fonts=True)


_REMEMBERED_PAPERS = 10


def printable(written: str) -> tuple[str, list[str]]:
    r"""Give a text as it can be printed, and the code points that no font has.

    Characters that show nothing (line ends, joiners, variation selectors) are left out, since some
    fonts have no glyph for them either.

    >>> printable("龙䶮\ufe00"), printable("张\U0002e9f5")
    (('龙䶮', []), ('张〓', ['U+2E9F5']))
    """
    if written.isascii() and written.isprintable():
        return written, []
    kept, missing = [], []
    for character in written:
        if ord(character) in _code_points():
            kept.append(character)
        elif character.isspace():
            kept.append(" ")
        elif not _shows_nothing(character):
            kept.append(STAND_IN)
            missing.append(f"U+{ord(character):04X}")
    return "".join(kept), missing


def _shows_nothing(character: str) -> bool:
    return unicodedata.category(character) in _SHOWS_NOTHING or ord(character) in _VARIATION_SELECTORS


def _printable(data: Mapping[str, object], unprintable: dict[str, list[str]]) -> dict[str, object]:
    return {name: _printable_value(value, unprintable) for name, value in data.items()}


def _printable_value(value: object, unprintable: dict[str, list[str]]) -> object:
    if isinstance(value, str):
        shown, missing = printable(value)
        if missing:
            unprintable[shown] = missing
        return shown
    if isinstance(value, Mapping):
        return _printable(value, unprintable)
    if isinstance(value, Sequence):
        return [_printable_value(entry, unprintable) for entry in value]
    return value


@cache
def _fonts() -> typst.Fonts:
    folders = sorted({str(path.parent) for path in _FONTS})
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders)


@cache
def _code_points() -> frozenset[int]:
    """Give every code point that some font can show; forms name both fonts, one standing in for the other.

    Source: OpenType specification, table `cmap`, format 12.
    """
    first, *others = (frozenset(_mapped(path.read_bytes())) for path in _FONTS)
    return first.union(*others)


def _mapped(font: bytes) -> Iterator[int]:
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


def _segments(font: bytes, at: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">L", font, at + 12)
    for place in range(groups):
        first, last, _ = struct.unpack_from(">LLL", font, at + 16 + 12 * place)
        yield from range(first, last + 1)
