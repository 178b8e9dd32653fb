"""Home of the month: what statements, samples, visits and public figures are for."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from app.errors import DomainError
from app.text import text

_WRITTEN = re.compile(r"([12]\d{3})-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month of business dates.

    >>> str(Month(2026, 10)), Month(2026, 10).compact
    ('2026-10', '202610')
    """

    year: int
    month: int

    def __str__(self) -> str:
        """Write the month as files and commands do."""
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def compact(self) -> str:
        """Give the month as statement numbers carry it."""
        return f"{self.year:04d}{self.month:02d}"

    @property
    def first_on(self) -> date:
        """Give the first day."""
        return date(self.year, self.month, 1)

    @property
    def last_on(self) -> date:
        """Give the last day."""
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    @property
    def days(self) -> list[date]:
        """Give every day.

        >>> len(Month(2026, 2).days)
        28
        """
        return [self.first_on.replace(day=day) for day in range(1, self.last_on.day + 1)]

    def contains(self, day: date) -> bool:
        """Tell whether the day lies in this month."""
        return self.first_on <= day <= self.last_on

    @property
    def previous(self) -> Month:
        """Give the month before.

        >>> str(Month(2026, 1).previous)
        '2025-12'
        """
        return Month(self.year - 1, 12) if self.month == 1 else Month(self.year, self.month - 1)

    @property
    def next(self) -> Month:
        """Give the month after.

        >>> str(Month(2026, 12).next)
        '2027-01'
        """
        return Month(self.year + 1, 1) if self.month == 12 else Month(self.year, self.month + 1)  # noqa: PLR2004 - a year has twelve months


def month_of(day: date) -> Month:
    """Give the month that a day lies in."""
    return Month(day.year, day.month)


def parse_month(written: str) -> Month:
    """Read a month written as `2026-10`.

    Raises: DomainError when it is written otherwise or there is no such month.

    >>> parse_month("2026-10")
    Month(year=2026, month=10)
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise DomainError(
            text("“{written}” is not a month. Write year and month, like 2026-10.", written=written[:40]),
            field="month",
        )
    return Month(int(match[1]), int(match[2]))
