"""Home of the calendar that tells workdays: weekdays, corrected by the holidays announced each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from app.errors import DomainError
from app.text import text

CALENDAR_YEARS = range(2000, 2200)
"""The years that something can be written down for; any other is a slip of the pen."""

_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Monday to Friday are workdays unless `exceptions` says otherwise.

    An exception is True for a weekend day that is worked (调休) and False for a holiday.

    >>> calendar = WorkCalendar({date(2026, 10, 1): False, date(2026, 10, 10): True})
    >>> [calendar.is_workday(date(2026, 10, day)) for day in (1, 9, 10, 11)]
    [False, True, True, False]
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_workday(self, day: date) -> bool:
        """Tell whether this day is a workday."""
        exception = self.exceptions.get(day)
        return day.weekday() < _SATURDAY if exception is None else exception


def ensure_exception(on: date, *, is_workday: bool) -> None:
    """Refuse a year that nobody means, and to write down as worked what is a workday by its weekday already.

    A holiday may fall on a weekend: the announced holidays name those days too.

    Raises: DomainError.
    """
    if on.year not in CALENDAR_YEARS:
        raise DomainError(
            text(
                "The calendar holds the years {first} to {last}. Check the year of {day}.",
                first=CALENDAR_YEARS[0],
                last=CALENDAR_YEARS[-1],
                day=on,
            ),
            field="on",
        )
    if is_workday and WorkCalendar().is_workday(on):
        raise DomainError(
            text(
                "{day} is no weekend day, so it is a workday already. If it stands here as a holiday, "
                "remove it.",
                day=on,
            ),
            field="on",
        )
