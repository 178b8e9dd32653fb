"""Home of the queries on photos: who agreed, what was taken at which stop, and what is to be erased."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from app.delivery.models import Stop, Subscription
from app.delivery.models.photos import HandoverPhoto, PhotoConsent
from app.delivery.queries.subscriptions import subscription_in
from app.extensions import db
from app.roles import Scope


def photo_consent(resident_id: int) -> PhotoConsent | None:
    """Give the consent of a household that stands."""
    return db.session.execute(
        select(PhotoConsent).where(PhotoConsent.resident_id == resident_id, PhotoConsent.ended_at.is_(None))
    ).scalar_one_or_none()


def households_agreed(resident_ids: Collection[int]) -> frozenset[int]:
    """Give which of these residents' households agreed to photos."""
    found = select(PhotoConsent.resident_id).where(
        PhotoConsent.resident_id.in_(resident_ids), PhotoConsent.ended_at.is_(None)
    )
    return frozenset(db.session.execute(found).scalars())


def household_at(run_id: int, position: int) -> int | None:
    """Give the resident of a stop; None when there is no such stop."""
    return db.session.execute(
        select(Subscription.resident_id)
        .join(Stop, Stop.subscription_id == Subscription.id)
        .where(Stop.run_id == run_id, Stop.position == position)
    ).scalar_one_or_none()


def photo(photo_id: UUID) -> HandoverPhoto | None:
    """Give a photo by its number."""
    return db.session.get(HandoverPhoto, photo_id)


def photo_in(photo_id: UUID, scope: Scope) -> HandoverPhoto | None:
    """Give a photo that was not erased, of a resident or a kitchen within a scope."""
    return db.session.execute(
        select(HandoverPhoto)
        .join(Stop, (Stop.run_id == HandoverPhoto.run_id) & (Stop.position == HandoverPhoto.position))
        .join(Subscription, Subscription.id == Stop.subscription_id)
        .join(Subscription.resident)
        .where(HandoverPhoto.id == photo_id, HandoverPhoto.erased_at.is_(None), subscription_in(scope))
    ).scalar_one_or_none()


def count_photos_at(run_id: int, position: int) -> int:
    """Count the photos of a stop."""
    found = select(func.count()).where(HandoverPhoto.run_id == run_id, HandoverPhoto.position == position)
    return db.session.execute(found).scalar_one()


def photos_of_run(run_id: int) -> dict[int, list[HandoverPhoto]]:
    """Give the photos of a run that were not erased, by stop; their pictures stay sealed."""
    rows = db.session.execute(
        select(HandoverPhoto)
        .options(defer(HandoverPhoto.content, raiseload=True))
        .where(HandoverPhoto.run_id == run_id, HandoverPhoto.erased_at.is_(None))
        .order_by(HandoverPhoto.taken_at, HandoverPhoto.id)
    ).scalars()
    found: dict[int, list[HandoverPhoto]] = defaultdict(list)
    for each in rows:
        found[each.position].append(each)
    return found


def photos_before(at: datetime) -> Sequence[HandoverPhoto]:
    """Give the photos that arrived before an instant and were not erased."""
    return (
        db.session.execute(
            select(HandoverPhoto)
            .options(defer(HandoverPhoto.content, raiseload=True))
            .where(HandoverPhoto.received_at < at, HandoverPhoto.erased_at.is_(None))
            .order_by(HandoverPhoto.received_at, HandoverPhoto.id)
        )
        .scalars()
        .all()
    )


def photos_of_household(resident_id: int) -> Sequence[HandoverPhoto]:
    """Give the photos of a household that were not erased."""
    return (
        db.session.execute(
            select(HandoverPhoto)
            .options(defer(HandoverPhoto.content, raiseload=True))
            .join(Stop, (Stop.run_id == HandoverPhoto.run_id) & (Stop.position == HandoverPhoto.position))
            .join(Subscription, Subscription.id == Stop.subscription_id)
            .where(Subscription.resident_id == resident_id, HandoverPhoto.erased_at.is_(None))
            .order_by(HandoverPhoto.received_at, HandoverPhoto.id)
        )
        .scalars()
        .all()
    )
