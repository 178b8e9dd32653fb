"""Home of the press: a paper's form and its data become a PDF that still opens alike in thirty years.

A form is a typst file among the templates (`settlement/statement.typ`); what is common to all official papers
is in `papers/official.typ`. Data reach the form as values, never as markup: a name like `*a*` or `#panic()`
prints as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import typst

from app.asking import asked_by
from app.paper.fonts import press_fonts, printable
from app.paper.lists import LaidOut, PaperList

TEMPLATES = Path(__file__).parents[1] / "templates"


def printed(form: str, data: Mapping[str, object], *, at: datetime) -> bytes:
    """Print a form with its data; give the bytes of a PDF/A-2b with its fonts inside.

    `form` is the path of a typst file below the templates. It finds the data in
    `json(bytes(sys.inputs.data))`, of a list what `papers/list.typ` takes, and beside them `unprintable`: for
    each text with a character that no font has, how it is `printed` (with 〓) and the `code_points` it stands
    for. `at` becomes the creation date, to the second: same form, same data, same second, same bytes. A copy
    that is handed to somebody says at the edge of each page who asked and when; what it holds is the same.

    Raises: typst.TypstError when the form itself is wrong.
    """
    setting = _Setting()
    values = setting.of(data)
    notes = [
        {"printed": text, "code_points": " ".join(points)} for text, points in setting.unprintable.items()
    ]
    mark = asked_by.get()
    compiler = typst.Compiler(
        _MARKED.format(form=form).encode() if mark else (TEMPLATES / form).read_bytes(),
        root=TEMPLATES,
        font_paths=press_fonts(),
        ignore_system_fonts=True,
        sys_inputs={
            "data": json.dumps({**values, "unprintable": notes}, ensure_ascii=False),
            "mark": mark,
        },
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
    return pdf if setting.listed is None else _with_list(pdf, setting.listed)


_MARKED = """#import "/papers/mark.typ": marked
#show: marked.with(sys.inputs.mark)
#include "/{form}"
"""


def _with_list(pdf: bytes, listed: LaidOut) -> bytes:
    # A paper without a list does not pay for loading what opens the printed one.
    from app.paper.drawing import with_list  # noqa: PLC0415

    return with_list(pdf, listed)


def _forget() -> None:
    """Let typst drop what it remembers of the paper just printed.

    It keeps the layout of its last ten papers to print them again faster; a month of statements would not fit
    into a small machine.
    """
    for _ in range(_REMEMBERED_PAPERS + 1):
        typst.compile(b"", font_paths=press_fonts(), ignore_system_fonts=True)


_REMEMBERED_PAPERS = 10


@dataclass(slots=True)
class _Setting:
    """What turns up while a paper is set: texts with characters that no font has, and its list."""

    unprintable: dict[str, list[str]] = field(default_factory=dict)
    listed: LaidOut | None = None

    def of(self, data: Mapping[str, object]) -> dict[str, object]:
        """Set each value."""
        return {name: self._value(value) for name, value in data.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, str):
            shown, missing = printable(value)
            if missing:
                self.unprintable[shown] = missing
            return shown
        if isinstance(value, PaperList):
            return self._list(value)
        if isinstance(value, Mapping):
            return self.of(value)
        if isinstance(value, Sequence):
            return [self._value(entry) for entry in value]
        return value

    def _list(self, listed: PaperList) -> dict[str, object]:
        """Lay a list out; give the form the room of its pages, and what their fonts must have."""
        if self.listed is not None:
            msg = "a paper can have one list"
            raise ValueError(msg)
        self.listed = laid_out = listed.laid_out(self.unprintable)
        return {
            "width": laid_out.width_mm,
            "heights": [page.height_mm for page in laid_out.pages],
            "specimen": laid_out.specimen,
        }
