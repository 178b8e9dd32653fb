"""Home of what settlement has done beside: a whole month's files, and the proof of each site's statement."""

from __future__ import annotations

import io
import tempfile
import zipfile
from itertools import count
from pathlib import Path

from app import clock
from app.jobs.rules import Result
from app.jobs.service import Work, kind
from app.month import parse_month
from app.roles import Actor, Permission
from app.settlement.service.export import Format, Wanted, export_month
from app.settlement.service.verify import verify_site
from app.text import Text, text
from app.web.language import month_name


def _about_month(arguments: dict[str, str]) -> Text:
    return text("All files of {month}", month=month_name(arguments["month"]))


def _about_site(arguments: dict[str, str]) -> Text:
    return text("{site}, {month}", site=arguments["site_code"], month=month_name(arguments["month"]))


@kind(
    "settlement.export",
    text("Export a month"),
    permission=Permission.STATEMENTS_VIEW,
    about=_about_month,
)
def export(work: Work, *, by: Actor, month: str) -> None:
    """Write every file of a month within the asker's scope into one ZIP."""
    wanted = Wanted.of(parse_month(month), by.scope)
    all_files, done = _OTHERS + len(wanted.statements), count(1)
    with tempfile.TemporaryDirectory(prefix="meal-circle-export-") as name:
        files = export_month(
            wanted,
            Path(name),
            tuple(Format),
            at=clock.now(),
            progress=lambda _path: work.progress(min(next(done), all_files), all_files),
        )
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in files:
                archive.write(path, path.name)
    with work.act() as act:
        told = text("{count} files of {month}.", count=len(files), month=month)
        act.done(told, Result(f"settlement-{month}.zip", packed.getvalue()))


_OTHERS = 10
"""The files of a month that are no statement's paper: six CSV, two workbooks, summary and notice."""


@kind(
    "settlement.verify",
    text("Verify a month"),
    permission=Permission.STATEMENTS_VIEW,
    about=_about_site,
)
def verify(work: Work, *, by: Actor, month: str, site_code: str) -> None:
    """Compute a site's statement of a month from the facts alone, and tell whether it differs."""
    found = verify_site(parse_month(month), site_code, scope=by.scope)
    if found.differences:
        told = text(
            "{count} differences, first: {difference}",
            count=len(found.differences),
            difference=found.differences[0].as_text(),
        )
    else:
        told = text("{lines} meals agree with the facts.", lines=found.lines)
    with work.act() as act:
        act.done(told)
