"""Home of folding what sites served: by day, by site, by sitting. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from app.canteens.rules import Sitting


class Served(NamedTuple):
    """What one site served on one day: at one sitting, or at all of them where none is named."""

    site_code: str
    on: date
    sitting: Sitting | None
    meals: int
    delivered: int


class Day(NamedTuple):
    """What all sites together served on a day."""

    on: date
    meals: int
    delivered: int


def by_day(served: Iterable[Served]) -> list[Day]:
    """Add up the sites, in order of the days.

    >>> day = date(2026, 3, 2)
    >>> by_day([Served("S1", day, Sitting.LUNCH, 9, 1), Served("S2", day, Sitting.LUNCH, 4, 0)])
    [Day(on=datetime.date(2026, 3, 2), meals=13, delivered=1)]
    """
    meals: Counter[date] = Counter()
    delivered: Counter[date] = Counter()
    for each in served:
        meals[each.on] += each.meals
        delivered[each.on] += each.delivered
    return [Day(on, meals[on], delivered[on]) for on in sorted(meals)]


def by_site(served: Iterable[Served]) -> Mapping[str, Mapping[date, int]]:
    """Give the meals of each site's days."""
    found: defaultdict[str, Counter[date]] = defaultdict(Counter)
    for each in served:
        found[each.site_code][each.on] += each.meals
    return found


def by_sitting(served: Iterable[Served], on: date) -> Mapping[tuple[str, Sitting], int]:
    """Give the meals of each site's sittings on one day."""
    return {(each.site_code, each.sitting): each.meals for each in served if each.on == on and each.sitting}
