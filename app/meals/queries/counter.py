"""Home of the queries that a counter asks: who usually eats here, whom a search means, and for what price."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import (
    ColumnElement,
    Subquery,
    case,
    func,
    select,
)

from app.canteens.models import Site, SitePrice
from app.canteens.rules import Sitting
from app.database import among
from app.extensions import db
from app.meals.models import (
    Meal,
)
from app.residents import queries as residents
from app.residents.models import Resident
from app.roles import Scope

REGULARS_LOOK_BACK = timedelta(weeks=4)
_EVERYWHERE = Scope()
_STREET = 9
"""Digits of a street's code."""


def regulars(site_code: str, sitting: Sitting, on: date, *, limit: int = 24) -> list[Resident]:
    """Give who usually eats here at this sitting, by the last four weeks, the most faithful first."""
    counted = _times(site_code, on, Meal.sitting == sitting)
    return list(
        db.session.execute(
            select(Resident)
            .join(counted, counted.c.resident_no == Resident.resident_no)
            .order_by(counted.c.times.desc(), Resident.name_key, Resident.resident_no)
            .limit(limit)
        ).scalars()
    )


def ate_since(day: date) -> ColumnElement[bool]:
    """Say in SQL which residents had a meal at some site since a day."""
    return Resident.resident_no.in_(select(Meal.resident_no).where(Meal.served_on >= day))


def sought_at(site: Site, words: str, on: date, *, limit: int) -> list[Resident]:
    """Give whom a search at a site means: who eats here first, then who lives in its street, then by name."""
    counted = _times(site.site_code, on)
    lives_near = Resident.residence_area.startswith(site.area_code[:_STREET], autoescape=True)
    return list(
        db.session.execute(
            residents.residents(_EVERYWHERE, query=words)
            .outerjoin(counted, counted.c.resident_no == Resident.resident_no)
            .order_by(None)
            .order_by(
                func.coalesce(counted.c.times, 0).desc(),
                case((lives_near, 0), else_=1),
                Resident.name_key,
                Resident.resident_no,
            )
            .limit(limit)
        ).scalars()
    )


def _times(site_code: str, on: date, *more: ColumnElement[bool]) -> Subquery:
    """Count how often each resident ate at a site in the four weeks before a day."""
    return (
        select(Meal.resident_no, func.count().label("times"))
        .where(
            Meal.site_code == site_code,
            Meal.served_on.between(on - REGULARS_LOOK_BACK, on - timedelta(days=1)),
            *more,
        )
        .group_by(Meal.resident_no)
        .subquery()
    )


def price_on(site_code: str, sitting: Sitting, on: date) -> int | None:
    """Give the price of a sitting's meal at a site on a day: the newest not later, or None."""
    return db.session.execute(
        select(SitePrice.price_fen)
        .where(SitePrice.site_code == site_code, SitePrice.sitting == sitting, SitePrice.from_on <= on)
        .order_by(SitePrice.from_on.desc())
        .limit(1)
    ).scalar_one_or_none()


def registered(resident_nos: Collection[str]) -> set[str]:
    """Give which of these numbers the register knows."""
    return set(db.session.execute(_REGISTERED, {"resident_nos": list(resident_nos)}).scalars())


_REGISTERED = select(Resident.resident_no).where(among(Resident.resident_no, "resident_nos"))


def people(resident_nos: Collection[str]) -> dict[str, Resident]:
    """Give the residents with these numbers; unknown numbers are left out."""
    rows = db.session.execute(select(Resident).where(Resident.resident_no.in_(resident_nos)))
    return {resident.resident_no: resident for resident in rows.scalars()}
