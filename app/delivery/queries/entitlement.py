"""Home of the queries on entitlement: the policies on free delivery, and exceptions from them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.delivery.models import Subscription
from app.delivery.models.entitlement import DeliveryExemption, DeliveryPolicy, DeliveryPolicyDraft
from app.delivery.queries.orders import SHOWN
from app.delivery.rules.entitlement import EntitlementPolicy, in_force
from app.extensions import db
from app.residents.models import Resident
from app.residents.queries import within as of_residents
from app.roles import Scope


def delivery_policies() -> Sequence[DeliveryPolicy]:
    """Give every published policy on free delivery, in the order of their days."""
    found = select(DeliveryPolicy).order_by(DeliveryPolicy.from_on, DeliveryPolicy.id)
    return db.session.execute(found).scalars().all()


def drafts_waiting() -> Sequence[DeliveryPolicyDraft]:
    """Give the policies that wait for a second person, the oldest first."""
    found = (
        select(DeliveryPolicyDraft)
        .where(DeliveryPolicyDraft.settled_at.is_(None))
        .order_by(DeliveryPolicyDraft.written_at, DeliveryPolicyDraft.id)
    )
    return db.session.execute(found).scalars().all()


def policy_draft(draft_id: int) -> DeliveryPolicyDraft | None:
    """Give a policy that somebody wrote, as it is now."""
    return db.session.get(DeliveryPolicyDraft, draft_id, populate_existing=True)


def delivery_policy_on(day: date) -> EntitlementPolicy:
    """Give the policy on free delivery that is in force on a day."""
    return in_force([each.rule for each in delivery_policies()], day)


def exemption_on(resident_id: int, day: date) -> DeliveryExemption | None:
    """Give the exception that lets a resident have free delivery on a day: the one that ends last."""
    return db.session.execute(
        select(DeliveryExemption)
        .where(
            DeliveryExemption.resident_id == resident_id,
            DeliveryExemption.from_on <= day,
            DeliveryExemption.until_on > day,
        )
        .order_by(DeliveryExemption.until_on.desc(), DeliveryExemption.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def exemptions(scope: Scope, *, on: date) -> Select[DeliveryExemption]:
    """Select the exceptions that are not over, of residents in the scope: those that end first."""
    return (
        select(DeliveryExemption)
        .join(DeliveryExemption.resident)
        .options(contains_eager(DeliveryExemption.resident).load_only(*SHOWN, raiseload=True))
        .where(of_residents(scope), DeliveryExemption.until_on > on)
        .order_by(DeliveryExemption.until_on, Resident.id, DeliveryExemption.id)
    )


def coming_exemption(resident_id: int, day: date) -> DeliveryExemption | None:
    """Give the next exception of a resident that begins only after a day."""
    return db.session.execute(
        select(DeliveryExemption)
        .where(DeliveryExemption.resident_id == resident_id, DeliveryExemption.from_on > day)
        .order_by(DeliveryExemption.from_on, DeliveryExemption.id)
        .limit(1)
    ).scalar_one_or_none()


def running(scope: Scope, *, on: date) -> Sequence[Subscription]:
    """Give the deliveries that run or are to begin, by name, with residents' categories."""
    return (
        db.session.execute(
            select(Subscription)
            .join(Subscription.resident)
            .options(
                contains_eager(Subscription.resident).load_only(*SHOWN, raiseload=True),
                contains_eager(Subscription.resident).selectinload(Resident.categories),
                joinedload(Subscription.kitchen),
            )
            .where(
                of_residents(scope),
                or_(Subscription.until_on.is_(None), Subscription.until_on > on),
                or_(Subscription.until_on.is_(None), Subscription.until_on > Subscription.from_on),
            )
            .order_by(Resident.name_key, Resident.id, Subscription.sitting, Subscription.from_on)
        )
        .scalars()
        .all()
    )


def exempt_until(scope: Scope, *, on: date) -> dict[int, date]:
    """Give, by resident, until when an exception that holds on a day does: the last of several."""
    rows = db.session.execute(
        select(DeliveryExemption.resident_id, func.max(DeliveryExemption.until_on))
        .join(DeliveryExemption.resident)
        .where(of_residents(scope), DeliveryExemption.from_on <= on, DeliveryExemption.until_on > on)
        .group_by(DeliveryExemption.resident_id)
        .order_by(DeliveryExemption.resident_id)
    )
    return {row[0]: row[1] for row in rows}
