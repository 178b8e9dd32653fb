"""Home of taking in a large file beside: what a page's import does at once with a small one."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import BinaryIO

from app import clock
from app.jobs.rules import Result
from app.jobs.service.files import input_of
from app.jobs.service.kinds import kind
from app.jobs.service.working import Work
from app.roles import Actor, Permission
from app.sheet.bad_rows import write_bad_rows
from app.sheet.form import BadRow, Reading, Row
from app.sheet.source import is_workbook
from app.text import Text, text
from app.web.imports import PAGES, ImportPage
from app.web.language import say

_COUNT_BYTES = 1024 * 1024


def _permission(arguments: dict[str, str]) -> Permission:
    return PAGES[arguments["table"]].permission


def _about(arguments: dict[str, str]) -> Text:
    return PAGES[arguments["table"]].title


@kind("import", text("Take in a file"), permission=_permission, about=_about)
def take_in(work: Work, *, by: Actor, table: str, skip_bad_rows: bool) -> None:
    """Take in the file that came with a job, all of it or nothing."""
    page: ImportPage[object] = PAGES[table]
    file = input_of(work.job_id)
    with file, work.act() as act:
        rows = _rows_of(file)
        reading = page.table.read(file)
        counted = Reading(reading.header, _told(reading, work, rows=rows))
        report = page.take(counted, skip_bad_rows=skip_bad_rows, by=by, at=clock.now())
        act.done(_sentence([report.as_text(), *report.worries]), _bad_rows(page, reading, report.bad))


def _rows_of(file: BinaryIO) -> int:
    """Count the rows of a CSV file by its lines; nought for a workbook, where nobody knows."""
    if is_workbook(file):
        return 0
    file.seek(0)
    lines = sum(block.count(b"\n") for block in iter(lambda: file.read(_COUNT_BYTES), b""))
    file.seek(0)
    return max(0, lines - 1)


def _told(reading: Reading[object], work: Work, *, rows: int) -> Iterator[Row[object] | BadRow]:
    """Walk through the rows, telling how many were read."""
    for count, row in enumerate(reading, start=1):
        if count % 500 == 0:
            work.progress(min(count, rows) if rows else count, rows)
        yield row


def _sentence(said: list[Text]) -> Text:
    first, *rest = said
    for more in rest:
        first = text("{told} {more}", told=first, more=more)
    return first


def _bad_rows(page: ImportPage[object], reading: Reading[object], bad: tuple[BadRow, ...]) -> Result | None:
    if not bad:
        return None
    table = io.StringIO(newline="")
    write_bad_rows(table, reading.header, bad, say=say)
    return Result(f"{page.name}.bad.csv", table.getvalue().encode())
