"""Home of the command line: gathers the packages' commands."""

from __future__ import annotations

import click
from alembic import command
from alembic.config import Config as AlembicConfig
from flask import Flask

from app.areas.commands import area_commands
from app.audit.commands import audit_commands
from app.auth.commands import users_commands
from app.canteens.commands import site_commands
from app.delivery.commands import delivery_commands
from app.demo.commands import demo_commands
from app.meals.commands import meals_commands
from app.residents.commands import resident_commands
from app.settlement.commands import settlement_commands
from app.subsidy.commands import policy_commands
from app.text import text
from app.web.command import CommandGroup
from app.web.language import say
from config import ROOT

db_commands = CommandGroup("db", help="Migrations of the database.")


def install(app: Flask) -> None:
    """Give the application its commands."""
    for group in (
        db_commands,
        area_commands,
        site_commands,
        resident_commands,
        audit_commands,
        delivery_commands,
        meals_commands,
        policy_commands,
        settlement_commands,
        users_commands,
        demo_commands,
    ):
        app.cli.add_command(group)


def migrations() -> AlembicConfig:
    """Give Alembic's settings; the migrations lie beside config.py, wherever that is installed."""
    settings = AlembicConfig()
    settings.set_main_option("script_location", str(ROOT / "migrations").replace("%", "%%"))
    return settings


@db_commands.command("upgrade")
@click.argument("revision", default="head")
def upgrade(revision: str) -> None:
    """Bring the database to a revision, the newest by default."""
    command.upgrade(migrations(), revision)
    click.echo(say(text("The database is up to date.")))


@db_commands.command("downgrade")
@click.argument("revision")
def downgrade(revision: str) -> None:
    """Take the database back to an earlier revision; what only the newer ones hold is lost."""
    command.downgrade(migrations(), revision)


@db_commands.command("current")
def current() -> None:
    """Print the revision that the database is at."""
    command.current(migrations())
