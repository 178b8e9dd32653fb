"""Home of what every import shares: a page's form and answer, a command's arguments and bad rows."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar

import click
from flask import Response, redirect, render_template, url_for
from flask_babel import lazy_gettext as _l
from werkzeug import Response as Redirection
from wtforms import BooleanField

from app import clock
from app.access import viewer
from app.errors import BadFile, DomainError, RowError
from app.roles import Permission
from app.sheet.bad_rows import write_bad_rows
from app.sheet.form import BadRow, Reading, Row, RowForm
from app.sheet.report import ImportReport
from app.text import Text, text
from app.transaction import transaction
from app.web.form import FileForm
from app.web.language import say
from app.web.notices import notice, warning

T = TypeVar("T")
_Command = TypeVar("_Command", bound=Callable[..., Any])
_TELL_EVERY = 10_000
_LARGE_BYTES = 1024 * 1024
_REFUSED = 422


class ImportForm(FileForm):
    """A table to take in, and whether its good rows are wanted without the bad ones."""

    skip_bad_rows = BooleanField(_l("Take the good rows, and give me the bad ones as a file"))

    @property
    def opened(self) -> BinaryIO:
        """Give the file that was sent."""
        stream: BinaryIO = self.file.data.stream
        return stream


@dataclass(frozen=True)
class ImportPage(Generic[T]):
    """The page that takes in one kind of table, by the service verb `take`.

    `take(reading, *, skip_bad_rows, by, at)` gives the report; `back` is the endpoint to go on with.
    """

    table: RowForm[T]
    take: Callable[..., ImportReport]
    title: Text
    name: str
    back: str
    permission: Permission
    hint: Text | None = None

    def __post_init__(self) -> None:
        """Let it be found by its name."""
        PAGES[self.name] = self

    def show(self, form: ImportForm | None = None, rows: Sequence[RowError] = ()) -> str:
        """Show how the table is laid out, the form, and what is wrong with the file that was sent."""
        return render_template(
            "imports/import.html",
            form=form or ImportForm(),
            rows=[replace(row, column=self.table.called(row.column)) for row in rows],
            title=self.title,
            columns=[self.table.called(name) for name in self.table.names],
            hint=self.hint,
            back=url_for(self.back),
        )

    def answer(self) -> Redirection | Response | tuple[str, int]:
        """Take in the file that was sent, all of it or nothing; rows left out come back as a file to mend."""
        form = ImportForm()
        if not form.validate_on_submit():
            return self.show(form), _REFUSED
        if beside and _bytes_of(form.opened) > _LARGE_BYTES:
            return beside[-1](self, form.opened, skip_bad_rows=form.skip_bad_rows.data)
        try:
            reading = self.table.read(form.opened)
            with transaction():
                skip_bad_rows = form.skip_bad_rows.data
                report = self.take(reading, skip_bad_rows=skip_bad_rows, by=viewer(), at=clock.now())
        except BadFile as error:
            form.refuse(error)
            return self.show(form, error.rows), _REFUSED
        notice(report.as_text())
        for worry in report.worries:
            warning(worry)
        if report.bad:
            return bad_rows_download(reading.header, report.bad, name=self.name)
        return redirect(url_for(self.back))


PAGES: dict[str, ImportPage[Any]] = {}
"""Every page that takes in a table, by the name of the table."""

beside: list[Callable[..., Redirection]] = []
"""What takes in a file that is too large for a page to wait for; a package above puts itself in."""


def _bytes_of(file: BinaryIO) -> int:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    return size


def bad_rows_download(header: Sequence[str], rows: Iterable[BadRow], *, name: str) -> Response:
    """Give the rows that were not taken as a CSV file to mend."""
    written = io.StringIO(newline="")
    write_bad_rows(written, header, rows, say=say)
    answer = Response(written.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.bad.csv"'
    return answer


def import_arguments(command: _Command) -> _Command:
    """Give a command FILE, `--skip-bad-rows`, and where the bad rows go."""
    path = click.Path(dir_okay=False, path_type=Path)
    bad = click.argument("bad_file", metavar="[BAD_FILE]", required=False, type=path)
    skip = click.option(
        "--skip-bad-rows",
        is_flag=True,
        help="Take the good rows and write the others to BAD_FILE (FILE.bad.csv unless given).",
    )
    file = click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
    return file(bad(skip(command)))


def bad_file_for(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> Path:
    """Tell where bad rows go.

    Raises: DomainError when they would overwrite the file itself, have no folder, or were not asked for.
    """
    if bad_file is not None and not skip_bad_rows:
        raise DomainError(text("A file for bad rows needs --skip-bad-rows. Add it, or leave the file out."))
    chosen = bad_file or file.with_name(f"{file.name}.bad.csv")
    if chosen.resolve() == file.resolve():
        raise DomainError(text("The bad rows would overwrite {file}. Choose another file.", file=file))
    if skip_bad_rows and not chosen.parent.is_dir():
        # Said before anything is taken: a row that is neither taken nor written down would be lost.
        raise DomainError(text("There is no folder {folder}. Choose another file.", folder=chosen.parent))
    return chosen


def told(reading: Reading[T]) -> Iterator[Row[T] | BadRow]:
    """Walk through a long file, saying now and then how far it is."""
    for count, row in enumerate(reading, start=1):
        if count % _TELL_EVERY == 0:
            click.echo(say(text("… {count} rows", count=count)), err=True)
        yield row


def tell_report(report: ImportReport, header: Sequence[str], bad_file: Path) -> None:
    """Print what came of an import, and write the bad rows where they belong."""
    click.echo(say(report.as_text()))
    if report.bad:
        with bad_file.open("w", encoding="utf-8", newline="") as opened:
            write_bad_rows(opened, header, report.bad, say=say)
        click.echo(say(text("The rows that were not taken are in {file}.", file=bad_file)))
