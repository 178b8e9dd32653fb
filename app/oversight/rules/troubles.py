"""Home of the troubles of canteens: unstable footfall, and budgets that do not last. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.text import Text, text

WINDOW = timedelta(weeks=4)
_MUCH = 0.25
"""A quarter of the meals: what swings or falls by more, and by more than chance makes of few, is trouble."""


class Trouble(StrEnum):
    """What is wrong with a site's footfall, the worst first."""

    EMPTY = "empty"
    FALLS = "falls"
    SWINGS = "swings"

    @property
    def label(self) -> Text:
        """Say it for a screen."""
        return {
            Trouble.EMPTY: text("nobody comes"),
            Trouble.FALLS: text("falls by a quarter or more"),
            Trouble.SWINGS: text("swings from day to day"),
        }[self]


@dataclass(frozen=True, slots=True)
class Footfall:
    """How many came in four weeks, against the four before, and how much days of a weekday differ."""

    lately: int
    before: int
    swing: float

    @property
    def change(self) -> float | None:
        """Give by which share it grew; None where nobody came before."""
        return self.lately / self.before - 1 if self.before else None

    @property
    def trouble(self) -> Trouble | None:
        """Give what is wrong with it, if it is more than chance makes of so few meals.

        >>> [each and each.value for each in (Footfall(0, 9, 0.0).trouble, Footfall(300, 500, 0.1).trouble)]
        ['empty', 'falls']
        >>> Footfall(3, 5, 0.1).trouble, Footfall(500, 500, 0.4).trouble
        (None, <Trouble.SWINGS: 'swings'>)
        """
        if not self.lately:
            return Trouble.EMPTY
        lost = self.before - self.lately
        if lost >= _MUCH * self.before and lost > 2 * math.sqrt(self.before + self.lately):
            return Trouble.FALLS
        by_chance = WINDOW.days / self.lately
        swings = self.lately >= WINDOW.days and self.swing**2 > _MUCH**2 + by_chance
        return Trouble.SWINGS if swings else None


def footfall(days: Mapping[date, int], today: date) -> Footfall:
    """Weigh the days of eight weeks, each against others of its weekday, so that Sundays are no swing.

    >>> first = date(2026, 3, 2)
    >>> steady = {first + timedelta(days=each): 10 if each % 7 < 6 else 4 for each in range(56)}
    >>> footfall(steady, first + timedelta(days=56))
    Footfall(lately=256, before=256, swing=0.0)
    """
    lately = {day: count for day, count in days.items() if today - WINDOW <= day < today}
    before = sum(count for day, count in days.items() if today - 2 * WINDOW <= day < today - WINDOW)
    swings, total = 0.0, sum(lately.values())
    for weekday in range(7):
        same = [count for day, count in lately.items() if day.weekday() == weekday]
        if same:
            usual = sum(same) / len(same)
            swings += math.sqrt(sum((count - usual) ** 2 for count in same) * len(same))
    return Footfall(total, before, swings / total if total else 0.0)


_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Burn:
    """A budget of the year and what went of it, on statements of the months from `first` to `last`.

    >>> Burn("一般公共预算", 60_000_00, 20_000_00, 0, first=9, last=10).expected_fen
    4000000
    >>> Burn("一般公共预算", 60_000_00, 0, 0).expected_fen
    0
    """

    fund: str
    budget_fen: int | None
    spent_fen: int
    paid_fen: int
    first: int = 1
    last: int = 0

    @property
    def share(self) -> float | None:
        """Give which share of the budget is spent."""
        return self.spent_fen / self.budget_fen if self.budget_fen else None

    @property
    def expected_fen(self) -> int:
        """Give what the year comes to if each month that is left costs what one did so far."""
        months = self.last - self.first + 1
        left = _MONTHS - self.last
        return self.spent_fen + (2 * self.spent_fen * left + months) // (2 * months) if months else 0

    @property
    def is_short(self) -> bool:
        """Tell whether the budget will not last."""
        return self.budget_fen is not None and self.expected_fen > self.budget_fen
