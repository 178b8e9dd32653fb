"""Home of an award's year: how long a canteen was open in it, and what it served. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.canteens.rules import SiteFacts
from app.errors import DomainError
from app.subsidy.rules.awards import Formula, PerAge, YearFacts
from app.text import text

EARLIEST_YEAR, LATEST_YEAR = 2000, 2199


@dataclass(frozen=True, slots=True, order=True)
class Year:
    """A calendar year."""

    number: int

    def __post_init__(self) -> None:
        """Refuse what is no year of ours.

        Raises: DomainError.
        """
        if not EARLIEST_YEAR <= self.number <= LATEST_YEAR:
            raise DomainError(text("“{year}” is not a year. Write it like 2026.", year=self.number))

    @property
    def first_on(self) -> date:
        """Give the first day."""
        return date(self.number, 1, 1)

    @property
    def last_on(self) -> date:
        """Give the last day."""
        return date(self.number, 12, 31)

    @property
    def days(self) -> int:
        """Give how many days it has."""
        return (self.last_on - self.first_on).days + 1

    def days_open(self, site: SiteFacts) -> int:
        """Count the days of the year on which a site is open; the day of closing is no more.

        >>> from app.canteens.rules import SiteKind
        >>> site = SiteFacts("C01", SiteKind.CANTEEN, "430103005001", date(2020, 1, 1), date(2026, 2, 1))
        >>> Year(2026).days_open(site), Year(2025).days_open(site), Year(2027).days_open(site)
        (31, 365, 0)
        """
        first = max(self.first_on, site.opened_on)
        last = (
            self.last_on if site.closed_on is None else min(self.last_on, site.closed_on - timedelta(days=1))
        )
        return max(0, (last - first).days + 1)

    def counted_until(self, today: date) -> date:
        """Give the last day whose meals count: yesterday, or the year's last day once it is over.

        Raises: DomainError before the year's first day is over.
        """
        yesterday = today - timedelta(days=1)
        if yesterday < self.first_on:
            raise DomainError(
                text("{year} has not begun. There is nothing to draft.", year=self.number), field="year"
            )
        return min(yesterday, self.last_on)


@dataclass(slots=True)
class YearTally:
    """Counts a canteen's meals one at a time, so that a year of any size can stream past."""

    meals: int = 0
    _days: set[date] = field(default_factory=set)
    _ages: Counter[int] = field(default_factory=Counter)

    def add(self, served_on: date, *, is_subsidised: bool, age: int | None) -> None:
        """Take in one more meal that stands."""
        self._days.add(served_on)
        if is_subsidised:
            self.meals += 1
            if age is not None:
                self._ages[age] += 1

    def facts(self, year: Year, site: SiteFacts, formula: Formula) -> YearFacts:
        """Give what the formula asks of the year."""
        return YearFacts(
            meals=self.meals,
            served_days=len(self._days),
            days_open=year.days_open(site),
            days_in_year=year.days,
            meals_from_age=by_rate(self._ages, formula),
        )


def by_rate(meals_of_age: dict[int, int], formula: Formula) -> tuple[tuple[int, int], ...]:
    """Give the meals by the first age of their rate, if the formula pays by age."""
    if not isinstance(formula, PerAge):
        return ()
    found = dict.fromkeys((rate.age_from for rate in formula.rates), 0)
    for age, meals in meals_of_age.items():
        first = formula.age_of_rate(age)
        if first is not None:
            found[first] += meals
    return tuple(found.items())
