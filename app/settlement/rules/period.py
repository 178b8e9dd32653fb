"""Home of the period of a roll-up: the months of a quarter or of a year."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.errors import DomainError
from app.month import Month
from app.text import Text, text

_WRITTEN = re.compile(r"([12]\d{3})(?:Q([1-4]))?")
_MONTHS_OF_A_QUARTER = 3
_MONTHS_OF_A_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter, or with `quarter` 0 a whole year.

    >>> str(Period(2026, 4)), [str(month) for month in Period(2026, 4).months]
    ('2026Q4', ['2026-10', '2026-11', '2026-12'])
    """

    year: int
    quarter: int = 0

    def __str__(self) -> str:
        """Write the period as files and commands do."""
        return f"{self.year:04d}Q{self.quarter}" if self.quarter else f"{self.year:04d}"

    @property
    def months(self) -> tuple[Month, ...]:
        """Give its months, in their order."""
        if not self.quarter:
            return tuple(Month(self.year, number) for number in range(1, _MONTHS_OF_A_YEAR + 1))
        first = (self.quarter - 1) * _MONTHS_OF_A_QUARTER + 1
        return tuple(Month(self.year, number) for number in range(first, first + _MONTHS_OF_A_QUARTER))

    @property
    def label(self) -> Text:
        """Give the period for a screen."""
        if self.quarter:
            return text("quarter {quarter} of {year}", quarter=self.quarter, year=self.year)
        return text("the year {year}", year=self.year)


def quarter_of(month: Month) -> Period:
    """Give the quarter that a month lies in.

    >>> str(quarter_of(Month(2026, 9)))
    '2026Q3'
    """
    return Period(month.year, (month.month - 1) // _MONTHS_OF_A_QUARTER + 1)


def parse_period(written: str) -> Period:
    """Read a period written as `2026Q4` or `2026`.

    Raises: DomainError when it is written otherwise.

    >>> parse_period("2026q4"), parse_period("2026")
    (Period(year=2026, quarter=4), Period(year=2026, quarter=0))
    """
    match = _WRITTEN.fullmatch(written.strip().upper())
    if match is None:
        raise DomainError(
            text("“{written}” is not a period. Write 2026Q4 or 2026.", written=written[:40]), field="period"
        )
    return Period(int(match[1]), int(match[2] or 0))
