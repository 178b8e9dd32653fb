"""Home of the queries of coverage: doors, what was measured, and who in need never ate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from app.canteens.models import Site
from app.canteens.queries import within as sites_within
from app.extensions import db
from app.meals.models import Meal
from app.oversight.models import CoverageCell, CoverageCount, CoverageMiddle, SitingStudy
from app.oversight.rules.coverage import VERY_OLD, Reached, Way, people_of
from app.residents.models import Resident, ResidentCategory
from app.residents.queries import is_active_on
from app.residents.queries import within as residents_within
from app.residents.rules.facts import Category, age_on
from app.roles import Scope

_SIXTY = 60


@dataclass(frozen=True, slots=True)
class Door:
    """Where one resident lives, and which groups of people they belong to; no name."""

    area: str
    latitude: float | None
    longitude: float | None
    people: tuple[str, ...]


def _born_until(on: date, age: int) -> date:
    """Give the latest birthday of whoever has this age on a day."""
    return date(on.year - age, on.month, 28 if (on.month, on.day) == (2, 29) else on.day)


def doors(on: date) -> Iterator[Door]:
    """Give the doors of all who are active and 60 or older on a day."""
    held, ate = _categories_on(on), exists().where(Meal.resident_no == Resident.resident_no)
    rows = db.session.execute(
        select(
            Resident.id,
            Resident.residence_area,
            Resident.latitude,
            Resident.longitude,
            Resident.birth_on,
            ate.label("ate"),
        )
        .where(is_active_on(on), Resident.birth_on <= _born_until(on, _SIXTY))
        .order_by(Resident.id)
    )
    for row in rows:
        age = age_on(row.birth_on, on)
        yield Door(
            row.residence_area,
            row.latitude,
            row.longitude,
            people_of(age=age, categories=held.get(row.id, ()), ate=row.ate),
        )


def _categories_on(on: date) -> dict[int, list[Category]]:
    rows = db.session.execute(
        select(ResidentCategory.resident_id, ResidentCategory.category)
        .where(*_held_on(on))
        .order_by(ResidentCategory.resident_id)
    )
    found: defaultdict[int, list[Category]] = defaultdict(list)
    for row in rows:
        found[row.resident_id].append(row.category)
    return found


def _held_on(on: date) -> tuple[ColumnElement[bool], ...]:
    return (
        ResidentCategory.from_on <= on,
        or_(ResidentCategory.until_on.is_(None), ResidentCategory.until_on > on),
    )


def open_places(on: date, scope: Scope) -> list[Site]:
    """Give the sites that are open on a day and whose place is known, by code."""
    rows = db.session.execute(
        select(Site)
        .where(
            sites_within(scope),
            Site.opened_on <= on,
            or_(Site.closed_on.is_(None), Site.closed_on > on),
            Site.latitude.is_not(None),
            Site.longitude.is_not(None),
        )
        .order_by(Site.site_code)
    )
    return list(rows.scalars())


def reached(scope: Scope) -> dict[tuple[str, str, Way], Reached]:
    """Give what was measured within a scope: by community, people and way."""
    rows = db.session.execute(
        select(CoverageCount)
        .where(CoverageCount.area.startswith(scope.area, autoescape=True))
        .order_by(CoverageCount.area, CoverageCount.people)
    ).scalars()
    return {(row.area, row.people, row.way): Reached(row.residents, row.placed, row.within) for row in rows}


def measured_on(scope: Scope) -> date | None:
    """Give the day on which coverage was measured."""
    return db.session.execute(
        select(func.max(CoverageCount.measured_on)).where(
            CoverageCount.area.startswith(scope.area, autoescape=True)
        )
    ).scalar_one()


def cells(scope: Scope, way: Way) -> list[CoverageCell]:
    """Give the squares of the map within a scope where people out of reach live, the most first."""
    rows = db.session.execute(
        select(CoverageCell)
        .where(CoverageCell.way == way, CoverageCell.area.startswith(scope.area, autoescape=True))
        .order_by(CoverageCell.residents.desc(), CoverageCell.row, CoverageCell.column)
    )
    return list(rows.scalars())


def middles(scope: Scope) -> dict[str, tuple[float, float]]:
    """Give the latitude and longitude of the streets and communities within a scope, by code."""
    rows = db.session.execute(
        select(CoverageMiddle)
        .where(CoverageMiddle.area.startswith(scope.area, autoescape=True))
        .order_by(CoverageMiddle.area)
    ).scalars()
    return {row.area: (row.latitude, row.longitude) for row in rows}


def newest_study(scope: Scope) -> SitingStudy | None:
    """Give the newest answer to where sites should open, for just this area."""
    return db.session.execute(
        select(SitingStudy).where(SitingStudy.area == scope.area).order_by(SitingStudy.id.desc()).limit(1)
    ).scalar_one_or_none()


def never_ate(scope: Scope, on: date, *, area: str = "") -> Select[Resident]:
    """Select the residents in need who are active and never ate anywhere, by community and name."""
    holds = exists().where(ResidentCategory.resident_id == Resident.id, *_held_on(on))
    ate = exists().where(Meal.resident_no == Resident.resident_no)
    return (
        select(Resident)
        .where(
            residents_within(scope),
            Resident.residence_area.startswith(area, autoescape=True),
            is_active_on(on),
            or_(holds, Resident.birth_on <= _born_until(on, VERY_OLD)),
            Resident.birth_on <= _born_until(on, _SIXTY),
            ~ate,
        )
        .order_by(Resident.residence_area, Resident.name_key, Resident.resident_no)
    )


def never_ate_by_area(scope: Scope, on: date) -> dict[str, int]:
    """Count them by community."""
    chosen = never_ate(scope, on).order_by(None).subquery()
    rows = db.session.execute(
        select(chosen.c.residence_area, func.count())
        .group_by(chosen.c.residence_area)
        .order_by(chosen.c.residence_area)
    )
    return {row.residence_area: row[1] for row in rows}
