"""Home of the file of administrative places: how each of its columns is written."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass

from app.areas.rules import AreaRecord, Level
from app.sheet.cells import choice, code, line_of_text, optional
from app.sheet.form import RowForm, column
from app.text import text

_code = code(r"\d{6}|\d{9}|\d{12}", meaning=text("the official code of 6, 9 or 12 digits"))
_parent = code(r"\d{2}|\d{4}|\d{6}|\d{9}", meaning=text("the code of the place that it lies in"))


@dataclass(frozen=True, slots=True)
class AreaRow:
    """One row of the list, cell by cell."""

    code: str = column(_code, "代码", "统计用区划代码")
    name: str = column(line_of_text(max_length=64), "名称")
    level: Level = column(choice(Level), "级别")
    parent_code: str | None = column(optional(_parent), "上级代码")

    def record(self) -> AreaRecord:
        """Give what the row says."""
        return AreaRecord(self.code, self.name, self.level, self.parent_code)


AREAS_FILE = RowForm(AreaRow, AreaRow.record, keys=("code",))
"""How the list is read; its rows give AreaRecord."""
