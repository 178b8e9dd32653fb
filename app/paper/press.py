"""Home of the press: a paper's form and its data become a PDF that still opens alike in thirty years.

A form is a typst file among the templates (`settlement/statement.typ`); what is common to all official papers
is in `papers/official.typ`. Data reach the form as values, never as markup: a name like `*a*` or `#panic()`
prints as it is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import typst

from app.paper.fonts import press_fonts, printable
from app.paper.lists import PaperList

TEMPLATES = Path(__file__).parents[1] / "templates"


def printed(form: str, data: Mapping[str, object], *, at: datetime) -> bytes:
    """Print a form with its data; give the bytes of a PDF/A-2b with its fonts inside.

    `form` is the path of a typst file below the templates. It finds the data in
    `json(bytes(sys.inputs.data))`, a list laid out on its pages, and beside them `unprintable`: for each text
    with a character that no font has, how it is `printed` (with 〓) and the `code_points` it stands for. `at`
    becomes the creation date, to the second: same form, same data, same second, same bytes.

    Raises: typst.TypstError when the form itself is wrong.
    """
    return set_paper(form, data).printed(at=at)


@dataclass(frozen=True, slots=True)
class SetPaper:
    """A paper whose words are set and that only needs printing: a form, and its data as it will read them."""

    form: str
    data: str

    def printed(self, *, at: datetime) -> bytes:
        """Print it, as `printed` says; meanwhile other threads may run."""
        compiler = typst.Compiler(
            TEMPLATES / self.form,
            root=TEMPLATES,
            font_paths=press_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"data": self.data},
        )
        try:
            pdf = compiler.compile(
                format="pdf", pdf_standards="a-2b", timestamp=at.replace(microsecond=0), pdf_tags=False
            )
        finally:
            _forget()
        if not isinstance(pdf, bytes):
            msg = f"{self.form} gave no single document"
            raise TypeError(msg)
        return pdf


def set_paper(form: str, data: Mapping[str, object]) -> SetPaper:
    """Set a form's data: lists are laid out, and what no font has is replaced and noted."""
    unprintable: dict[str, list[str]] = {}
    values = _printable(data, unprintable)
    notes = [{"printed": text, "code_points": " ".join(points)} for text, points in unprintable.items()]
    return SetPaper(form, json.dumps({**values, "unprintable": notes}, ensure_ascii=False))


def _forget() -> None:
    """Let typst drop what it remembers of the paper just printed.

    It keeps the layout of its last ten papers to print them again faster; a month of statements would not fit
    into a small machine.
    """
    for _ in range(_REMEMBERED_PAPERS + 1):
        typst.compile(b"", font_paths=press_fonts(), ignore_system_fonts=True)


_REMEMBERED_PAPERS = 10


def _printable(data: Mapping[str, object], unprintable: dict[str, list[str]]) -> dict[str, object]:
    return {name: _printable_value(value, unprintable) for name, value in data.items()}


def _printable_value(value: object, unprintable: dict[str, list[str]]) -> object:
    if isinstance(value, str):
        shown, missing = printable(value)
        if missing:
            unprintable[shown] = missing
        return shown
    if isinstance(value, PaperList):
        return value.laid_out(unprintable)
    if isinstance(value, Mapping):
        return _printable(value, unprintable)
    if isinstance(value, Sequence):
        return [_printable_value(entry, unprintable) for entry in value]
    return value
