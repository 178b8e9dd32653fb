"""Home of the queries on riders: always ordered, within a viewer's scope."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import joinedload

from app.canteens.models import Site
from app.canteens.queries import within as at_sites
from app.delivery.models import Rider, RiderAbsence
from app.delivery.models.riders import RiderWaiver, WaiverEnd
from app.delivery.rules.readiness import Gap
from app.extensions import db
from app.roles import Scope
from app.text import Text


def rider_in(scope: Scope) -> ColumnElement[bool]:
    """Say in SQL that a rider's own kitchen lies within a scope."""
    return Rider.kitchen_code.in_(select(Site.site_code).where(at_sites(scope)))


def rider_names(rider_nos: Collection[str]) -> dict[str, str]:
    """Give the names of those of these numbers that are riders', by number."""
    rows = db.session.execute(
        select(Rider.rider_no, Rider.name).where(Rider.rider_no.in_(rider_nos)).order_by(Rider.rider_no)
    )
    return {row.rider_no: row.name for row in rows}


def riders(scope: Scope) -> Select[Rider]:
    """Select the riders of the kitchens within a scope: the active ones first."""
    return (
        select(Rider)
        .options(joinedload(Rider.kitchen))
        .where(rider_in(scope))
        .order_by(Rider.is_active.desc(), Rider.kitchen_code, Rider.rider_no)
    )


def rider(rider_no: str, scope: Scope) -> Rider | None:
    """Give a rider by number, if their kitchen lies within the scope."""
    return db.session.execute(
        select(Rider).where(Rider.rider_no == rider_no, rider_in(scope))
    ).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class Unready:
    """A rider of a day whose papers have a gap; held back, unless a waiver lasts until before a day."""

    rider: Rider
    gap: Gap
    waived_until: date | None

    @property
    def is_held_back(self) -> bool:
        """Tell whether plans do not count on the rider."""
        return self.waived_until is None

    @property
    def told(self) -> Text:
        """Say what lacks."""
        return self.rider.papers.told(self.gap)


def waivers_on(on: date, rider_ids: Sequence[int]) -> dict[int, date]:
    """Give until before which day each of these riders rides without papers, of those who do on a day."""
    rows = db.session.execute(
        select(RiderWaiver.rider_id, func.max(RiderWaiver.until_on))
        .where(RiderWaiver.rider_id.in_(rider_ids), _waives(on))
        .group_by(RiderWaiver.rider_id)
        .order_by(RiderWaiver.rider_id)
    )
    return {row[0]: row[1] for row in rows}


def _waives(on: date) -> ColumnElement[bool]:
    """Say in SQL that a waiver holds on a day: begun, not over, and not ended by somebody before."""
    ended = exists().where(WaiverEnd.waiver_id == RiderWaiver.id, WaiverEnd.ended_on <= on)
    return and_(RiderWaiver.from_on <= on, RiderWaiver.until_on > on, ~ended)


def waivers_in_force(rider_id: int, on: date) -> Sequence[RiderWaiver]:
    """Give the waivers by which a rider rides without papers on a day."""
    found = select(RiderWaiver).where(RiderWaiver.rider_id == rider_id, _waives(on)).order_by(RiderWaiver.id)
    return db.session.execute(found).scalars().all()


def ends_of(waiver_ids: Collection[int]) -> dict[int, date]:
    """Give from which day on each of these waivers counts no more, of those that somebody ended."""
    rows = db.session.execute(
        select(WaiverEnd.waiver_id, WaiverEnd.ended_on)
        .where(WaiverEnd.waiver_id.in_(waiver_ids))
        .order_by(WaiverEnd.waiver_id)
    )
    return {row.waiver_id: row.ended_on for row in rows}


def waivers_of(rider_id: int) -> Sequence[RiderWaiver]:
    """Give when a rider rode without complete papers, the latest first."""
    found = select(RiderWaiver).where(RiderWaiver.rider_id == rider_id).order_by(RiderWaiver.id.desc())
    return db.session.execute(found).scalars().all()


def riding(scope: Scope) -> Sequence[Rider]:
    """Give the riders of the kitchens within a scope who have not stopped."""
    found = (
        select(Rider)
        .options(joinedload(Rider.kitchen))
        .where(Rider.is_active, rider_in(scope))
        .order_by(Rider.kitchen_code, Rider.rider_no)
    )
    return db.session.execute(found).scalars().all()


def riders_to_settle(scope: Scope, today: date) -> list[Unready]:
    """Give the riders within a scope whose papers have a gap by now or within 30 days, the gravest first."""
    gaps = [(each, gap) for each in riding(scope) if (gap := each.papers.to_settle(today)) is not None]
    waived = waivers_on(today, [each.id for each, _ in gaps])
    found = [Unready(each, gap, waived.get(each.id)) for each, gap in gaps]
    order = list(Gap)
    return sorted(
        found, key=lambda each: (each.gap is Gap.ENDS_SOON, not each.is_held_back, order.index(each.gap))
    )


def is_absent(on: date) -> ColumnElement[bool]:
    """Say in SQL that a rider is away on a day."""
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
