"""Home of the verbs on subscriptions: begin one, end one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from app.audit import service as audit
from app.clock import on as day_of
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.rules.days import ensure_ends_later, is_due, overlap
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff, ensure_may_change
from app.delivery.rules.requests import NewSubscription
from app.delivery.service.entitlement import entitled_until
from app.delivery.service.kitchens import ensure_cooks
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents.models import Resident
from app.residents.rules.facts import Status
from app.roles import Actor, Scope
from app.text import text

EVERYWHERE = Scope()


def begin_subscription(
    new: NewSubscription, *, reason: str = "", cut_off: CutOff | None = None, by: Actor, at: datetime
) -> Subscription:
    """Let a sitting's meals be carried to a resident's door from a day on.

    One that is due today past its `cut_off` needs a reason, since the kitchen has counted already.

    The resident must lie within the scope; the kitchen may be anywhere, since the nearest one may lie across
    the street's border. By an exception it ends when the exception ends.

    Raises: NotFound; DomainError for a resident who cannot be served or is not entitled, or a kitchen that
    does not cook;
    Conflict when the resident has a subscription on one of these days.
    """
    # The resident's row is held, so that of two people who enter the same delivery one is refused.
    resident = queries.resident(new.resident_no, by.scope, for_update=True)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=new.resident_no))
    ensure_ends_later(new.from_on, new.until_on)
    today = day_of(at)
    if cut_off is not None and is_due(new, today):
        ensure_may_change(
            today, new.sitting, Asked(Asker.COMMUNITY, AskedBy.IN_PERSON, reason), cut_off=cut_off, at=at
        )
    ensure_served(resident, new.from_on)
    new = replace(new, until_on=entitled_until(resident, new.from_on, new.until_on))
    ensure_cooks(new.kitchen_code, on=new.from_on, scope=EVERYWHERE)
    _ensure_free(resident, new)
    subscription = written_down(resident, new)
    detail = {
        "resident": new.resident_no,
        "kitchen": new.kitchen_code,
        "sitting": new.sitting.value,
        "weekdays": new.weekdays,
        "from_on": new.from_on.isoformat(),
        "until_on": new.until_on.isoformat() if new.until_on else None,
        "reason": reason,
    }
    audit.record("subscription.begun", f"subscription:{subscription.id}", by=by, at=at, detail=detail)
    return subscription


def written_down(resident: Resident, new: NewSubscription) -> Subscription:
    """Write a subscription of a resident down as it was asked for."""
    subscription = Subscription(
        resident_id=resident.id,
        kitchen_code=new.kitchen_code,
        sitting=new.sitting,
        weekdays=new.weekdays,
        from_on=new.from_on,
        until_on=new.until_on,
        meals=new.meals,
        floor=new.floor,
        has_lift=new.has_lift,
        diet=new.diet,
        note=new.note,
        priority=new.priority,
    )
    db.session.add(subscription)
    db.session.flush()
    return subscription


def ensure_served(resident: Resident, from_on: date) -> None:
    """Refuse a delivery to a resident who cannot be served from that day.

    Raises: DomainError.
    """
    status = resident.facts.status_on(from_on)
    if status is not Status.ACTIVE:
        raise DomainError(
            text("This resident is {status} on that day, so nothing can be delivered.", status=status.label),
            field="from_on",
        )


def _ensure_free(resident: Resident, new: NewSubscription) -> None:
    for other in queries.subscriptions_of(resident.id, new.sitting):
        if overlap(new, other):
            raise Conflict(
                text(
                    "This resident has deliveries of this sitting on the same weekdays from {from_on} on. "
                    "End them first.",
                    from_on=other.from_on.isoformat(),
                ),
                field="from_on",
            )


def end_subscription(subscription_id: int, *, until_on: date, by: Actor, at: datetime) -> Subscription:
    """End a subscription: `until_on` is the first day without it; on or before its first day it is withdrawn.

    Raises: NotFound; DomainError when it ends earlier already, or for a day that is over: what was brought
    until now stays brought.
    """
    subscription = queries.subscription(subscription_id, by.scope)
    if subscription is None:
        raise NotFound(text("There is no such delivery."))
    if until_on < day_of(at) and subscription.from_on < day_of(at):
        raise DomainError(text("That day is over. Choose today or a later day."), field="until_on")
    if subscription.until_on is not None and subscription.until_on <= until_on:
        raise DomainError(
            text("This delivery ends on {until_on} already.", until_on=subscription.until_on),
            field="until_on",
        )
    subscription.until_on = max(until_on, subscription.from_on)
    audit.record(
        "subscription.ended",
        f"subscription:{subscription_id}",
        by=by,
        at=at,
        detail={"until_on": subscription.until_on.isoformat()},
    )
    return subscription
