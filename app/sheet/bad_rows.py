"""Home of the file of bad rows: what was not taken, as it was written, with reason and remedy. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TextIO

from app.sheet.form import FAULT_COLUMNS, BadRow
from app.text import Text

_COMMAND = re.compile(r"[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def escaped(cell: str) -> str:
    """Put an apostrophe before what a spreadsheet would run as a formula; numbers stay as they are.

    >>> escaped("=1+1"), escaped("-28.1"), escaped("@home")
    ("'=1+1", '-28.1', "'@home")
    """
    return f"'{cell}" if _COMMAND.match(cell) and not _NUMBER.fullmatch(cell) else cell


def write_bad_rows(
    file: TextIO, header: Sequence[str], rows: Iterable[BadRow], *, say: Callable[[Text], str]
) -> None:
    """Write the rows that were not taken as CSV, in their own columns and four more that `say` what is wrong.

    Mended, the file can be imported again as it is. The text file must be opened with `newline=""`.
    """
    file.write("\ufeff")
    writer = csv.writer(file)
    # A file of bad rows that comes back with new faults keeps its four columns only once.
    kept = [place for place, name in enumerate(header) if name.strip() not in FAULT_COLUMNS]
    writer.writerow([*(escaped(header[place]) for place in kept), *FAULT_COLUMNS])
    for row in rows:
        cells = [row.cells[place] if place < len(row.cells) else "" for place in kept]
        beyond = row.cells[len(header) :]
        writer.writerow(
            [
                *map(escaped, cells),
                row.line,
                " | ".join(fault.column for fault in row.faults),
                " | ".join(say(fault.reason) for fault in row.faults),
                " | ".join(say(fault.remedy) for fault in row.faults),
                *map(escaped, beyond),
            ]
        )
