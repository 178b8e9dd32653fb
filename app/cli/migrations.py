"""Home of the commands that migrate the database; loaded when one of them is asked for."""

from __future__ import annotations

import click
from alembic import command
from alembic.config import Config as AlembicConfig

from app.cli.grants import grant_to
from app.text import text
from app.web.command import CommandGroup
from app.web.language import say
from config import ROOT

migration_commands = CommandGroup("db", help="Migrations of the database.")


def alembic_settings() -> AlembicConfig:
    """Give Alembic's settings; the migrations lie beside config.py, wherever that is installed."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return settings


@migration_commands.command("upgrade")
@click.argument("revision", default="head")
@click.option("--grants", "role", metavar="ROLE", help="Afterwards do what `flask db grants ROLE` does.")
def upgrade(revision: str, role: str | None) -> None:
    """Bring the database to a revision, the newest by default."""
    command.upgrade(alembic_settings(), revision)
    click.echo(say(text("The database is up to date.")))
    if role:
        _grant(role)


@migration_commands.command("grants")
@click.argument("role")
def grants(role: str) -> None:
    """Give the PostgreSQL role that web and workers sign in as what they need, and no more.

    The owner of the database runs it: after each upgrade, and after a restoring.
    """
    _grant(role)


def _grant(role: str) -> None:
    given = grant_to(role)
    click.echo(
        say(
            text(
                "{role} reads everything, changes rows of {changed} tables, and only adds to {added_to}.",
                role=role,
                changed=given.changed,
                added_to=given.added_to,
            )
        )
    )


@migration_commands.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; what only the newer ones hold is lost."""
    command.downgrade(alembic_settings(), revision)


@migration_commands.command("current")
def current() -> None:
    """Print the revision that the database is at."""
    command.current(alembic_settings())
