"""Home of the days on which the demo's meals are served."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby

_MONTHS = 12


def days_of_meals(today: date, months: int) -> tuple[date, ...]:
    """Give the days from the first of the month `months` - 1 before this one until yesterday.

    >>> days = days_of_meals(date(2026, 11, 23), 3)
    >>> days[0].isoformat(), days[-1].isoformat()
    ('2026-09-01', '2026-11-22')
    """
    month = today.year * _MONTHS + today.month - months
    first = date(month // _MONTHS, month % _MONTHS + 1, 1)
    return tuple(first + timedelta(days=past) for past in range((today - first).days))


def weeks(days: Sequence[date]) -> Iterator[list[date]]:
    """Give days in calendar weeks: what is decided about a week's meals rests on that week alone.

    >>> [len(week) for week in weeks(days_of_meals(date(2026, 11, 23), 1))]
    [1, 7, 7, 7]
    """
    for _, week in groupby(days, key=_week):
        yield list(week)


def _week(day: date) -> int:
    return (day.toordinal() - 1) // 7
