"""Home of the queries of the public page: published months, circles, and the sites with all they show."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.canteens.models import Site
from app.canteens.queries import within
from app.delivery.travel.estimate import Location
from app.disclosure.models import PublishedMonth, SiteCircle
from app.disclosure.rules.maps import Circle, Way
from app.extensions import db
from app.roles import Scope


def sites_shown(scope: Scope, on: date) -> list[Site]:
    """Give the sites that are not closed for good on a day, by code."""
    rows = db.session.execute(
        select(Site).where(within(scope)).options(joinedload(Site.kitchen)).order_by(Site.site_code)
    ).scalars()
    return [site for site in rows if site.closed_on is None or site.closed_on > on]


def names_of(site_codes: Collection[str]) -> dict[str, str]:
    """Give the names of these sites, by code."""
    rows = db.session.execute(
        select(Site.site_code, Site.name).where(Site.site_code.in_(site_codes)).order_by(Site.site_code)
    )
    return {row.site_code: row.name for row in rows}


def published_months() -> list[PublishedMonth]:
    """Give what was published last of each month and area, the newest month first."""
    newest = select(func.max(PublishedMonth.id)).group_by(PublishedMonth.month, PublishedMonth.area)
    return list(
        db.session.execute(
            select(PublishedMonth)
            .where(PublishedMonth.id.in_(newest))
            .options(selectinload(PublishedMonth.rows))
            .order_by(PublishedMonth.month.desc(), PublishedMonth.area)
        ).scalars()
    )


def published_areas(month: str) -> list[str]:
    """Give the areas for which a month was published."""
    found = select(PublishedMonth.area).where(PublishedMonth.month == month).distinct()
    return list(db.session.execute(found.order_by(PublishedMonth.area)).scalars())


@dataclass(frozen=True, slots=True)
class CircleKey:
    """What a circle rests on: if any of it changes, the circle must be measured anew."""

    network_id: int
    place: Location
    metres_per_hour: int


def circles() -> dict[tuple[str, Way], tuple[CircleKey, Circle]]:
    """Give every circle that was measured, with what it rests on."""
    rows = db.session.execute(select(SiteCircle).order_by(SiteCircle.site_code)).scalars()
    return {
        (row.site_code, row.way): (
            CircleKey(row.network_id, (row.longitude, row.latitude), row.metres_per_hour),
            row.circle,
        )
        for row in rows
    }
