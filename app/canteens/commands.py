"""Home of the commands on sites."""

from __future__ import annotations

from pathlib import Path

from app import clock
from app.canteens import service
from app.canteens.forms.file import SITES_FILE
from app.roles import COMMAND
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told

site_commands = CommandGroup("sites", help="Canteens and service points.")


@site_commands.command("import")
@import_arguments
def import_sites(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take sites from a CSV or XLSX FILE; one bad row, and nothing is written."""
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    with file.open("rb") as opened:
        reading = SITES_FILE.read(opened)
        with transaction():
            report = service.import_sites(
                told(reading), skip_bad_rows=skip_bad_rows, by=COMMAND, at=clock.now()
            )
    tell_report(report, reading.header, bad_rows)
