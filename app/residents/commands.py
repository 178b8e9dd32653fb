"""Home of the commands on residents."""

from __future__ import annotations

from pathlib import Path

from app import clock
from app.access import COMMAND
from app.residents import service
from app.residents.forms.file import RESIDENTS_FILE
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told

resident_commands = CommandGroup("residents", help="The people aged 60 and more.")


@resident_commands.command("import")
@import_arguments
def import_residents(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take residents from a CSV or XLSX FILE; one bad row, and nothing is written."""
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    with file.open("rb") as opened:
        reading = RESIDENTS_FILE.read(opened)
        with transaction():
            report = service.import_residents(
                told(reading), skip_bad_rows=skip_bad_rows, by=COMMAND, at=clock.now()
            )
    tell_report(report, reading.header, bad_rows)
