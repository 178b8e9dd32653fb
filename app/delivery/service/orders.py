"""Home of the verbs on one day: order meals once, cancel a delivery for a day, take either back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.audit import service as audit
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.models.orders import DayChange
from app.delivery.rules.days import is_due
from app.delivery.rules.orders import Asked, ChangeKind, CutOff, ensure_may_change
from app.delivery.rules.requests import NewSubscription
from app.delivery.service.entitlement import entitled_until
from app.delivery.service.kitchens import ensure_cooks, ensure_not_shut
from app.delivery.service.subscriptions import EVERYWHERE, ensure_served, written_down
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents.models import Resident
from app.roles import Actor
from app.text import text


def order_once(
    new: NewSubscription, asked: Asked, *, cut_off: CutOff, by: Actor, at: datetime
) -> tuple[Subscription, bool]:
    """Order a sitting's meals for one day; give the order, and whether it is new.

    Two who enter the same order make one: the second is told that it is there.
    Raises: NotFound; DomainError for a day that is over, a change past the cut-off without a reason, a
    resident who cannot be served or is not entitled, or a kitchen that does not cook; Conflict when the
    resident gets this sitting on that day already.
    """
    resident = _held(new.resident_no, by)
    day = new.from_on
    ensure_may_change(day, new.sitting, asked, cut_off=cut_off, at=at)
    ensure_served(resident, day)
    entitled_until(resident, day, new.until_on)
    ensure_cooks(new.kitchen_code, on=day, scope=EVERYWHERE)
    ensure_not_shut(new.kitchen_code, day)
    there = _due_to(resident, new)
    if there is not None:
        if _is_alike(there, new):
            return there, False
        raise Conflict(
            text("This resident gets this sitting on that day already. Cancel that first, then order."),
            field="served_on",
        )
    order = written_down(resident, new)
    _note(order, day, ChangeKind.ORDERED, asked, by=by, at=at)
    _record("delivery.ordered_once", order, day, asked, by=by, at=at)
    return order, True


def cancel_day(
    subscription_id: int, day: date, asked: Asked, *, cut_off: CutOff, by: Actor, at: datetime
) -> bool:
    """Take one day from a delivery; tell whether that is new.

    Raises: NotFound; DomainError when nothing is due on that day, the day is over, or it is past the cut-off
    and no reason is given.
    """
    subscription = _subscription(subscription_id, by)
    ensure_may_change(day, subscription.sitting, asked, cut_off=cut_off, at=at)
    if not is_due(subscription, day):
        raise DomainError(text("Nothing is due on that day. Choose another day."), field="served_on")
    if _is_cancelled(subscription, day):
        return False
    _note(subscription, day, ChangeKind.CANCELLED, asked, by=by, at=at)
    _record("delivery.cancelled_once", subscription, day, asked, by=by, at=at)
    return True


def take_back_change(change_id: int, asked: Asked, *, cut_off: CutOff, by: Actor, at: datetime) -> DayChange:
    """Take back what was cancelled for a day, so that it is delivered after all.

    Raises: NotFound; DomainError for what was ordered (cancel it instead), a day that is over, or a change
    past the cut-off without a reason; Conflict when something else was ordered in its place.
    """
    change = queries.day_change(change_id, by.scope)
    if change is None or not change.is_cancellation:
        raise NotFound(text("There is no such cancellation, or it was taken back already."))
    subscription, day = _subscription(change.subscription_id, by), change.served_on
    ensure_may_change(day, subscription.sitting, asked, cut_off=cut_off, at=at)
    others = queries.subscriptions_of(subscription.resident_id, subscription.sitting)
    if not is_due(subscription, day) or any(
        other.id != subscription.id and is_due(other, day) and not _is_cancelled(other, day)
        for other in others
    ):
        raise Conflict(text("Something else was ordered for that day. Cancel that first, or order again."))
    change.taken_back_at, change.taken_back_by = at, by.user_no
    db.session.flush()
    _record("delivery.change_taken_back", subscription, day, asked, by=by, at=at)
    return change


def _held(resident_no: str, by: Actor) -> Resident:
    # The resident's row is held, so that of two who enter the same order the second finds the first's.
    resident = queries.resident(resident_no, by.scope, for_update=True)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    return resident


def _subscription(subscription_id: int, by: Actor) -> Subscription:
    found = queries.subscription(subscription_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such delivery."))
    _held(found.resident.resident_no, by)
    return found


def _due_to(resident: Resident, new: NewSubscription) -> Subscription | None:
    """Give what the resident gets at that sitting on that day; an order that was cancelled makes room."""
    for other in queries.subscriptions_of(resident.id, new.sitting):
        if not is_due(other, new.from_on):
            continue
        if not _is_cancelled(other, new.from_on):
            return other
        if other.until_on == other.from_on + timedelta(days=1):
            other.until_on = other.from_on
            db.session.flush()
    return None


def _is_alike(there: Subscription, new: NewSubscription) -> bool:
    return (there.from_on, there.until_on) == (new.from_on, new.until_on) and (
        there.kitchen_code,
        there.meals,
        there.floor,
        there.has_lift,
        there.diet,
        there.note,
    ) == (new.kitchen_code, new.meals, new.floor, new.has_lift, new.diet, new.note)


def _is_cancelled(subscription: Subscription, day: date) -> bool:
    return any(each.is_cancellation for each in queries.changes_to([subscription.id], day))


def _note(
    subscription: Subscription, day: date, kind: ChangeKind, asked: Asked, *, by: Actor, at: datetime
) -> None:
    db.session.add(
        DayChange(
            subscription_id=subscription.id,
            served_on=day,
            kind=kind,
            asker=asked.asker,
            way=asked.way,
            reason=asked.reason,
            noted_at=at,
            noted_by=by.user_no,
        )
    )
    db.session.flush()


def _record(
    act: str, subscription: Subscription, day: date, asked: Asked, *, by: Actor, at: datetime
) -> None:
    detail = {
        "day": day.isoformat(),
        "sitting": subscription.sitting.value,
        "asker": asked.asker.value,
        "way": asked.way.value,
        "is_late": bool(asked.reason),
    }
    audit.record(act, f"subscription:{subscription.id}", by=by, at=at, detail=detail)
