"""Home of writing down sites: one by one, or from a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from blinker import Signal

from app.areas import queries as areas
from app.areas.service import seed_areas
from app.audit import service as audit
from app.canteens import queries
from app.canteens.models import Operator, Site, SitePrice
from app.canteens.rules import SiteRecord, Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.sheet.cells import Unreadable
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import text

facts_changed = Signal()
"""Sent in the transaction of the change, with `site_codes: frozenset[str]`."""


def register_site(record: SiteRecord, *, by: Actor, at: datetime) -> Site:
    """Register a site.

    Raises: Conflict for a code that is taken; Unreadable for an unknown area or kitchen, or one out of scope.
    """
    if db.session.get(Site, record.site_code) is not None:
        raise Conflict(
            text("There is a site {code} already. Choose another code.", code=record.site_code),
            field="site_code",
        )
    _ensure_sound(record, _surroundings([record]), by)
    site = _added(record)
    facts_changed.send(None, site_codes=frozenset({record.site_code}))
    audit.record("site.registered", f"site:{record.site_code}", by=by, at=at)
    return site


def edit_site(record: SiteRecord, *, by: Actor, at: datetime) -> Site:
    """Correct what is kept about a site; its code stays.

    Raises: NotFound; Unreadable as for `register_site`.
    """
    site = queries.site_of(record.site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=record.site_code))
    _ensure_sound(record, _surroundings([record]), by)
    before = site.facts
    changed = _write(site, record)
    db.session.flush()
    if site.facts != before:
        facts_changed.send(None, site_codes=frozenset({record.site_code}))
    if changed:
        detail = {"columns": sorted(changed)}
        audit.record("site.edited", f"site:{record.site_code}", by=by, at=at, detail=detail)
    return site


def set_price(
    site_code: str, sitting: Sitting, *, from_on: date, price_fen: int, by: Actor, at: datetime
) -> SitePrice:
    """Set what a sitting's meal costs at a site from a day on; earlier meals keep their price.

    Raises: NotFound; DomainError for a price that is no price.
    """
    if queries.site_of(site_code, by.scope) is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    if not 0 <= price_fen <= _HIGHEST_FEN:
        raise DomainError(text("A meal costs between 0 and 1,000 yuan. Check the price."), field="price")
    row = db.session.get(SitePrice, (site_code, sitting, from_on))
    if row is None:
        row = SitePrice(site_code=site_code, sitting=sitting, from_on=from_on)
        db.session.add(row)
    row.price_fen = price_fen
    db.session.flush()
    detail = {"sitting": sitting.value, "from_on": from_on.isoformat(), "price_fen": price_fen}
    audit.record("site.price_set", f"site:{site_code}", by=by, at=at, detail=detail)
    return row


_HIGHEST_FEN = 1_000_00


def import_sites(
    rows: Iterable[Row[SiteRecord] | BadRow], *, skip_bad_rows: bool = False, by: Actor, at: datetime
) -> ImportReport:
    """Take sites from a file's rows; a second run of the same file changes nothing.

    Raises: BadFile naming every fault, unless `skip_bad_rows`; then the report gives the rows left out.
    """
    if not areas.known_codes():
        seed_areas(by=by, at=at)
    walked = list(rows)
    bad = [row for row in walked if isinstance(row, BadRow)]
    good, refused = _judged([row for row in walked if isinstance(row, Row)], by)
    bad += refused
    if not skip_bad_rows:
        refuse_bad(bad)
    report = _written(good, tuple(sorted(bad, key=lambda row: row.line)))
    detail = {
        "created": report.created,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "left_out": len(bad),
    }
    audit.record("sites.imported", "sites", by=by, at=at, detail=detail)
    return report


def _judged(rows: list[Row[SiteRecord]], by: Actor) -> tuple[list[Row[SiteRecord]], list[BadRow]]:
    """Tell rows that can be written from the others; a site whose kitchen is refused is refused too."""
    good, refused = rows, []
    while True:
        around = _surroundings([row.value for row in good])
        left: list[Row[SiteRecord]] = []
        for row in good:
            try:
                _ensure_sound(row.value, around, by)
                left.append(row)
            except Unreadable as error:
                refused.append(row.refused(error.reason, error.remedy, column=error.field or ""))
        if len(left) == len(good):
            return good, refused
        good = left


def _written(rows: list[Row[SiteRecord]], bad: tuple[BadRow, ...]) -> ImportReport:
    there = queries.sites_by_code()
    created = updated = 0
    changed: set[str] = set()
    # Kitchens come first, so that the sites that they cook for can name them.
    for row in sorted(rows, key=lambda row: row.value.kitchen_code is not None):
        record = row.value
        site = there.get(record.site_code)
        before = site.facts if site is not None else None
        if site is None:
            site = _added(record)
            created += 1
        elif _write(site, record):
            updated += 1
        db.session.flush()
        if site.facts != before:
            changed.add(record.site_code)
    if changed:
        facts_changed.send(None, site_codes=frozenset(changed))
    return ImportReport(created, updated, len(rows) - created - updated, bad)


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What a site's record is held against: the places there are, and who cooks once it is written."""

    areas: frozenset[str]
    kitchens: frozenset[str]
    in_use: frozenset[str]


def _surroundings(records: list[SiteRecord]) -> _Surroundings:
    codes = {record.site_code for record in records}
    return _Surroundings(
        areas=areas.known_codes(),
        kitchens=queries.kitchen_codes(but=codes)
        | {record.site_code for record in records if record.kitchen_code is None},
        in_use=queries.kitchens_in_use(but=codes),
    )


def _ensure_sound(record: SiteRecord, around: _Surroundings, by: Actor) -> None:
    if record.area_code not in around.areas:
        raise Unreadable(
            text("There is no place with the code {code}.", code=record.area_code),
            text("Look the code up in the list of places."),
            field="area_code",
        )
    if not by.scope.covers_site(record.site_code, record.area_code):
        raise Unreadable(
            text("{code} lies outside your area ({area}).", code=record.area_code, area=by.scope.area),
            text("Leave the site to its own district."),
            field="area_code",
        )
    if record.kitchen_code is not None and record.site_code in around.in_use:
        raise Unreadable(
            text("{code} cooks for other sites.", code=record.site_code),
            text("Give those another kitchen first."),
            field="kitchen_code",
        )
    if record.kitchen_code is not None and record.kitchen_code not in around.kitchens:
        raise Unreadable(
            text("{code} is no site that cooks itself.", code=record.kitchen_code),
            text("Write the code of a site whose own kitchen is empty."),
            field="kitchen_code",
        )


def _added(record: SiteRecord) -> Site:
    site = Site(site_code=record.site_code, **_columns(record))
    db.session.add(site)
    db.session.flush()
    return site


def _write(site: Site, record: SiteRecord) -> list[str]:
    """Write what differs; give the names of the columns that changed."""
    columns = _columns(record)
    changed = [name for name, value in columns.items() if getattr(site, name) != value]
    for name in changed:
        setattr(site, name, columns[name])
    return changed


def _columns(record: SiteRecord) -> dict[str, object]:
    return {
        "name": record.name,
        "kind": record.kind,
        "area_code": record.area_code,
        "latitude": record.place.lat if record.place else None,
        "longitude": record.place.lon if record.place else None,
        "opened_on": record.opened_on,
        "closed_on": record.closed_on,
        "seats": record.seats,
        "kitchen_code": record.kitchen_code,
        "operator_id": _operator_id(record),
    }


def _operator_id(record: SiteRecord) -> int | None:
    """Give the operator of this name, writing down a new one, or a new credit code."""
    if not record.operator:
        return None
    operator = queries.operator_named(record.operator)
    if operator is None:
        operator = Operator(name=record.operator, uscc=record.uscc)
        db.session.add(operator)
    elif record.uscc is not None:
        operator.uscc = record.uscc
    db.session.flush()
    return operator.id
