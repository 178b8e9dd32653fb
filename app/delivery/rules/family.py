"""Home of what a family may do by its link: who is called, how long a link opens, which days still change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.canteens.rules import Sitting
from app.clock import on
from app.delivery.rules.days import Dated, is_due
from app.delivery.rules.orders import CutOff
from app.errors import DomainError
from app.residents.rules.absence import Absence
from app.text import Text, text

CONTEXT = "family_link"
"""What a link's signature is made for, so that no other signed number opens one."""

LONGEST_NAME = 64
MOST_CONTACTS = 6
USUAL_LINK_DAYS = 90
LONGEST_LINK_DAYS = 366
AHEAD_DAYS = 14
"""How far ahead a family sees deliveries and orders them."""

_PREFIX = "family:"


class Relation(StrEnum):
    """What somebody is to a resident."""

    SPOUSE = "spouse"
    CHILD = "child"
    GRANDCHILD = "grandchild"
    SIBLING = "sibling"
    RELATIVE = "relative"
    NEIGHBOUR = "neighbour"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """Give the relation for a screen."""
        return _RELATIONS[self]


_RELATIONS = {
    Relation.SPOUSE: text("husband or wife"),
    Relation.CHILD: text("son or daughter"),
    Relation.GRANDCHILD: text("grandchild"),
    Relation.SIBLING: text("brother or sister"),
    Relation.RELATIVE: text("other relative"),
    Relation.NEIGHBOUR: text("neighbour or friend"),
    Relation.OTHER: text("somebody else trusted"),
}


@dataclass(frozen=True, slots=True)
class NewContact:
    """Whom to call when something is the matter, and on which day they agreed to be kept and called."""

    name: str
    relation: Relation
    phone: str
    agreed_on: date


def ensure_contact(new: NewContact, *, others: int, today: date) -> None:
    """Refuse a contact who agrees only in days to come, and more contacts than anybody would call.

    Raises: DomainError.
    """
    if new.agreed_on > today:
        raise DomainError(text("This day is still to come. Enter when they agreed."), field="agreed_on")
    if others >= MOST_CONTACTS:
        raise DomainError(
            text("At most {most} contacts are kept. End one that is called no more.", most=MOST_CONTACTS)
        )


def ensure_link_ends(until_on: date, *, today: date) -> None:
    """Refuse a link that opens nothing from the start, or for longer than a year.

    Raises: DomainError.
    """
    if not today < until_on <= today + timedelta(days=LONGEST_LINK_DAYS):
        raise DomainError(
            text("A link opens for at least a day and at most a year. Choose its end."), field="until_on"
        )


def signed_words(number: UUID, resident_id: int) -> str:
    """Give what the signature of a family's link is made over."""
    return f"{number.hex}:{resident_id}"


def family_no(link_id: int) -> str:
    """Give the number under which the trail keeps what somebody did by a family's link.

    >>> family_no(12), is_family("family:12"), is_family("U-12")
    ('family:12', True, False)
    """
    return f"{_PREFIX}{link_id}"


def is_family(user_no: str) -> bool:
    """Tell whether something was done by a family's link."""
    return user_no.startswith(_PREFIX)


class DayState(StrEnum):
    """What becomes of a family's meal on a day."""

    DUE = "due"
    CANCELLED = "cancelled"
    AWAY = "away"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return {
            DayState.DUE: text("will be delivered"),
            DayState.CANCELLED: text("not delivered: cancelled"),
            DayState.AWAY: text("not delivered: paused"),
        }[self]


class Meals(Dated, Protocol):
    """A delivery as a family sees it."""

    id: int
    sitting: Sitting
    meals: int


@dataclass(frozen=True, slots=True)
class FamilyMeal:
    """One delivery of one day; `changes_until` is its cut-off, `change_id` what cancelled it by a link."""

    day: date
    sitting: Sitting
    meals: int
    state: DayState
    subscription_id: int
    changes_until: datetime
    is_open: bool
    change_id: int | None = None


Cancelled = Mapping[tuple[int, date], int | None]
"""Which subscriptions are cancelled on which days, and by which change where the family may take it back."""


def coming_meals(
    subscriptions: Sequence[Meals],
    cancelled: Cancelled,
    absences: Sequence[Absence],
    *,
    cut_off: CutOff,
    at: datetime,
) -> tuple[FamilyMeal, ...]:
    """Give a family's deliveries of the days to come, today's first, in the order of the sittings."""
    first = on(at)
    order = list(Sitting)
    found = []
    for day in (first + timedelta(days=ahead) for ahead in range(AHEAD_DAYS)):
        is_away = any(absence.covers(day) for absence in absences)
        for each in subscriptions:
            if not is_due(each, day):
                continue
            state = DayState.CANCELLED if (each.id, day) in cancelled else DayState.DUE
            found.append(
                FamilyMeal(
                    day,
                    each.sitting,
                    each.meals,
                    DayState.AWAY if is_away else state,
                    each.id,
                    cut_off.instant(day, each.sitting),
                    is_open=not cut_off.is_past(day, each.sitting, at),
                    change_id=cancelled.get((each.id, day)),
                )
            )
    return tuple(sorted(found, key=lambda meal: (meal.day, order.index(meal.sitting), meal.subscription_id)))


def ensure_in_time(
    day: date, sittings: Iterable[Sitting], *, cut_off: CutOff, at: datetime, field: str
) -> None:
    """Refuse to change a day that is over, or a sitting for which the kitchen has counted already.

    Raises: DomainError.
    """
    if day < on(at):
        raise DomainError(text("That day is over. Choose today or a later day."), field=field)
    late = [sitting for sitting in sittings if cut_off.is_past(day, sitting, at)]
    if late:
        since = cut_off.instant(day, late[0])
        raise DomainError(
            text(
                "It is too late: the kitchen counts this meal since {day} {clock}. "
                "Choose a later day, or phone the community.",
                day=since.date().isoformat(),
                clock=since.strftime("%H:%M"),
            ),
            field=field,
        )
