"""Home of the days of delivery: weekdays, which subscriptions are due, and the hours of each sitting."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app import clock
from app.canteens.rules import WEEKDAYS, Sitting
from app.errors import DomainError
from app.text import Text, text

EVERY_DAY = 0b111_1111
WORKDAYS = 0b001_1111

Span = tuple[int, int]
"""From and until, both belonging to it, in seconds after midnight."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When riders may leave the kitchen with a sitting's meals, and when doors take them."""

    kitchen: Span
    doors: Span


HOURS = {
    Sitting.BREAKFAST: Hours(
        kitchen=(6 * 3600 + 1800, 8 * 3600 + 1800), doors=(6 * 3600 + 1800, 8 * 3600 + 1800)
    ),
    Sitting.LUNCH: Hours(kitchen=(10 * 3600, 12 * 3600 + 1800), doors=(10 * 3600 + 1800, 12 * 3600 + 1800)),
    Sitting.DINNER: Hours(kitchen=(16 * 3600, 18 * 3600 + 1800), doors=(16 * 3600 + 1800, 18 * 3600 + 1800)),
}
"""Lunch leaves the kitchen from 10:00 and is handed over by 12:30, as notices on delivery ask."""


class Dated(Protocol):
    """What repeats on weekdays from a day on, until before another."""

    @property
    def weekdays(self) -> int:
        """Bit 0 is Monday."""

    @property
    def from_on(self) -> date:
        """The first day."""

    @property
    def until_on(self) -> date | None:
        """The first day without it; None means without an end."""


def weekday_mask(weekdays: Iterable[int]) -> int:
    """Give the bits of weekdays, Monday being 0.

    Raises: DomainError when there is none.

    >>> weekday_mask([0, 1, 2, 3, 4]) == WORKDAYS
    True
    """
    mask = 0
    for weekday in weekdays:
        mask |= 1 << weekday
    if not 0 < mask <= EVERY_DAY:
        raise DomainError(text("Choose at least one weekday."), field="weekdays")
    return mask


def weekdays_in(mask: int) -> tuple[int, ...]:
    """Give the weekdays of a mask, Monday being 0.

    >>> weekdays_in(0b010_0001)
    (0, 5)
    """
    return tuple(weekday for weekday in range(7) if mask >> weekday & 1)


def weekday_labels(mask: int) -> tuple[Text, ...]:
    """Give the names of a mask's weekdays; whole weeks and working weeks have one name."""
    if mask == EVERY_DAY:
        return (text("every day"),)
    if mask == WORKDAYS:
        return (text("Mon to Fri"),)
    return tuple(WEEKDAYS[weekday] for weekday in weekdays_in(mask))


def falls_on(mask: int, day: date) -> bool:
    """Tell whether a day's weekday is in a mask.

    >>> falls_on(WORKDAYS, date(2026, 11, 23)), falls_on(WORKDAYS, date(2026, 11, 22))
    (True, False)
    """
    return bool(mask >> day.weekday() & 1)


def is_due(dated: Dated, day: date) -> bool:
    """Tell whether something dated happens on a day: begun, not ended, and on that weekday."""
    return (
        dated.from_on <= day
        and (dated.until_on is None or day < dated.until_on)
        and falls_on(dated.weekdays, day)
    )


def overlap(one: Dated, other: Dated) -> bool:
    """Tell whether two would ever be due on the same day, as far as weekdays and dates can say."""
    if not one.weekdays & other.weekdays:
        return False
    return _ends_after(one, max(one.from_on, other.from_on)) and _ends_after(
        other, max(one.from_on, other.from_on)
    )


def _ends_after(dated: Dated, day: date) -> bool:
    return dated.until_on is None or dated.until_on > day


def ensure_span(from_seconds: int, until_seconds: int, *, field: str) -> None:
    """Refuse a shift that ends before it begins.

    Raises: DomainError.
    """
    if until_seconds <= from_seconds:
        raise DomainError(text("The shift ends before it begins. Choose a later end."), field=field)


def ensure_ends_later(from_on: date, until_on: date | None) -> None:
    """Refuse a delivery that ends before its first day.

    Raises: DomainError.
    """
    if until_on is not None and until_on <= from_on:
        raise DomainError(
            text("The first day without delivery must be later than the first day with it."), field="until_on"
        )


def parse_day(written: str) -> date:
    """Read a day as an address or a command writes it.

    Raises: DomainError.

    >>> parse_day("2026-11-23")
    datetime.date(2026, 11, 23)
    """
    try:
        return clock.day_written(written)
    except ValueError as error:
        raise DomainError(
            text("“{written}” is no day. Write it like 2026-11-23.", written=written), field="on"
        ) from error


def parse_sitting(written: str) -> Sitting:
    """Read a sitting as an address or a command writes it.

    Raises: DomainError.
    """
    try:
        return Sitting(written)
    except ValueError as error:
        raise DomainError(
            text(
                "“{written}” is no sitting. Choose one of {sittings}.",
                written=written,
                sittings=", ".join(Sitting),
            ),
            field="sitting",
        ) from error
