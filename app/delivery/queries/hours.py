"""Home of the queries on riders' hours: proven rides, corrections and certificates."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import func, select

from app.canteens.models import Site
from app.clock import on
from app.delivery.models import DayPlan, DeliveredMeal, Rider, Run, StopReport, Subscription
from app.delivery.models.hours import HoursAdjustment, HoursVerdict, RiderCertificate
from app.delivery.queries.riders import rider_in
from app.delivery.rules.doors import LOAD_SECONDS
from app.delivery.rules.hours import Ride
from app.delivery.rules.proof import second_of
from app.extensions import db
from app.meals import queries as meals
from app.meals.models import Meal
from app.roles import Scope


def rides(rider_ids: Collection[int], first: date, end: date) -> list[Ride]:
    """Give the proven runs of these riders from a day until before another, by day and loading.

    A run that a later version of the plan has again is one ride, whichever of the two its proofs name.
    """
    found = db.session.execute(
        select(
            Run.id,
            Run.rider_id,
            Run.depart_seconds,
            Run.return_seconds,
            DayPlan.served_on,
            DayPlan.sitting,
            Site.name,
            func.max(StopReport.happened_at).label("proved_at"),
        )
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .join(Site, Site.site_code == DayPlan.kitchen_code)
        .join(StopReport, StopReport.run_id == Run.id)
        .where(
            Run.rider_id.in_(rider_ids),
            DayPlan.released_at.is_not(None),
            DayPlan.served_on >= first,
            DayPlan.served_on < end,
        )
        .group_by(Run.id, DayPlan.id, Site.site_code)
        .order_by(DayPlan.served_on, Run.depart_seconds, DayPlan.revision, Run.id)
    ).all()
    carried = _meals_of([row.id for row in found])
    kept: dict[tuple[object, ...], Ride] = {}
    for row in found:
        proved = second_of(row.proved_at) if on(row.proved_at) == row.served_on else None
        key = (row.rider_id, row.served_on, row.sitting, row.name, row.depart_seconds)
        before = kept.get(key)
        proofs = [each for each in (proved, before.last_proof if before else None) if each is not None]
        kept[key] = Ride(
            rider_id=row.rider_id,
            served_on=row.served_on,
            sitting=row.sitting,
            kitchen=row.name,
            run_id=row.id,
            load=row.depart_seconds - LOAD_SECONDS,
            back=row.return_seconds,
            last_proof=max(proofs, default=None),
            meals=carried.get(row.id, 0) + (before.meals if before else 0),
        )
    return list(kept.values())


def _meals_of(run_ids: Collection[int]) -> dict[int, int]:
    """Count the meals that each of these runs handed over; what was reversed does not count."""
    rows = db.session.execute(
        select(StopReport.run_id, func.sum(Subscription.meals))
        .join(DeliveredMeal, DeliveredMeal.report_id == StopReport.id)
        .join(Subscription, Subscription.id == DeliveredMeal.subscription_id)
        .join(Meal, Meal.id == DeliveredMeal.meal_id)
        .where(StopReport.run_id.in_(run_ids), ~meals.is_reversed())
        .group_by(StopReport.run_id)
        .order_by(StopReport.run_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def minutes_adjusted(rider_ids: Collection[int], first: date, end: date) -> dict[int, int]:
    """Sum the confirmed corrections of these riders' months within a span, by rider."""
    rows = db.session.execute(
        select(HoursAdjustment.rider_id, func.sum(HoursAdjustment.minutes))
        .join(HoursVerdict, HoursVerdict.adjustment_id == HoursAdjustment.id)
        .where(
            HoursAdjustment.rider_id.in_(rider_ids),
            HoursVerdict.is_confirmed,
            HoursAdjustment.month >= first,
            HoursAdjustment.month < end,
        )
        .group_by(HoursAdjustment.rider_id)
        .order_by(HoursAdjustment.rider_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def adjustments_of(rider_id: int, month: date) -> list[tuple[HoursAdjustment, HoursVerdict | None]]:
    """Give the corrections of a rider's month with the second look at each, in their order."""
    rows = db.session.execute(
        select(HoursAdjustment, HoursVerdict)
        .outerjoin(HoursVerdict, HoursVerdict.adjustment_id == HoursAdjustment.id)
        .where(HoursAdjustment.rider_id == rider_id, HoursAdjustment.month == month)
        .order_by(HoursAdjustment.id)
    )
    return [(row[0], row[1]) for row in rows]


def adjustment(adjustment_id: int, scope: Scope) -> HoursAdjustment | None:
    """Give a correction of a rider within a scope."""
    return db.session.execute(
        select(HoursAdjustment)
        .join(HoursAdjustment.rider)
        .where(HoursAdjustment.id == adjustment_id, rider_in(scope))
    ).scalar_one_or_none()


def verdict_on(adjustment_id: int) -> HoursVerdict | None:
    """Give the second look at a correction."""
    return db.session.get(HoursVerdict, adjustment_id)


def all_riders(scope: Scope) -> dict[int, Rider]:
    """Give every rider of the kitchens within a scope, those who have stopped too, by id."""
    rows = db.session.execute(
        select(Rider).where(rider_in(scope)).order_by(Rider.kitchen_code, Rider.rider_no)
    ).scalars()
    return {each.id: each for each in rows}


def certificates_of(rider_id: int) -> Sequence[RiderCertificate]:
    """Give a rider's certificates, the latest first."""
    found = (
        select(RiderCertificate)
        .where(RiderCertificate.rider_id == rider_id)
        .order_by(RiderCertificate.id.desc())
    )
    return db.session.execute(found).scalars().all()


def certificate(certificate_no: str, scope: Scope) -> RiderCertificate | None:
    """Give a certificate by number, if its rider is of a kitchen within the scope."""
    return db.session.execute(
        select(RiderCertificate)
        .join(RiderCertificate.rider)
        .where(RiderCertificate.certificate_no == certificate_no, rider_in(scope))
    ).scalar_one_or_none()


def certificates_in(year: int) -> int:
    """Count the certificates with a number of a year."""
    found = select(func.count()).where(RiderCertificate.certificate_no.startswith(f"ZM-{year}-"))
    return db.session.execute(found).scalar_one()
