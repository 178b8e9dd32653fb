"""Home of the command line: gathers the packages' commands."""

from __future__ import annotations

from flask import Flask

from app.areas.commands import area_commands
from app.audit.commands import audit_commands
from app.auth.commands import users_commands
from app.awards.commands import awards_commands
from app.canteens.commands import site_commands
from app.cli.serving import serve
from app.delivery.commands import delivery_commands
from app.demo.commands import demo_commands
from app.donations.commands import donations_commands
from app.meals.commands import meals_commands
from app.oversight.commands import oversight_commands
from app.privacy.commands import keys_commands, privacy_commands
from app.residents.commands import resident_commands
from app.settlement.commands import kitchens_commands, settlement_commands
from app.subsidy.commands import policy_commands
from app.till.commands import tablets_commands
from app.web.command import LateCommandGroup

db_commands = LateCommandGroup(
    "db", source="app.cli.migrations:migration_commands", help="Migrations of the database."
)
backup_commands = LateCommandGroup(
    "backup", source="app.upkeep.commands:backup_commands", help="Encrypted backups of the database."
)


def install(app: Flask) -> None:
    """Give the application its commands."""
    for group in (
        db_commands,
        backup_commands,
        area_commands,
        site_commands,
        resident_commands,
        audit_commands,
        awards_commands,
        delivery_commands,
        donations_commands,
        meals_commands,
        oversight_commands,
        policy_commands,
        privacy_commands,
        settlement_commands,
        keys_commands,
        kitchens_commands,
        tablets_commands,
        users_commands,
        demo_commands,
    ):
        app.cli.add_command(group)
    app.cli.add_command(serve)
