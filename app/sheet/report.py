"""Home of what an import tells at its end: how many rows did what, and which were not taken. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.errors import BadFile
from app.sheet.form import BadRow, Row
from app.text import Text, text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How many rows were new, changed something or changed nothing, and the rows that were not taken."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    bad: tuple[BadRow, ...] = ()

    def as_text(self) -> Text:
        """Say it in one sentence."""
        return text(
            "{created} new, {updated} changed, {unchanged} as before, {bad} not taken.",
            created=self.created,
            updated=self.updated,
            unchanged=self.unchanged,
            bad=len(self.bad),
        )

    @property
    def worries(self) -> list[Text]:
        """Say what somebody should look at."""
        return []


def refuse_bad(rows: Sequence[BadRow]) -> None:
    """Refuse a file for its bad rows, naming every fault of every one.

    Raises: BadFile, unless there is no bad row.
    """
    if rows:
        raise BadFile(
            text("{count} rows cannot be taken; nothing of the file was written.", count=len(rows)),
            rows=[fault for row in sorted(rows, key=lambda row: row.line) for fault in row.faults],
        )


def good_values(rows: Iterable[Row[T] | BadRow]) -> list[T]:
    """Give what the rows stand for, when every one is good.

    Raises: BadFile.
    """
    walked = list(rows)
    refuse_bad([row for row in walked if isinstance(row, BadRow)])
    return [row.value for row in walked if isinstance(row, Row)]
