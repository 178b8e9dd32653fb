"""Home of the queries of the forecast: what came, what is known of days, what was expected of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased

from app.canteens.models import Site
from app.canteens.queries import within
from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.extensions import db
from app.meals.models import Meal
from app.meals.queries import is_reversed
from app.oversight.models import CoverForecast, DayNote, ForecastTrial
from app.oversight.queries.sums import sums_between
from app.oversight.rules.outlook import QUARTER, Expected, Fared, Series
from app.roles import Scope


def covers(first: date, last: date) -> dict[tuple[str, Sitting], dict[date, int]]:
    """Give how many ate on each day at each site's sittings; a day without any is left out."""
    sums = sums_between()
    rows = db.session.execute(
        select(sums.c.site_code, sums.c.sitting, sums.c.served_on, sums.c.meals).order_by(
            sums.c.site_code, sums.c.served_on
        ),
        {"first": first, "last": last},
    )
    found: defaultdict[tuple[str, Sitting], dict[date, int]] = defaultdict(dict)
    for row in rows:
        found[row.site_code, Sitting(row.sitting)][row.served_on] = row.meals
    return found


def covers_at(site_codes: Collection[str], first: date, last: date) -> dict[tuple[str, Sitting, date], int]:
    """Give how many ate at these sites by sitting and day."""
    sums = sums_between()
    rows = db.session.execute(
        select(sums.c.site_code, sums.c.sitting, sums.c.served_on, sums.c.meals)
        .where(sums.c.site_code.in_(site_codes))
        .order_by(sums.c.site_code, sums.c.served_on),
        {"first": first, "last": last},
    )
    return {(row.site_code, Sitting(row.sitting), row.served_on): row.meals for row in rows}


def notes(first: date, last: date, scope: Scope) -> list[DayNote]:
    """Give what is written down about these days that touches the scope, the earliest first."""
    in_area = or_(DayNote.area.startswith(scope.area, autoescape=True), _around(scope.area))
    return list(
        db.session.execute(
            select(DayNote)
            .where(DayNote.first_on <= last, DayNote.last_on >= first, in_area)
            .order_by(DayNote.first_on, DayNote.id)
        ).scalars()
    )


def _around(area: str) -> ColumnElement[bool]:
    return DayNote.area.in_([area[:length] for length in range(len(area) + 1)])


def note_numbered(note_id: int, scope: Scope) -> DayNote | None:
    """Give a note that somebody with this scope may take back: it lies wholly within."""
    note = db.session.get(DayNote, note_id)
    if note is None or scope.site_code is not None or not scope.covers(note.area):
        return None
    return note


def newest_made_on(scope: Scope) -> date | None:
    """Give the day of the newest forecast of the scope's sites."""
    return db.session.execute(
        select(CoverForecast.made_on)
        .join(Site, Site.site_code == CoverForecast.site_code)
        .where(within(scope))
        .order_by(CoverForecast.made_on.desc())
        .limit(1)
    ).scalar_one_or_none()


def expected_on(days: Collection[date], scope: Scope) -> dict[tuple[Series, date], Expected]:
    """Give what the newest forecast of each day expects at the scope's sites, not one made after the day."""
    return _newest(CoverForecast.on.in_(days), within(scope))


def expected_of(site_code: str, first: date, last: date) -> dict[tuple[Series, date], Expected]:
    """Give what the newest forecast of each of a site's days expects."""
    return _newest(CoverForecast.on.between(first, last), CoverForecast.site_code == site_code)


def _newest(*of_these: ColumnElement[bool]) -> dict[tuple[Series, date], Expected]:
    """Give what is expected of these days. Each was forecast on up to two weeks of days before it."""
    newer = aliased(CoverForecast)
    is_outdone = exists().where(
        newer.site_code == CoverForecast.site_code,
        newer.sitting == CoverForecast.sitting,
        newer.is_cooked == CoverForecast.is_cooked,
        newer.on == CoverForecast.on,
        newer.made_on > CoverForecast.made_on,
    )
    columns = (
        CoverForecast.site_code,
        CoverForecast.sitting,
        CoverForecast.is_cooked,
        CoverForecast.on,
        CoverForecast.covers,
        CoverForecast.low,
        CoverForecast.high,
        CoverForecast.median,
    )
    rows = db.session.execute(
        select(*columns)
        .join(Site, Site.site_code == CoverForecast.site_code)
        .where(*of_these, ~is_outdone)
        .order_by(CoverForecast.site_code, CoverForecast.on)
    )
    return {(Series(*row[:3]), row.on): Expected(*row[3:]) for row in rows}


def kept_forecasts(site_code: str, *, ahead: int, first: date, last: date) -> list[tuple[Series, Expected]]:
    """Give what was expected of each of a site's days exactly so many days before."""
    rows = db.session.execute(
        select(CoverForecast)
        .where(CoverForecast.site_code == site_code, CoverForecast.on.between(first, last))
        .order_by(CoverForecast.on, CoverForecast.sitting, CoverForecast.is_cooked)
    ).scalars()
    return [(_series(row), row.expected) for row in rows if row.on - row.made_on == timedelta(days=ahead)]


def trials(scope: Scope) -> dict[Series, Fared]:
    """Give how the newest forecasts of the scope's sites fared on days held out."""
    rows = db.session.execute(
        select(ForecastTrial)
        .join(Site, Site.site_code == ForecastTrial.site_code)
        .where(within(scope))
        .order_by(ForecastTrial.site_code)
    ).scalars()
    return {_series(row): row.fared for row in rows}


def _series(row: CoverForecast | ForecastTrial) -> Series:
    return Series(row.site_code, row.sitting, row.is_cooked)


def arrival_times(site_code: str, sitting: Sitting, first: date, last: date) -> dict[int, int]:
    """Count by quarters of an hour when a sitting's eaters came; deliveries come when they please."""
    rows = db.session.execute(
        select(Meal.served_at)
        .where(
            Meal.site_code == site_code,
            Meal.sitting == sitting,
            Meal.served_on.between(first, last),
            ~is_reversed(),
        )
        .order_by(Meal.served_at)
    ).scalars()
    return dict(Counter(_quarter(moment.astimezone(SHANGHAI)) for moment in rows))


def _quarter(local: datetime) -> int:
    minute = local.hour * 60 + local.minute
    return int(minute - minute % QUARTER)


def open_sites(on: date) -> list[Site]:
    """Give the sites that are open on a day or will be within two weeks, by code."""
    rows: Iterable[Site] = db.session.execute(select(Site).order_by(Site.site_code)).scalars()
    return [site for site in rows if site.closed_on is None or site.closed_on > on]
