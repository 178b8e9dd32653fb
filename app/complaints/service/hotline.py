"""Home of taking in the sheet of the city's hotline (12345): its number is the key, twice is nothing new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from app.audit import service as audit
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.clock import SHANGHAI, on
from app.complaints import queries
from app.complaints.models import Complaint
from app.complaints.rules.classes import OTHER, WRITTEN
from app.complaints.rules.hotline import HotlineRecord
from app.complaints.rules.intake import NewComplaint, Way
from app.complaints.service.intake import receive
from app.extensions import db
from app.roles import Actor
from app.sheet.cells import Unreadable
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import text


def import_hotline(
    rows: Iterable[Row[HotlineRecord] | BadRow], *, skip_bad_rows: bool = False, by: Actor, at: datetime
) -> ImportReport:
    """Take in the rows of the hotline's sheet; a number that is here already stays as it is.

    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the report gives the rows left out.
    """
    walked = list(rows)
    bad = [row for row in walked if isinstance(row, BadRow)]
    read = [row for row in walked if isinstance(row, Row)]
    known = queries.of_hotline_numbers([row.value.hotline_no for row in read])
    places = _Places.of(by=by, at=at)
    good: list[NewComplaint] = []
    refused: list[BadRow] = []
    unchanged = 0
    for row in read:
        try:
            unchanged += _is_known(row.value, known)
            if row.value.hotline_no not in known:
                good.append(places.meant(row.value))
        except Unreadable as error:
            refused.append(row.refused(error.reason, error.remedy, column=error.field or ""))
    bad = sorted([*bad, *refused], key=lambda row: row.line)
    if not skip_bad_rows:
        refuse_bad(bad)
    for new in good:
        receive(new, by=by, at=at)
    db.session.flush()
    report = ImportReport(len(good), 0, unchanged, tuple(bad))
    detail = {"created": report.created, "unchanged": report.unchanged, "left_out": len(bad)}
    audit.record("complaints.imported", "complaints", by=by, at=at, detail=detail)
    return report


def _is_known(record: HotlineRecord, known: dict[str, Complaint]) -> bool:
    """Tell whether a row was taken in before.

    Raises: Unreadable when it said something else then.
    """
    there = known.get(record.hotline_no)
    if there is None:
        return False
    if there.emptied_at is None and there.content != record.content:
        raise Unreadable(
            text("Number {number} was taken in before with other words.", number=record.hotline_no),
            text("Compare the two. What is here already is put right on its own page."),
            field="content",
        )
    return True


@dataclass(frozen=True, slots=True)
class _Places:
    """What the words of a row may mean here: sites by code and name, classes by code and name."""

    by: Actor
    at: datetime
    sites: dict[str, Site]
    classes: dict[str, str]

    @classmethod
    def of(cls, *, by: Actor, at: datetime) -> _Places:
        found = canteens.sites_by_code().values()
        mine = [site for site in found if by.scope.covers_site(site.site_code, site.area_code)]
        offered = queries.class_book().offered(on(at))
        return cls(
            by,
            at,
            {site.site_code.casefold(): site for site in mine} | {site.name: site for site in mine},
            WRITTEN
            | {each.code: each.code for each in offered}
            | {each.name: each.code for each in offered if each.name},
        )

    def meant(self, record: HotlineRecord) -> NewComplaint:
        """Give what a row takes in.

        Raises: Unreadable for a site or an area that is not here, and a day to come.
        """
        site = self.sites.get(record.site.casefold()) or self.sites.get(record.site)
        if record.site and site is None:
            raise Unreadable(
                text("There is no site “{name}” in your area.", name=record.site),
                text("Write its code or its whole name, or leave the cell empty."),
                field="site",
            )
        if record.received_on > on(self.at):
            raise Unreadable(
                text("{day} is still to come.", day=record.received_on),
                text("Check the day."),
                field="received_on",
            )
        area = site.area_code if site else record.area or self.by.scope.area
        if not self.by.scope.covers(area):
            raise Unreadable(
                text("{area} lies outside your area.", area=area or "—"),
                text("Check the code."),
                field="area",
            )
        return NewComplaint(
            way=Way.HOTLINE,
            class_code=self.classes.get(record.kind, OTHER),
            content=record.content,
            area_code=area,
            site_code=site.site_code if site else None,
            name=record.name,
            phone=record.phone or "",
            said_at=datetime.combine(record.received_on, time(12), SHANGHAI),
            hotline_no=record.hotline_no,
            due_on=record.due_on,
        )
