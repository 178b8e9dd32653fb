"""Home of the ledger's commands."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.meals import service
from app.meals.forms.file import MEALS_FILE
from app.roles import COMMAND
from app.sheet.source import AT_A_TERMINAL
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told
from app.web.language import say

meals_commands = CommandGroup("meals", help="The ledger of meals.")


@meals_commands.command("import")
@import_arguments
def import_meals(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take meals and reversals from a CSV or XLSX FILE; one bad row, and nothing is written.

    What the ledger holds already is passed over, so it is safe to run twice.
    """
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    with file.open("rb") as opened:
        reading = MEALS_FILE.read(opened, limits=AT_A_TERMINAL)
        with transaction():
            intake = service.take_file(told(reading), skip_bad_rows=skip_bad_rows, by=COMMAND, at=clock.now())
    tell_report(intake, reading.header, bad_rows)
    for worry in intake.worries:
        click.echo(say(worry))
