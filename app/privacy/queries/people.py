"""Home of the queries on what is kept about one resident, and about residents who are gone."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.audit.models import AuditEntry
from app.auth.models import UserSession
from app.care.models import MissedMeal, StatusListRow
from app.delivery.models import ReportAside, Rider, Subscription
from app.delivery.models.asides import AsideSettlement
from app.extensions import db
from app.meals.models import LedgerRecord, Meal
from app.privacy.rules import GONE
from app.residents.models import Resident, ResidentCard, ResidentStatus
from app.till.models import QuarantinedRecord


def has_meals(resident_no: str) -> bool:
    """Tell whether the ledger knows a resident."""
    found = select(LedgerRecord.id).where(LedgerRecord.resident_no == resident_no).limit(1)
    return db.session.execute(found).first() is not None


def meals_of(resident_no: str) -> list[LedgerRecord]:
    """Give everything that the ledger holds of a resident, in the order of days."""
    return list(
        db.session.execute(
            select(LedgerRecord)
            .where(LedgerRecord.resident_no == resident_no)
            .options(joinedload(Meal.decision))
            .order_by(LedgerRecord.served_on, LedgerRecord.served_at, LedgerRecord.id)
        ).scalars()
    )


def subscriptions_of(resident_id: int) -> list[Subscription]:
    """Give a resident's deliveries, those that have ended too."""
    return list(
        db.session.execute(
            select(Subscription).where(Subscription.resident_id == resident_id).order_by(Subscription.id)
        ).scalars()
    )


def missed_meals_of(resident_id: int) -> list[MissedMeal]:
    """Give the missed meals that a resident was called for, in the order of days."""
    return list(
        db.session.execute(
            select(MissedMeal)
            .where(MissedMeal.resident_id == resident_id)
            .options(selectinload(MissedMeal.steps), joinedload(MissedMeal.closing))
            .order_by(MissedMeal.served_on, MissedMeal.id)
        ).scalars()
    )


def list_rows_of(resident_id: int) -> list[StatusListRow]:
    """Give what lists said of a resident, in the order in which they were brought."""
    return list(
        db.session.execute(
            select(StatusListRow)
            .where(StatusListRow.resident_id == resident_id)
            .options(joinedload(StatusListRow.list))
            .order_by(StatusListRow.id)
        ).scalars()
    )


def cards_of(resident_id: int) -> list[ResidentCard]:
    """Give a resident's cards, those that have ended too."""
    return list(
        db.session.execute(
            select(ResidentCard).where(ResidentCard.resident_id == resident_id).order_by(ResidentCard.code)
        ).scalars()
    )


def acts_on(resident_no: str) -> list[AuditEntry]:
    """Give what the trail says was done to a resident's data, in its order."""
    return list(
        db.session.execute(
            select(AuditEntry).where(AuditEntry.subject == f"resident:{resident_no}").order_by(AuditEntry.seq)
        ).scalars()
    )


def gone_with_contacts(before: date) -> list[Resident]:
    """Give residents who left or died before a day and whose phone, address or door is still kept.

    Whether they came back since is for the rules to say.
    """
    left = select(ResidentStatus.resident_id).where(
        ResidentStatus.status.in_(GONE), ResidentStatus.from_on <= before
    )
    return list(
        db.session.execute(
            select(Resident)
            .where(
                Resident.id.in_(left),
                or_(Resident.phone.is_not(None), Resident.address != "", Resident.latitude.is_not(None)),
            )
            .options(selectinload(Resident.statuses), selectinload(Resident.categories))
            .order_by(Resident.id)
        ).scalars()
    )


def _old_sessions(before: datetime) -> Select[int]:
    return select(UserSession.id).where(UserSession.ends_at < before)


def count_old_sessions(before: datetime) -> int:
    """Count the sessions that ended before an instant."""
    counted = select(func.count()).select_from(_old_sessions(before).subquery())
    return db.session.execute(counted).scalar_one()


EMPTY = "{}"
"""What stands in a record that was kept apart and is emptied: the form of one that says nothing."""


def settled_records(before: datetime) -> list[QuarantinedRecord]:
    """Give what tablets sent, was settled before an instant, and still says something."""
    found = select(QuarantinedRecord).where(
        QuarantinedRecord.settled_at < before, QuarantinedRecord.is_emptied.is_(False)
    )
    return list(db.session.execute(found.order_by(QuarantinedRecord.id)).scalars())


def settled_asides(before: datetime) -> list[ReportAside]:
    """Give what riders' phones sent, was settled before an instant, and still says something."""
    found = (
        select(ReportAside)
        .join(AsideSettlement, AsideSettlement.aside_id == ReportAside.id)
        .where(AsideSettlement.settled_at < before, ReportAside.is_emptied.is_(False))
    )
    return list(db.session.execute(found.order_by(ReportAside.id)).scalars())


def retired_with_phone() -> list[Rider]:
    """Give riders who have stopped and whose phone is still kept."""
    found = select(Rider).where(Rider.is_active.is_(False), Rider.phone.is_not(None)).order_by(Rider.id)
    return list(db.session.execute(found).scalars())
