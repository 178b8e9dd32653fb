"""Home of taking in the menus of a file: each row judged for itself, a second run changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from app import clock
from app.audit import service as audit
from app.canteens import queries
from app.canteens.queries.menus import menus_of
from app.canteens.rules import MenuRecord
from app.canteens.service.menus import write_menu
from app.extensions import db
from app.roles import Actor
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import text

_FAR = timedelta(days=366)


def import_menus(
    rows: Iterable[Row[MenuRecord] | BadRow], *, skip_bad_rows: bool = False, by: Actor, at: datetime
) -> ImportReport:
    """Write down the menus of a file's rows; a sitting that stands there already is written anew.

    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the report gives the rows left out.
    """
    walked = list(rows)
    judged = list(_judged([row for row in walked if isinstance(row, Row)], clock.on(at), by))
    bad = [row for row in [*walked, *judged] if isinstance(row, BadRow)]
    if not skip_bad_rows:
        refuse_bad(bad)
    good = [row.value for row in judged if isinstance(row, Row)]
    report = _written(good, tuple(sorted(bad, key=lambda row: row.line)), by=by, at=at)
    detail = {"created": report.created, "updated": report.updated, "unchanged": report.unchanged}
    audit.record("menus.imported", "menus", by=by, at=at, detail={**detail, "left_out": len(bad)})
    return report


def _judged(rows: Sequence[Row[MenuRecord]], today: date, by: Actor) -> Iterator[Row[MenuRecord] | BadRow]:
    """Tell rows that can be written from the others, which say why."""
    there = {site.site_code for site in db.session.execute(queries.sites(by.scope)).scalars()}
    lines: dict[tuple[object, ...], int] = {}
    for row in rows:
        menu = replace(row.value, site_code=row.value.site_code or by.scope.site_code or "")
        first = lines.setdefault((menu.site_code, menu.served_on, menu.sitting), row.line)
        if menu.site_code not in there:
            yield row.refused(
                text("There is no site “{code}” in your area.", code=menu.site_code),
                text("Write the code of the site, like C01."),
                column="site_code",
            )
        elif abs(menu.served_on - today) > _FAR:
            yield row.refused(
                text("{day} is more than a year away.", day=menu.served_on),
                text("Check the year."),
                column="served_on",
            )
        elif first != row.line:
            yield row.refused(
                text("This sitting of the site stands on line {line} already.", line=first),
                text("Put its dishes into one row."),
                column="sitting",
            )
        else:
            yield replace(row, value=menu)


def _written(
    menus: Sequence[MenuRecord], bad: tuple[BadRow, ...], *, by: Actor, at: datetime
) -> ImportReport:
    if not menus:
        return ImportReport(bad=bad)
    days = [menu.served_on for menu in menus]
    there = menus_of({menu.site_code for menu in menus}, min(days), max(days))
    created = updated = 0
    for menu in menus:
        before = there.get(menu.site_code, {}).get((menu.served_on, menu.sitting))
        if before is not None and list(before) == list(menu.dishes):
            continue
        write_menu(menu.site_code, menu.served_on, {menu.sitting: menu.dishes}, by=by, at=at)
        created += before is None
        updated += before is not None
    return ImportReport(created, updated, len(menus) - created - updated, bad)
