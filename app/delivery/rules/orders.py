"""Home of one day's exceptions to what the weekdays say: meals ordered once, a day cancelled, until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from app.canteens.rules import Sitting
from app.clock import SHANGHAI, on
from app.errors import DomainError
from app.text import Text, text

LONGEST_REASON = 200


class ChangeKind(StrEnum):
    """What somebody asked for on one day."""

    ORDERED = "ordered"
    CANCELLED = "cancelled"

    @property
    def label(self) -> Text:
        """Give the kind for a screen."""
        return {
            ChangeKind.ORDERED: text("ordered once"),
            ChangeKind.CANCELLED: text("cancelled for the day"),
        }[self]


class Asker(StrEnum):
    """Who asked for it; of the family no name is kept."""

    RESIDENT = "resident"
    FAMILY = "family"
    COMMUNITY = "community"
    KITCHEN = "kitchen"

    @property
    def label(self) -> Text:
        """Give who asked for a screen."""
        return _ASKERS[self]


_ASKERS = {
    Asker.RESIDENT: text("the resident"),
    Asker.FAMILY: text("the family"),
    Asker.COMMUNITY: text("the community"),
    Asker.KITCHEN: text("the kitchen"),
}


class AskedBy(StrEnum):
    """By which way it was asked."""

    PHONE = "phone"
    IN_PERSON = "in_person"
    MESSAGE = "message"
    LINK = "link"

    @property
    def label(self) -> Text:
        """Give the way for a screen."""
        return _WAYS[self]


_WAYS = {
    AskedBy.PHONE: text("by telephone"),
    AskedBy.IN_PERSON: text("in person"),
    AskedBy.MESSAGE: text("by message"),
    AskedBy.LINK: text("by link"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asked, by which way, and why it must still be done when it comes late."""

    asker: Asker
    way: AskedBy
    reason: str = ""


@dataclass(frozen=True, slots=True)
class CutOff:
    """Until when a day may be changed as usual: at `at` of the day, for breakfast at `eve` of the day before.

    >>> CutOff(time(9), time(18)).instant(date(2026, 11, 23), Sitting.LUNCH).isoformat()
    '2026-11-23T09:00:00+08:00'
    >>> CutOff(time(9), time(18)).instant(date(2026, 11, 23), Sitting.BREAKFAST).isoformat()
    '2026-11-22T18:00:00+08:00'
    """

    at: time
    eve: time

    def instant(self, day: date, sitting: Sitting) -> datetime:
        """Give the instant from which a change is late."""
        if sitting is Sitting.BREAKFAST:
            return datetime.combine(day - timedelta(days=1), self.eve, tzinfo=SHANGHAI)
        return datetime.combine(day, self.at, tzinfo=SHANGHAI)

    def is_past(self, day: date, sitting: Sitting, at: datetime) -> bool:
        """Tell whether a change of that day now comes late."""
        return at >= self.instant(day, sitting)

    def open_from(self, sittings: Iterable[Sitting], at: datetime) -> date:
        """Give the first day of which one of these sittings may still be changed as usual.

        >>> late = datetime(2026, 11, 23, 9, tzinfo=SHANGHAI)
        >>> CutOff(time(9), time(18)).open_from([Sitting.LUNCH], late).isoformat()
        '2026-11-24'
        """
        wanted = tuple(sittings) or tuple(Sitting)
        days = (on(at) + timedelta(days=ahead) for ahead in range(3))
        return next(day for day in days if any(not self.is_past(day, each, at) for each in wanted))


def ensure_may_change(day: date, sitting: Sitting, asked: Asked, *, cut_off: CutOff, at: datetime) -> None:
    """Refuse to change a day that is over, and one past its cut-off without a reason.

    Raises: DomainError.
    """
    if day < on(at):
        raise DomainError(text("That day is over. Choose today or a later day."), field="served_on")
    if cut_off.is_past(day, sitting, at) and not asked.reason:
        raise DomainError(
            text(
                "The cut-off for this sitting was {day} {clock}. Write down why it must be changed now.",
                day=cut_off.instant(day, sitting).date().isoformat(),
                clock=cut_off.instant(day, sitting).strftime("%H:%M"),
            ),
            field="reason",
        )
