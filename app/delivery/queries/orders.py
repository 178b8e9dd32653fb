"""Home of the queries on day changes: what was ordered once, and what was cancelled for a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import contains_eager

from app.canteens.models import Site
from app.canteens.queries import within as at_sites
from app.canteens.rules import Sitting
from app.delivery.models import Subscription
from app.delivery.models.orders import DayChange
from app.delivery.rules.orders import ChangeKind
from app.extensions import db
from app.residents.models import Resident
from app.residents.queries import within as of_residents
from app.roles import Scope


def cancelled_on(on: date) -> set[int]:
    """Give the subscriptions that somebody cancelled for a day."""
    found = select(DayChange.subscription_id).where(
        DayChange.served_on == on, DayChange.kind == ChangeKind.CANCELLED, DayChange.taken_back_at.is_(None)
    )
    return set(db.session.execute(found.order_by(DayChange.subscription_id)).scalars())


def _change_in(scope: Scope) -> ColumnElement[bool]:
    """Of residents in the area or for kitchens in it; for those at a site, for their own kitchen."""
    at_kitchens = Subscription.kitchen_code.in_(select(Site.site_code).where(at_sites(scope)))
    return at_kitchens if scope.site_code is not None else or_(of_residents(scope), at_kitchens)


def day_changes(on: date, sitting: Sitting, scope: Scope) -> Sequence[DayChange]:
    """Give what was ordered or cancelled for a day and stands, in the order in which it was noted."""
    return (
        db.session.execute(
            select(DayChange)
            .join(DayChange.subscription)
            .join(Subscription.resident)
            .options(
                contains_eager(DayChange.subscription).options(
                    contains_eager(Subscription.resident).load_only(*SHOWN, raiseload=True)
                )
            )
            .where(
                DayChange.served_on == on,
                Subscription.sitting == sitting,
                DayChange.taken_back_at.is_(None),
                _change_in(scope),
            )
            .order_by(DayChange.noted_at, DayChange.id)
        )
        .scalars()
        .all()
    )


SHOWN = (
    Resident.resident_no,
    Resident.name,
    Resident.birth_on,
    Resident.sex,
    Resident.address,
    Resident.registered_area,
    Resident.residence_area,
)
"""What a list of changes shows of a resident."""


def day_change(change_id: int, scope: Scope) -> DayChange | None:
    """Give a change that stands, if its resident lives within the scope."""
    return db.session.execute(
        select(DayChange)
        .join(DayChange.subscription)
        .join(Subscription.resident)
        .options(contains_eager(DayChange.subscription))
        .where(DayChange.id == change_id, DayChange.taken_back_at.is_(None), of_residents(scope))
    ).scalar_one_or_none()


def changes_to(subscription_ids: Sequence[int], on: date) -> Sequence[DayChange]:
    """Give the changes of these subscriptions on a day that stand."""
    return (
        db.session.execute(
            select(DayChange)
            .where(
                DayChange.subscription_id.in_(subscription_ids),
                DayChange.served_on == on,
                DayChange.taken_back_at.is_(None),
            )
            .order_by(DayChange.id)
        )
        .scalars()
        .all()
    )
