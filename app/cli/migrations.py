"""Home of the commands that migrate the database; loaded when one of them is asked for."""

from __future__ import annotations

import click
from alembic import command
from alembic.config import Config as AlembicConfig

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
def upgrade(revision: str) -> None:
    """Bring the database to a revision, the newest by default."""
    command.upgrade(alembic_settings(), revision)
    click.echo(say(text("The database is up to date.")))


@migration_commands.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; what only the newer ones hold is lost."""
    command.downgrade(alembic_settings(), revision)


@migration_commands.command("current")
def current() -> None:
    """Print the revision that the database is at."""
    command.current(alembic_settings())
