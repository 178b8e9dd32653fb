"""Home of the commands on complaints."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import current_app

from app import clock
from app.complaints import service
from app.complaints.forms.hotline import HOTLINE_FILE
from app.roles import COMMAND, Scope
from app.transaction import transaction
from app.web.command import CommandGroup
from app.web.imports import bad_file_for, import_arguments, tell_report, told

complaints_commands = CommandGroup(
    "complaints", help="What people complain of and wish for: take in the hotline’s sheet."
)


@complaints_commands.command("import")
@import_arguments
def import_hotline(file: Path, bad_file: Path | None, *, skip_bad_rows: bool) -> None:
    """Take the hotline's orders from a CSV or XLSX FILE; one bad row, and nothing is written."""
    bad_rows = bad_file_for(file, bad_file, skip_bad_rows=skip_bad_rows)
    by = replace(COMMAND, scope=Scope(current_app.config["MEAL_CIRCLE"].district))
    with file.open("rb") as opened:
        reading = HOTLINE_FILE.read(opened)
        with transaction():
            report = service.import_hotline(told(reading), skip_bad_rows=skip_bad_rows, by=by, at=clock.now())
    tell_report(report, reading.header, bad_rows)
