"""Home of what command groups share: refusals in a sentence, not a trace, and files that go into a folder."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup
from sqlalchemy.exc import OperationalError, ProgrammingError

from app.errors import BadFile, DomainError
from app.text import Text, text
from app.web.language import say


class CommandGroup(AppGroup):
    """Commands inside the application's context; what cannot be done is a sentence, and exits with 1.

    That is every DomainError, a file or folder that the system refuses, and a database that is not there yet.
    """

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        """Run a command, and word its refusal with every fault of a file."""
        try:
            return super().invoke(ctx)
        except BadFile as error:
            for row in error.rows:
                click.echo(say(row.as_text()), err=True)
            raise click.ClickException(say(error.message)) from error
        except DomainError as error:
            raise click.ClickException(say(error.message)) from error
        except OSError as error:
            if error.errno == errno.EPIPE:
                # Whoever read the output has gone: click knows how to end then.
                raise
            raise click.ClickException(say(_refused_by_the_system(error))) from error
        except (OperationalError, ProgrammingError) as error:
            raise click.ClickException(say(_refused_by_the_database(error))) from error


def _refused_by_the_system(error: OSError) -> Text:
    """Say which file or folder cannot be used, and why."""
    return text(
        "{file} cannot be read or written: {reason}. Choose another file or folder.",
        file=error.filename or text("A file"),
        reason=error.strerror or error,
    )


def _refused_by_the_database(error: OperationalError | ProgrammingError) -> Text:
    """Give the database's own first line: its later ones may quote what was to be written."""
    return text(
        "The database cannot be used: {reason}. "
        "If it is new, or older than the program, run: flask db upgrade",
        reason=str(error.orig).partition("\n")[0],
    )


folder_option = click.option(
    "-o",
    "--output",
    required=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder for the files; made if it is not there.",
)
formats_option = click.option(
    "--format", "wanted", default="csv,xlsx,pdf", show_default=True, help="Which files."
)


def tell_file(path: Path) -> None:
    """Say that a file is there."""
    click.echo(path.name, err=True)
