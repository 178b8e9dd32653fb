"""Home of the queries on riders: always ordered, within a viewer's scope."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from app.access import Scope
from app.canteens.models import Site
from app.canteens.queries import within as at_sites
from app.delivery.models import Rider, RiderAbsence
from app.delivery.rules.days import falls_on
from app.extensions import db


def _rider_in(scope: Scope) -> ColumnElement[bool]:
    return Rider.kitchen_code.in_(select(Site.site_code).where(at_sites(scope)))


def riders(scope: Scope) -> Select[Rider]:
    """Select the riders of the kitchens within a scope: the active ones first."""
    return (
        select(Rider)
        .options(joinedload(Rider.kitchen))
        .where(_rider_in(scope))
        .order_by(Rider.is_active.desc(), Rider.kitchen_code, Rider.rider_no)
    )


def rider(rider_no: str, scope: Scope) -> Rider | None:
    """Give a rider by number, if their kitchen lies within the scope."""
    return db.session.execute(
        select(Rider).where(Rider.rider_no == rider_no, _rider_in(scope))
    ).scalar_one_or_none()


def riders_on(on: date, kitchen_codes: Sequence[str]) -> dict[str, list[Rider]]:
    """Give the active riders of these kitchens who ride on a day's weekday and are not absent."""
    rows = db.session.execute(
        select(Rider)
        .where(Rider.kitchen_code.in_(kitchen_codes), Rider.is_active, ~_is_absent(on))
        .order_by(Rider.kitchen_code, Rider.rider_no)
    ).scalars()
    found: dict[str, list[Rider]] = {code: [] for code in kitchen_codes}
    for each in rows:
        if falls_on(each.weekdays, on):
            found[each.kitchen_code].append(each)
    return found


def _is_absent(on: date) -> ColumnElement[bool]:
    return (
        select(RiderAbsence.id)
        .where(RiderAbsence.rider_id == Rider.id, RiderAbsence.from_on <= on, RiderAbsence.until_on > on)
        .exists()
    )


def absences_of(rider_ids: Sequence[int], *, after: date) -> dict[int, RiderAbsence]:
    """Give, of those absences of these riders that last beyond a day, each rider's first."""
    rows = db.session.execute(
        select(RiderAbsence)
        .where(
            RiderAbsence.rider_id.in_(rider_ids),
            RiderAbsence.until_on > after,
            RiderAbsence.until_on > RiderAbsence.from_on,
        )
        .order_by(RiderAbsence.from_on.desc(), RiderAbsence.id.desc())
    ).scalars()
    return {each.rider_id: each for each in rows}


def rider_numbers() -> Sequence[str]:
    """Give every rider number in use."""
    return db.session.execute(select(Rider.rider_no).order_by(Rider.rider_no)).scalars().all()
