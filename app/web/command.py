"""Home of the base of every command group: a refusal is a sentence on the terminal, not a trace."""

from __future__ import annotations

from typing import Any

import click
from flask.cli import AppGroup

from app.errors import BadFile, DomainError
from app.web.language import say


class CommandGroup(AppGroup):
    """Commands inside the application's context; a DomainError is printed and exits with 1."""

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
