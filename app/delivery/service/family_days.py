"""Home of what a family does by its link: see the days to come, cancel, order once, pause; always in time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from app import clock
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.models.family import FamilyLink
from app.delivery.queries import family
from app.delivery.rules.days import is_due
from app.delivery.rules.family import FamilyMeal, coming_meals, ensure_in_time, family_no
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff
from app.delivery.rules.requests import NewSubscription
from app.delivery.service.entitlement import entitlement_of
from app.delivery.service.orders import cancel_day, order_once, take_back_change
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.residents import service as residents
from app.residents.models import Resident, ResidentAbsence
from app.residents.rules.absence import Absence
from app.residents.rules.facts import Status
from app.roles import Actor
from app.text import Text, text

_ASKED = Asked(Asker.FAMILY, AskedBy.LINK)


@dataclass(frozen=True, slots=True)
class FamilyDays:
    """What a family sees: the days to come, the pauses that are not over, and which sittings it may order."""

    meals: tuple[FamilyMeal, ...]
    pauses: tuple[ResidentAbsence, ...]
    sittings: tuple[Sitting, ...]


def refusal_of(link: FamilyLink | None, *, at: datetime) -> Text | None:
    """Say why a link opens nothing; None when it opens."""
    if link is None:
        return text(
            "This link opens nothing. Perhaps it was copied in part: copy it whole, or ask for it again."
        )
    if link.revoked_at is not None or link.contact.ended_at is not None:
        return text("This link was revoked. Ask the community for another one.")
    if clock.on(at) >= link.until_on:
        return text("This link has ended. Ask the community for another one.")
    return None


def note_opened(number: UUID, *, at: datetime) -> None:
    """Keep when a family's link was opened last."""
    _held(number, at).seen_at = at


def days_of_family(link: FamilyLink, *, cut_off: CutOff, at: datetime) -> FamilyDays:
    """Give what a family's link shows."""
    resident, today = _resident(link), clock.on(at)
    known = _subscriptions(resident, today)
    if resident.facts.status_on(today) is not Status.ACTIVE:
        known = []
    absences = [each for each in resident.absences if each.back_on is None or each.back_on > today]
    cancelled = family.days_cancelled([each.id for each in known], today)
    meals = coming_meals(known, cancelled, [each.days for each in absences], cut_off=cut_off, at=at)
    door = family.newest_door(resident.id)
    sittings = dict.fromkeys([each.sitting for each in known] or ([door.sitting] if door else []))
    return FamilyDays(meals, tuple(absences), tuple(sorted(sittings, key=list(Sitting).index)))


def family_cancels(number: UUID, subscription_id: int, day: date, *, cut_off: CutOff, at: datetime) -> None:
    """Cancel one delivery of one day in a family's name.

    Raises: NotAllowed; NotFound for a delivery of somebody else; DomainError past the cut-off.
    """
    link = _held(number, at)
    subscription = _own(link, subscription_id)
    ensure_in_time(day, [subscription.sitting], cut_off=cut_off, at=at, field="served_on")
    cancel_day(subscription_id, day, _ASKED, cut_off=cut_off, by=_actor(link), at=at)


def family_restores(number: UUID, change_id: int, *, cut_off: CutOff, at: datetime) -> None:
    """Take back what was cancelled by a link.

    Raises: NotAllowed; NotFound for a change of others or by another way; DomainError past the cut-off.
    """
    link = _held(number, at)
    change = queries.day_change(change_id, _actor(link).scope)
    if change is None or change.way is not AskedBy.LINK:
        raise NotFound(text("There is no such cancellation, or it was taken back already."))
    subscription = _own(link, change.subscription_id)
    ensure_in_time(change.served_on, [subscription.sitting], cut_off=cut_off, at=at, field="served_on")
    take_back_change(change_id, _ASKED, cut_off=cut_off, by=_actor(link), at=at)


def family_orders(number: UUID, day: date, sitting: Sitting, *, cut_off: CutOff, at: datetime) -> bool:
    """Order one delivery as the door is known, in a family's name; tell whether it is new.

    Why the policy would refuse is not told: it would say more of the resident than a link may.

    Raises: NotAllowed; DomainError past the cut-off, or when it needs the community; Conflict when this
    sitting comes on that day already.
    """
    link = _held(number, at)
    resident = _resident(link)
    ensure_in_time(day, [sitting], cut_off=cut_off, at=at, field="served_on")
    door = _door(resident, day, sitting)
    if door is None or not _may_be_served(resident, day):
        raise DomainError(text("This cannot be ordered by link. Phone the community."))
    if any(absence.days.covers(day) for absence in resident.absences):
        raise Conflict(text("Deliveries are paused on that day. Change the pause first."), field="served_on")
    new = NewSubscription(
        resident_no=resident.resident_no,
        kitchen_code=door.kitchen_code,
        sitting=sitting,
        weekdays=1 << day.weekday(),
        from_on=day,
        until_on=day + timedelta(days=1),
        meals=door.meals,
        floor=door.floor,
        has_lift=door.has_lift,
        diet=door.diet,
        note=door.note,
        priority=door.priority,
    )
    return order_once(new, _ASKED, cut_off=cut_off, by=_actor(link), at=at)[1]


def family_pauses(number: UUID, absence: Absence, *, cut_off: CutOff, at: datetime) -> None:
    """Write down in a family's name that the resident is away.

    Raises: NotAllowed; DomainError when it would begin past a cut-off; Conflict beside another absence.
    """
    link = _held(number, at)
    resident = _resident(link)
    sittings = _due_sittings(resident, absence.from_on)
    ensure_in_time(absence.from_on, sittings, cut_off=cut_off, at=at, field="from_on")
    residents.begin_absence(resident.resident_no, absence, by=_actor(link), at=at)


def family_is_back(number: UUID, absence_id: int, back_on: date, *, cut_off: CutOff, at: datetime) -> None:
    """Write down in a family's name from which day the resident is at home again.

    Raises: NotAllowed; NotFound; DomainError past a cut-off; Conflict beside another absence.
    """
    link = _held(number, at)
    resident = _resident(link)
    known = next((each.back_on for each in resident.absences if each.id == absence_id), None)
    # What the kitchen counts already stays as it was counted, whether it was to be sent or not.
    first = min(back_on, known or back_on)
    ensure_in_time(first, _due_sittings(resident, first), cut_off=cut_off, at=at, field="back_on")
    residents.end_absence(resident.resident_no, absence_id, back_on=back_on, by=_actor(link), at=at)


def _held(number: UUID, at: datetime) -> FamilyLink:
    """Give a link that opens, held, so that a revocation either comes before an act or waits for it."""
    link = family.family_link_numbered(number, for_update=True)
    refusal = refusal_of(link, at=at)
    if link is None or refusal is not None:
        raise NotAllowed(refusal or text("This link opens nothing."))
    return link


def _actor(link: FamilyLink) -> Actor:
    """Give whom the trail keeps; that the act is about this link's resident was looked at before."""
    return Actor(family_no(link.id))


def _resident(link: FamilyLink) -> Resident:
    found = db.session.get(Resident, link.contact.resident_id)
    if found is None:  # pragma: no cover - a foreign key holds it
        raise NotFound(text("This link opens nothing."))
    return found


def _own(link: FamilyLink, subscription_id: int) -> Subscription:
    found = queries.subscription(subscription_id, _actor(link).scope)
    if found is None or found.resident_id != link.contact.resident_id:
        raise NotFound(text("There is no such delivery."))
    return found


def _subscriptions(resident: Resident, today: date) -> list[Subscription]:
    found = [each for sitting in Sitting for each in queries.subscriptions_of(resident.id, sitting)]
    return [each for each in found if each.until_on is None or each.until_on > today]


def _due_sittings(resident: Resident, day: date) -> Sequence[Sitting]:
    known = _subscriptions(resident, day)
    return list(dict.fromkeys(each.sitting for each in known if is_due(each, day)))


def _door(resident: Resident, day: date, sitting: Sitting) -> Subscription | None:
    """Give how the door is known: by the newest delivery of the sitting that runs then, or of any."""
    same = [each for each in _subscriptions(resident, day) if each.sitting is sitting]
    return max(same, key=lambda each: each.id) if same else family.newest_door(resident.id)


def _may_be_served(resident: Resident, day: date) -> bool:
    found = entitlement_of(resident, day)
    return resident.facts.status_on(day) is Status.ACTIVE and (
        found.ruling.is_entitled or (found.exempt_until is not None and found.exempt_until > day)
    )
