"""Home of the queries on riders' links: one by its number, a kitchen's, and what a rider sees of a day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.delivery.models import DayPlan, ReportAside, Rider, RiderLink, Run, Stop, Subscription
from app.delivery.models.asides import AsideSettlement
from app.delivery.models.links import LinkOpening
from app.delivery.queries.plans import is_newest
from app.delivery.queries.subscriptions import ON_A_SCREEN
from app.extensions import db
from app.residents.models import Resident


def link_numbered(link_id: UUID, *, for_update: bool = False) -> RiderLink | None:
    """Give the link with this number, revoked or not, with its rider."""
    found = select(RiderLink).where(RiderLink.link_id == link_id).options(selectinload(RiderLink.rider))
    return db.session.execute(found.with_for_update() if for_update else found).scalar_one_or_none()


def links_of(rider_ids: Collection[int], on: date) -> dict[int, RiderLink]:
    """Give the valid links of these riders for a day, by rider."""
    rows = db.session.execute(
        select(RiderLink)
        .where(RiderLink.rider_id.in_(rider_ids), RiderLink.served_on == on, RiderLink.revoked_at.is_(None))
        .order_by(RiderLink.rider_id)
    ).scalars()
    return {link.rider_id: link for link in rows}


def riders_sent(on: date, kitchen_code: str) -> Sequence[Rider]:
    """Give whom the plans in force of a kitchen send out on a day, whatever the sitting."""
    sent = (
        select(Run.rider_id)
        .join(DayPlan, DayPlan.id == Run.plan_id)
        .where(DayPlan.served_on == on, DayPlan.kitchen_code == kitchen_code, is_newest(is_released=True))
    )
    return (
        db.session.execute(select(Rider).where(Rider.id.in_(sent)).order_by(Rider.rider_no)).scalars().all()
    )


def aside_counts(rider_ids: Collection[int], on: date) -> Counter[int]:
    """Count what was kept apart of what these riders' phones sent for a day and still waits, by rider."""
    rows = db.session.execute(
        select(RiderLink.rider_id, func.count())
        .join(ReportAside, ReportAside.link_id == RiderLink.id)
        .where(
            RiderLink.rider_id.in_(rider_ids),
            RiderLink.served_on == on,
            ~exists().where(AsideSettlement.aside_id == ReportAside.id),
        )
        .group_by(RiderLink.rider_id)
        .order_by(RiderLink.rider_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def phones_of(link_ids: Collection[int]) -> Counter[int]:
    """Count the phones that opened these links, by link."""
    rows = db.session.execute(
        select(LinkOpening.link_id, func.count())
        .where(LinkOpening.link_id.in_(link_ids))
        .group_by(LinkOpening.link_id)
        .order_by(LinkOpening.link_id)
    )
    return Counter({row[0]: row[1] for row in rows})


def has_opened(link_id: int, phone: UUID) -> bool:
    """Tell whether a phone has opened a link before."""
    return db.session.get(LinkOpening, (link_id, phone)) is not None


def runs_of(rider_id: int, on: date) -> Sequence[tuple[DayPlan, Run]]:
    """Give a rider's runs of a day by the plans in force, with what a phone needs of each door."""
    doors = selectinload(Run.stops).joinedload(Stop.subscription).joinedload(Subscription.resident)
    rows = db.session.execute(
        select(DayPlan, Run)
        .join(Run, Run.plan_id == DayPlan.id)
        .options(joinedload(DayPlan.kitchen), doors.load_only(*ON_A_SCREEN, Resident.phone, raiseload=True))
        .where(Run.rider_id == rider_id, DayPlan.served_on == on, is_newest(is_released=True))
        .order_by(Run.depart_seconds, Run.id)
    ).all()
    return [(row[0], row[1]) for row in rows]


def own_runs(rider_id: int, on: date, run_ids: Collection[int]) -> frozenset[int]:
    """Give which of these runs are a rider's of a day, by whatever plan that was released."""
    return frozenset(
        db.session.execute(
            select(Run.id)
            .join(DayPlan, DayPlan.id == Run.plan_id)
            .where(
                Run.id.in_(run_ids),
                Run.rider_id == rider_id,
                DayPlan.served_on == on,
                DayPlan.released_at.is_not(None),
            )
        ).scalars()
    )


def is_aside(link_id: int, record_id: str, digest: str) -> bool:
    """Tell whether a report was kept apart already."""
    found = select(ReportAside.id).where(
        ReportAside.link_id == link_id, ReportAside.record_id == record_id, ReportAside.digest == digest
    )
    return db.session.execute(found).first() is not None
