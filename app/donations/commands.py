"""Home of the commands on donations."""

from __future__ import annotations

from pathlib import Path

from app import clock
from app.donations import service
from app.donations.forms.file import DONATIONS_FILE
from app.roles import COMMAND
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told

donations_commands = CommandGroup("donations", help="What is given for meals: import, report, verify.")


@donations_commands.command("import")
@import_arguments
def import_donations(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take donations from a CSV or XLSX FILE; one bad row, and nothing is written.

    They count once somebody has confirmed them on the page “Donations”.
    """
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    with file.open("rb") as opened:
        reading = DONATIONS_FILE.read(opened)
        with transaction():
            report = service.import_donations(
                told(reading), skip_bad_rows=skip_bad_rows, by=COMMAND, at=clock.now()
            )
    tell_report(report, reading.header, bad_rows)
