"""Home of the command on administrative places."""

from __future__ import annotations

from pathlib import Path

import click

from app import clock
from app.areas.forms import AREAS_FILE
from app.areas.service import SHIPPED, take_areas
from app.roles import COMMAND
from app.sheet.report import good_values
from app.text import text
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.language import say

area_commands = CommandGroup("areas", help="Official places: districts, streets, communities.")


@area_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), default=SHIPPED)
def import_areas(file: Path) -> None:
    """Take the official list of places from a CSV or XLSX FILE; without one, the district that is shipped."""
    with file.open("rb") as opened:
        records = good_values(AREAS_FILE.read(opened))
    with transaction():
        changed = take_areas(records, by=COMMAND, at=clock.now())
    click.echo(say(text("{count} places are new or renamed.", count=changed)))
