"""Home of when a site is open: its hours by weekday and sitting, the days when it is shut. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.canteens.rules.sites import Sitting
from app.errors import DomainError
from app.sheet.cells import Unreadable, half_width, shown
from app.text import Text, text

WEEKDAYS = (
    text("Mon"),
    text("Tue"),
    text("Wed"),
    text("Thu"),
    text("Fri"),
    text("Sat"),
    text("Sun"),
)
"""The names of the weekdays, Monday first."""

LONGEST_CLOSURE = timedelta(days=184)
LONGEST_WORDS = 80
_END_OF_DAY = 24 * 3600


@dataclass(frozen=True, slots=True, order=True)
class OpenSpan:
    """From when until when a sitting is served, in seconds after midnight.

    Raises: DomainError for what is no span of one day.
    """

    opens_seconds: int
    closes_seconds: int

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0 <= self.opens_seconds < self.closes_seconds <= _END_OF_DAY:
            raise DomainError(
                text("A sitting ends after it begins, on the same day. Correct the times."),
                field="closes",
            )


class Opening(StrEnum):
    """How things stand at a site at one moment."""

    OPEN = "open"
    LATER = "later"
    OVER = "over"
    CLOSED = "closed"

    @property
    def label(self) -> Text:
        """Give it for a screen."""
        return _OPENING_LABELS[self]


_OPENING_LABELS = {
    Opening.OPEN: text("open now"),
    Opening.LATER: text("opens later today"),
    Opening.OVER: text("over for today"),
    Opening.CLOSED: text("no meals today"),
}


def alike(week: Mapping[tuple[int, Sitting], OpenSpan]) -> list[range]:
    """Give the weekdays of a week's hours, those that follow each other with the same hours together.

    >>> week = {(day, Sitting.LUNCH): OpenSpan(39_600, 45_000) for day in (0, 1, 2, 3, 4)}
    >>> alike(week), alike({})
    ([range(0, 5), range(5, 7)], [range(0, 7)])
    """
    hours = [{sitting: week.get((day, sitting)) for sitting in Sitting} for day in range(7)]
    first = [day for day in range(7) if day == 0 or hours[day] != hours[day - 1]]
    return [range(day, until) for day, until in zip(first, [*first[1:], 7], strict=True)]


def opening_of(spans: Iterable[OpenSpan], seconds: int) -> Opening:
    """Tell how things stand so many seconds after midnight, by the hours of the day.

    >>> lunch = OpenSpan(39_600, 45_000)
    >>> [opening_of([lunch], at).value for at in (30_000, 40_000, 45_000)], opening_of([], 0).value
    (['later', 'open', 'over'], 'closed')
    """
    of_day = sorted(spans)
    if not of_day:
        return Opening.CLOSED
    if any(span.opens_seconds <= seconds < span.closes_seconds for span in of_day):
        return Opening.OPEN
    return Opening.LATER if seconds < of_day[-1].opens_seconds else Opening.OVER


class ClosureReason(StrEnum):
    """Why a site stays shut for some days."""

    FESTIVAL = "festival"
    REPAIRS = "repairs"
    SUPPLY = "supply"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """Give the reason for a screen."""
        return _REASON_LABELS[self]


_REASON_LABELS = {
    ClosureReason.FESTIVAL: text("shut over the festival"),
    ClosureReason.REPAIRS: text("shut for repairs"),
    ClosureReason.SUPPLY: text("shut without water, power or gas"),
    ClosureReason.OTHER: text("shut for another reason"),
}


@dataclass(frozen=True, slots=True)
class NewClosure:
    """Some days on which sites stay shut, first and last among them; everybody may read `words`.

    Raises: DomainError for days that make no span, or another reason that is not said.
    """

    first_on: date
    last_on: date
    reason: ClosureReason
    words: str = ""

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not self.first_on <= self.last_on <= self.first_on + LONGEST_CLOSURE:
            raise DomainError(
                text("The last day comes after the first, and within half a year. Choose another day."),
                field="last_on",
            )
        if self.reason is ClosureReason.OTHER and not self.words:
            raise DomainError(text("Write in a few words why the site stays shut."), field="words")


_TELEPHONE = re.compile(r"[0-9][0-9 -]{4,19}(转[0-9]{1,6})?")


def telephone(written: str) -> str:
    """Read the number by which a site is called; it may have an extension.

    Raises: Unreadable.

    >>> telephone("０７３１-85123456 转 802")
    '0731-85123456转802'
    """
    compact = re.sub(r"\s*转\s*", "转", half_width(written).strip())
    if not _TELEPHONE.fullmatch(compact):
        raise Unreadable(
            text("“{written}” is no telephone number.", written=shown(written)),
            text("Write it like 0731-85123456."),
        )
    return compact
