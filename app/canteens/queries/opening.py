"""Home of the queries on when sites are open: their hours, and the days on which they stay shut."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.canteens.models import Site, SiteClosure, SiteHours, SiteHoursChange
from app.canteens.queries import within
from app.canteens.rules import OpenSpan, Sitting
from app.extensions import db
from app.roles import Scope

Week = Mapping[tuple[int, Sitting], OpenSpan]
"""A site's hours by weekday (Monday is 0) and sitting."""


def weeks_of(site_codes: Collection[str], on: date) -> dict[str, dict[tuple[int, Sitting], OpenSpan]]:
    """Give the hours of these sites that hold on a day, by code; sites without any are left out."""
    rows = db.session.execute(
        select(SiteHours)
        .where(SiteHours.site_code.in_(site_codes))
        .order_by(SiteHours.site_code, SiteHours.weekday, SiteHours.opens_seconds)
    ).scalars()
    found: defaultdict[str, dict[tuple[int, Sitting], OpenSpan]] = defaultdict(dict)
    for row in rows:
        found[row.site_code][row.weekday, row.sitting] = row.span
    for change in changes_of(site_codes, until=on):
        week = found[change.site_code]
        week.pop((change.weekday, change.sitting), None)
        if change.span is not None:
            week[change.weekday, change.sitting] = change.span
    return {code: week for code, week in found.items() if week}


def changes_of(site_codes: Collection[str], *, until: date) -> list[SiteHoursChange]:
    """Give the announced changes of these sites' hours that hold by a day, the earliest first."""
    return list(
        db.session.execute(
            select(SiteHoursChange)
            .where(SiteHoursChange.site_code.in_(site_codes), SiteHoursChange.from_on <= until)
            .order_by(SiteHoursChange.from_on, SiteHoursChange.site_code, SiteHoursChange.weekday)
        ).scalars()
    )


def announced_for(site_code: str, from_on: date, *, after: date) -> list[SiteHoursChange]:
    """Give the other hours that a site announced from a day on, if it comes after another day."""
    return list(
        db.session.execute(
            select(SiteHoursChange)
            .where(
                SiteHoursChange.site_code == site_code,
                SiteHoursChange.from_on == from_on,
                SiteHoursChange.from_on > after,
            )
            .order_by(SiteHoursChange.weekday, SiteHoursChange.sitting)
        ).scalars()
    )


def weeks_ahead(site_codes: Collection[str], on: date, until: date) -> dict[str, list[tuple[date, Week]]]:
    """Give from which days after `on` sites have other hours, with the whole week that holds from then."""
    changed = {
        (change.site_code, change.from_on)
        for change in changes_of(site_codes, until=until)
        if change.from_on > on
    }
    found: defaultdict[str, list[tuple[date, Week]]] = defaultdict(list)
    for from_on in sorted({day for _, day in changed}):
        codes = [code for code, day in changed if day == from_on]
        weeks = weeks_of(codes, from_on)
        for code in sorted(codes):
            found[code].append((from_on, weeks.get(code, {})))
    return dict(found)


def closures(first: date, last: date, scope: Scope) -> list[SiteClosure]:
    """Give the closures of the scope's sites that touch some days, the earliest first."""
    return list(
        db.session.execute(
            select(SiteClosure)
            .join(SiteClosure.site)
            .options(joinedload(SiteClosure.site))
            .where(SiteClosure.first_on <= last, SiteClosure.last_on >= first, within(scope))
            .order_by(SiteClosure.first_on, SiteClosure.site_code, SiteClosure.id)
        ).scalars()
    )


def closures_of(site_code: str, first: date, last: date) -> list[SiteClosure]:
    """Give the closures of one site that touch some days, the earliest first."""
    return closures(first, last, Scope(site_code=site_code))


def closed_on(day: date) -> dict[str, SiteClosure]:
    """Give the closure of every site that stays shut on a day, by site; of two the newest."""
    rows = db.session.execute(
        select(SiteClosure)
        .where(SiteClosure.first_on <= day, SiteClosure.last_on >= day)
        .order_by(SiteClosure.id)
    ).scalars()
    return {row.site_code: row for row in rows}


def is_entered(site_code: str, first_on: date, last_on: date) -> bool:
    """Tell whether a site's closure of these very days is there already."""
    found = select(SiteClosure.id).where(
        SiteClosure.site_code == site_code, SiteClosure.first_on == first_on, SiteClosure.last_on == last_on
    )
    return db.session.execute(found.order_by(SiteClosure.id)).first() is not None


def closure_numbered(closure_id: int, scope: Scope) -> SiteClosure | None:
    """Give a closure of a site within the scope."""
    return db.session.execute(
        select(SiteClosure)
        .join(Site, Site.site_code == SiteClosure.site_code)
        .where(SiteClosure.id == closure_id, within(scope))
    ).scalar_one_or_none()
