"""Home of handing out a month: CSV for other systems, a workbook for finance, papers to be sealed."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import IO

from flask import current_app

from app.errors import DomainError, NotFound
from app.month import Month
from app.paper import printed
from app.processes import processes
from app.roles import Scope
from app.settlement import queries
from app.settlement.models import Statement
from app.settlement.rules.disclosure import SiteMonth
from app.settlement.rules.lines import Line
from app.settlement.rules.steps import StatementStatus
from app.settlement.service import csv_files
from app.settlement.service.books import TABS, month_sheets
from app.settlement.service.disclosure import (
    Notice,
    notice_pdf,
    site_month,
    write_notice_book,
    write_notice_csv,
)
from app.settlement.service.listing import hash_of, listing_of, on_paper
from app.settlement.service.papers import statement_paper, summary_paper
from app.settlement.service.reading import MANY_LINES, Reading, keeping_much
from app.settlement.service.summary import Summary
from app.text import text
from app.till.rules.balance import Balance
from app.workbook import write_workbook


class Format(StrEnum):
    """A kind of files that a month is handed out in."""

    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The statements to be handed out: one month's, within the scope of whoever asks, never none."""

    month: Month
    scope: Scope
    statements: Sequence[Statement]

    @classmethod
    def of(cls, month: Month, scope: Scope) -> Wanted:
        """Read the month's statements.

        Raises: NotFound when there is none within the scope.
        """
        statements = queries.statements_of(month, scope)
        if not statements:
            raise NotFound(
                text("No statement of {month} has been drafted. Draft the month first.", month=month),
                field="month",
            )
        return cls(month, scope, statements)

    @property
    def lines(self) -> Iterator[Line]:
        """Give every line, statement by statement, in the order of the printed lists.

        Raises: Conflict when a draft's meals have changed since.
        """
        for statement in self.statements:
            yield from on_paper(statement).lines

    @property
    def notice(self) -> Notice:
        """Give the month's public notice.

        Raises: Conflict when a draft's meals have changed since.
        """
        return self.notice_of([site_month(on_paper(statement)) for statement in self.statements])

    def notice_of(self, sites: Sequence[SiteMonth]) -> Notice:
        """Give the month's public notice of what its statements come to."""
        return Notice.of(
            sites,
            self.month,
            is_draft=any(statement.stage is StatementStatus.DRAFT for statement in self.statements),
            complaint_phone=current_app.config["MEAL_CIRCLE"].complaint_phone,
        )


def formats(written: str) -> tuple[Format, ...]:
    """Read a list of formats, like `csv,xlsx,pdf`.

    Raises: DomainError for one that is not known.
    """
    named = [name.strip().lower() for name in written.split(",") if name.strip()]
    known = {each.value: each for each in Format}
    for name in named:
        if name not in known:
            raise DomainError(
                text("“{name}” is not a format. Choose from: {known}.", name=name, known=", ".join(known)),
                field="format",
            )
    if not named:
        raise DomainError(
            text("Choose at least one format: {known}.", known=", ".join(known)), field="format"
        )
    return tuple(each for each in Format if each.value in named)


def export_month(
    wanted: Wanted, folder: Path, chosen: Sequence[Format], *, at: datetime, progress: Callable[[Path], None]
) -> list[Path]:
    """Write a month's files into a folder; a file is there whole or not at all. Tell each when it is there.

    Raises: Conflict when a draft's meals have changed since it was drafted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []

    def note(path: Path) -> None:
        done.append(path)
        progress(path)

    reading = Reading(wanted.month, wanted.statements)
    is_printed = Format.PDF in chosen
    with _printing(wanted.statements if is_printed else (), folder, at=at) as papers, keeping_much():
        for name, write in _files(wanted, reading, chosen):
            with whole_file(folder / name) as target:
                write(target)
            note(folder / name)
        for path in papers:
            note(path)
    with _press(wanted.statements) as press:
        for name, paper in _month_papers(wanted, reading, at=at) if is_printed else ():
            with whole_file(folder / name) as target:
                target.write(press(paper))
            note(folder / name)
    return done


_PRESSES = max(1, min(4, (os.cpu_count() or 1) - 1))
"""How many processes print a long month beside the one that reads it; each takes some 350 MB."""


def _is_long(statements: Sequence[Statement]) -> bool:
    return sum(statement.lines for statement in statements) >= MANY_LINES


@contextmanager
def _printing(statements: Sequence[Statement], folder: Path, *, at: datetime) -> Iterator[Iterable[Path]]:
    """Print the statements' papers, those of a long month beside what is done meanwhile; give each file."""
    numbers = [statement.statement_no for statement in statements]
    print_one = partial(print_statement, folder=folder, at=at)
    if not _is_long(statements):
        yield map(print_one, numbers)
        return
    with processes(_PRESSES) as presses:
        yield presses.map(print_one, numbers)


@contextmanager
def _press(statements: Sequence[Statement]) -> Iterator[Callable[[Callable[[], bytes]], bytes]]:
    """Give what prints the whole month's papers: for a long month a process that remembers no statement's."""
    if not _is_long(statements):
        yield lambda paper: paper()
        return
    with processes(1) as press:
        yield lambda paper: press.submit(paper).result()


def print_statement(number: str, *, folder: Path, at: datetime) -> Path:
    """Print the statement with a number into a folder.

    Raises: NotFound when it is gone, Conflict when a draft's meals have changed since it was drafted.
    """
    statement = queries.statement(number, Scope())
    if statement is None:
        raise NotFound(text("There is no statement {number}.", number=number))
    path = folder / f"{number}.pdf"
    with whole_file(path) as target, keeping_much():
        target.write(statement_pdf(statement, at=at))
    return path


_File = tuple[str, Callable[[IO[bytes]], object]]


def _files(wanted: Wanted, reading: Reading, chosen: Sequence[Format]) -> Iterator[_File]:
    """Give every file that is not printed; when they are written, the month has been read."""
    month = wanted.month
    if Format.CSV in chosen:
        yield "lines.csv", lambda target: lines_csv(wanted, target)
        yield "layers.csv", lambda target: layers_csv(wanted, target)
        yield "adjustments.csv", lambda target: adjustments_csv(wanted, target)
        yield "recoveries.csv", lambda target: recoveries_csv(wanted, target)
        yield "statements.csv", lambda target: statements_csv(wanted, target)
        yield f"disclosure-{month}.csv", lambda target: write_notice_csv(wanted.notice, target)
    if Format.XLSX in chosen:
        yield f"statements-{month}.xlsx", lambda target: _write_month(reading, target)
        notice = wanted.notice_of(reading.sites)
        yield f"disclosure-{month}.xlsx", lambda target: write_notice_book(notice, target)
    elif Format.PDF in chosen:
        deque(reading.listings(), maxlen=0)


def _month_papers(
    wanted: Wanted, reading: Reading, *, at: datetime
) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Give what prints each paper of the whole month, once it has been read."""
    yield f"summary-{wanted.month}.pdf", _summary_printer(wanted, reading.summary, at=at)
    yield f"disclosure-{wanted.month}.pdf", partial(notice_pdf, wanted.notice_of(reading.sites), at=at)


def lines_csv(wanted: Wanted, target: IO[bytes]) -> None:
    """Write `lines.csv`."""
    csv_files.write_lines(target, wanted.lines)


def portions_csv(target: IO[bytes], balances: Iterable[Balance]) -> None:
    """Write `portions.csv`."""
    csv_files.write_portions(target, balances)


def layers_csv(wanted: Wanted, target: IO[bytes]) -> None:
    """Write `layers.csv`."""
    csv_files.write_layers(target, wanted.lines)


def adjustments_csv(wanted: Wanted, target: IO[bytes]) -> None:
    """Write `adjustments.csv`."""
    csv_files.write_adjustments(target, wanted.statements)


def recoveries_csv(wanted: Wanted, target: IO[bytes]) -> None:
    """Write `recoveries.csv`."""
    csv_files.write_recoveries(target, wanted.statements)


def statements_csv(wanted: Wanted, target: IO[bytes]) -> None:
    """Write `statements.csv`."""
    csv_files.write_statements(target, ((each, hash_of(each)) for each in wanted.statements))


def month_workbook(wanted: Wanted, target: IO[bytes]) -> None:
    """Write the month's workbook."""
    _write_month(Reading(wanted.month, wanted.statements), target)


def _write_month(reading: Reading, target: IO[bytes]) -> None:
    write_workbook(target, month_sheets(reading), tabs=TABS)


def summary_pdf(wanted: Wanted, *, at: datetime) -> bytes:
    """Print the month's summary (助餐补贴汇总表).

    Raises: Conflict when a draft's meals have changed since.
    """
    return _summary_printer(wanted, Summary.of(wanted.statements), at=at)()


def _summary_printer(wanted: Wanted, summary: Summary, *, at: datetime) -> Callable[[], bytes]:
    paper = summary_paper(summary, wanted.statements, wanted.month, at=at)
    return partial(printed, "settlement/summary.typ", paper, at=at)


def statement_pdf(statement: Statement, *, at: datetime) -> bytes:
    """Print a statement (资金结算单) with its list of meals (就餐明细表)."""
    return printed("settlement/statement.typ", statement_paper(listing_of(statement), at=at), at=at)


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write a file beside its place and put it there once it is whole."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("wb") as target:
            yield target
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
