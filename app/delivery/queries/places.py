"""Home of the queries on where doors are: which have no place yet, and what lies near one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import load_only

from app.canteens.models import Site
from app.delivery.models import Subscription
from app.delivery.queries.orders import SHOWN
from app.extensions import db
from app.place import Point
from app.residents.models import Resident
from app.residents.queries import within as of_residents
from app.roles import Scope


def doors_without_place(scope: Scope, *, on: date) -> Select[Resident]:
    """Select residents who get meals at home now or later, and of whom nobody knows where they live."""
    return (
        select(Resident)
        .options(load_only(*SHOWN, raiseload=True))
        .where(_has_no_place(on), of_residents(scope))
        .order_by(Resident.residence_area, Resident.name_key, Resident.id)
    )


def count_doors_without_place(scope: Scope, *, on: date) -> int:
    """Count them."""
    found = select(func.count(Resident.id)).where(_has_no_place(on), of_residents(scope))
    return db.session.execute(found).scalar_one()


def doors_with_place(scope: Scope, *, on: date) -> Sequence[Resident]:
    """Give residents who get meals at home now or later, and where they live."""
    return (
        db.session.execute(
            select(Resident)
            .options(load_only(*SHOWN, Resident.latitude, Resident.longitude, raiseload=True))
            .where(
                Resident.latitude.is_not(None),
                Resident.longitude.is_not(None),
                _eats_at_home(on),
                of_residents(scope),
            )
            .order_by(Resident.residence_area, Resident.name_key, Resident.id)
        )
        .scalars()
        .all()
    )


def _has_no_place(on: date) -> ColumnElement[bool]:
    return or_(Resident.latitude.is_(None), Resident.longitude.is_(None)) & _eats_at_home(on)


def _eats_at_home(on: date) -> ColumnElement[bool]:
    eaters = select(Subscription.resident_id).where(
        or_(Subscription.until_on.is_(None), Subscription.until_on > on)
    )
    return Resident.id.in_(eaters)


def middle_of(area: str, *, but: int) -> Point | None:
    """Give the middle of the other doors known in an area, or else of the sites there; None: none is.

    One door's own place, `but`, does not count: it may be what is wrong.
    """
    neighbours = Resident.residence_area.startswith(area) & (Resident.id != but)
    for latitude, longitude, lies in (
        (Resident.latitude, Resident.longitude, neighbours),
        (Site.latitude, Site.longitude, Site.area_code.startswith(area)),
    ):
        found = select(func.avg(latitude), func.avg(longitude)).where(
            lies, latitude.is_not(None), longitude.is_not(None)
        )
        row = db.session.execute(found).one()
        if row[0] is not None:
            return Point(round(row[0], 6), round(row[1], 6))
    return None


def kitchens_to(resident_id: int, *, on: date) -> Sequence[Site]:
    """Give the kitchens from which a resident gets meals now or later."""
    codes = select(Subscription.kitchen_code).where(
        Subscription.resident_id == resident_id,
        or_(Subscription.until_on.is_(None), Subscription.until_on > on),
    )
    return (
        db.session.execute(select(Site).where(Site.site_code.in_(codes)).order_by(Site.site_code))
        .scalars()
        .all()
    )
