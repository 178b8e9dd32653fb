"""Home of the queries on families: a resident's contacts, their links, and what a link may show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import contains_eager, joinedload

from app.delivery.models import Subscription
from app.delivery.models.family import FamilyContact, FamilyLink
from app.delivery.models.orders import DayChange
from app.delivery.queries.orders import SHOWN
from app.delivery.rules.family import Cancelled
from app.delivery.rules.orders import AskedBy, ChangeKind
from app.extensions import db
from app.residents.models import Resident
from app.residents.queries import within as of_residents
from app.roles import Scope


def contacts_of(resident_id: int) -> Sequence[FamilyContact]:
    """Give whom to call about a resident, in the order in which they were noted."""
    return (
        db.session.execute(
            select(FamilyContact)
            .where(FamilyContact.resident_id == resident_id, FamilyContact.ended_at.is_(None))
            .order_by(FamilyContact.id)
        )
        .scalars()
        .all()
    )


def contact(contact_id: int, scope: Scope, *, for_update: bool = False) -> FamilyContact | None:
    """Give a contact that is called still, if the resident lies within the scope."""
    found = (
        select(FamilyContact)
        .join(FamilyContact.resident)
        .options(contains_eager(FamilyContact.resident).load_only(*SHOWN, raiseload=True))
        .where(FamilyContact.id == contact_id, FamilyContact.ended_at.is_(None), of_residents(scope))
    )
    return db.session.execute(
        found.with_for_update(of=FamilyContact) if for_update else found
    ).scalar_one_or_none()


def family_links(contact_ids: Collection[int]) -> dict[int, FamilyLink]:
    """Give the links of these contacts that were not revoked, by contact; some may have ended."""
    rows = db.session.execute(
        select(FamilyLink)
        .where(FamilyLink.contact_id.in_(contact_ids), FamilyLink.revoked_at.is_(None))
        .order_by(FamilyLink.contact_id)
    ).scalars()
    return {link.contact_id: link for link in rows}


def family_link_numbered(number: UUID, *, for_update: bool = False) -> FamilyLink | None:
    """Give the link with this number, revoked or not, with its contact and how the resident is called."""
    found = (
        select(FamilyLink)
        .options(
            joinedload(FamilyLink.contact)
            .joinedload(FamilyContact.resident)
            .load_only(Resident.resident_no, Resident.name, Resident.sex, Resident.birth_on)
        )
        .where(FamilyLink.number == number)
    )
    return db.session.execute(
        found.with_for_update(of=FamilyLink) if for_update else found
    ).scalar_one_or_none()


def days_cancelled(subscription_ids: Collection[int], since: date) -> Cancelled:
    """Give on which days from a day on these subscriptions are cancelled, and what a link may take back."""
    rows = db.session.execute(
        select(DayChange.id, DayChange.subscription_id, DayChange.served_on, DayChange.way)
        .where(
            DayChange.subscription_id.in_(subscription_ids),
            DayChange.served_on >= since,
            DayChange.kind == ChangeKind.CANCELLED,
            DayChange.taken_back_at.is_(None),
        )
        .order_by(DayChange.id)
    )
    return {(row.subscription_id, row.served_on): row.id if row.way is AskedBy.LINK else None for row in rows}


def newest_door(resident_id: int) -> Subscription | None:
    """Give the delivery of a resident that was entered last: how their door is reached."""
    return db.session.execute(
        select(Subscription)
        .where(Subscription.resident_id == resident_id)
        .order_by(Subscription.id.desc())
        .limit(1)
    ).scalar_one_or_none()
