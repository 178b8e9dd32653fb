"""Home of the queries on reports kept apart: those within a scope, one, and the stops that may be meant."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.canteens.models import Site
from app.canteens.queries import within as at_sites
from app.delivery.models import DayPlan, ReportAside, Rider, RiderLink, Run, Stop, Subscription
from app.delivery.models.asides import AsideSettlement
from app.delivery.queries.plans import is_newest
from app.delivery.queries.subscriptions import ON_A_SCREEN
from app.extensions import db
from app.roles import Scope


def asides(scope: Scope) -> Select[ReportAside]:
    """Select the reports kept apart within a scope: what waits first, and of it what waits longest."""
    waits = ~exists().where(AsideSettlement.aside_id == ReportAside.id)
    return _within(scope).order_by(waits.desc(), ReportAside.received_at, ReportAside.id)


def aside(aside_id: int, scope: Scope) -> ReportAside | None:
    """Give one report that was kept apart, if it lies within the scope."""
    return db.session.execute(_within(scope).where(ReportAside.id == aside_id)).scalar_one_or_none()


def count_asides(scope: Scope) -> int:
    """Count the reports within a scope that wait for a person."""
    waiting = _within(scope).where(~exists().where(AsideSettlement.aside_id == ReportAside.id))
    return db.session.execute(select(func.count()).select_from(waiting.subquery())).scalar_one()


def settlements_of(aside_ids: Collection[int]) -> dict[int, AsideSettlement]:
    """Give how these reports were settled, by their ids; those that wait are left out."""
    rows = db.session.execute(
        select(AsideSettlement)
        .where(AsideSettlement.aside_id.in_(aside_ids))
        .order_by(AsideSettlement.aside_id)
    ).scalars()
    return {row.aside_id: row for row in rows}


def stops_meant(link: RiderLink) -> Sequence[tuple[DayPlan, Run, Stop]]:
    """Give the stops that a rider's report may mean: of the kitchen's plans in force, own runs first."""
    rows = db.session.execute(
        select(DayPlan, Run, Stop)
        .join(Run, Run.plan_id == DayPlan.id)
        .join(Stop, Stop.run_id == Run.id)
        .options(
            joinedload(Run.rider),
            joinedload(Stop.subscription)
            .joinedload(Subscription.resident)
            .load_only(*ON_A_SCREEN, raiseload=True),
        )
        .where(
            DayPlan.served_on == link.served_on,
            DayPlan.kitchen_code == link.rider.kitchen_code,
            is_newest(is_released=True),
        )
        .order_by((Run.rider_id == link.rider_id).desc(), Run.depart_seconds, Run.id, Stop.position)
    ).all()
    return [(row[0], row[1], row[2]) for row in rows]


def _within(scope: Scope) -> Select[ReportAside]:
    link = contains_eager(ReportAside.link)
    return (
        select(ReportAside)
        .join(ReportAside.link)
        .join(RiderLink.rider)
        .join(Site, Site.site_code == Rider.kitchen_code)
        .options(link.contains_eager(RiderLink.rider).joinedload(Rider.kitchen))
        .where(at_sites(scope))
    )
