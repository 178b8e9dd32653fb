"""Home of the base of every command group: a refusal is a sentence on the terminal, not a trace."""

from __future__ import annotations

from importlib import import_module
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


class LateCommandGroup(CommandGroup):
    """A group whose commands are loaded when one is asked for, so that no other start pays for them.

    `source` names the group that holds them, as `module:name`.
    """

    def __init__(self, name: str, *, source: str, **attributes: Any) -> None:  # noqa: ANN401 - click's own
        """Remember where the commands are."""
        super().__init__(name, **attributes)
        self.source = source

    def _loaded(self) -> click.Group:
        module, _, name = self.source.partition(":")
        group: click.Group = getattr(import_module(module), name)
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Give one command."""
        return self._loaded().get_command(ctx, cmd_name)
