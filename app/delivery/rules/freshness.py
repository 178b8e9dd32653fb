"""Home of how old a meal may become: two hours from cooking, whoever carries it. Pure.

Source: 餐饮服务食品安全操作规范 (market supervision notice 2018 no. 12): eaten within two hours of cooking.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.delivery.routing.check import time_of_day
from app.delivery.rules.days import Hours
from app.delivery.rules.doors import LOAD_SECONDS
from app.delivery.rules.food import ensure_written_on
from app.errors import DomainError
from app.text import Text, text

EATEN_WITHIN_SECONDS = 2 * 3600
"""How long a cooked meal may be eaten, held hot or not."""

ASSUMED_MINUTES = 30
"""How long before loading a meal is taken to be cooked when nobody wrote it, unless ordered otherwise."""

MOST_ASSUMED_MINUTES = 90
MOST_BATCHES = 6
_COOKED_BEFORE_LEAVING_SECONDS = 3 * 3600


@dataclass(frozen=True, slots=True)
class MealEnd:
    """When a run's meals were cooked, in seconds after midnight.

    `assumed_minutes` is how long before loading that is, where the kitchen has not written it.
    """

    cooked_seconds: int
    assumed_minutes: int | None = None

    @property
    def is_written(self) -> bool:
        """Tell whether the kitchen wrote it."""
        return self.assumed_minutes is None

    @property
    def until_seconds(self) -> int:
        """Give until when the meals may be eaten.

        >>> MealEnd(10 * 3600).until_seconds == 12 * 3600
        True
        """
        return self.cooked_seconds + EATEN_WITHIN_SECONDS

    @property
    def told(self) -> Text:
        """Say where the end comes from."""
        cooked = time_of_day(self.cooked_seconds)[:5]
        if self.assumed_minutes is None:
            return text("cooked at {cooked}, as the kitchen wrote", cooked=cooked)
        return text(
            "taken to be cooked at {cooked}, {minutes} minutes before loading, since the kitchen has not "
            "written it",
            cooked=cooked,
            minutes=self.assumed_minutes,
        )


@dataclass(frozen=True, slots=True)
class Cooking:
    """When a kitchen cooks a sitting: the batches that it wrote, and what is assumed without any."""

    batches: tuple[int, ...] = ()
    assumed_minutes: int = ASSUMED_MINUTES

    def end_of(self, depart_seconds: int) -> MealEnd:
        """Give the end of the meals of a run that departs then: of the last batch that was out by then.

        A run that departs before every batch that is written carries one that is not.

        >>> Cooking((36_000, 39_600)).end_of(39_000).cooked_seconds
        36000
        >>> Cooking((39_600,), assumed_minutes=30).end_of(39_000) == MealEnd(39_000 - 120 - 1800, 30)
        True
        """
        out = [batch for batch in self.batches if batch <= depart_seconds]
        if out:
            return MealEnd(max(out))
        assumed = depart_seconds - LOAD_SECONDS - self.assumed_minutes * 60
        return MealEnd(assumed, self.assumed_minutes)


def ensure_cooked_on(on: date, sitting_hours: Hours, cooked_seconds: int, *, today: date, now: int) -> None:
    """Refuse a cooking time that cannot be: not come yet, long over, or at another time of the day.

    `now` is the second of today.
    Raises: DomainError.
    """
    ensure_written_on(on, today=today)
    if on == today and cooked_seconds > now:
        raise DomainError(
            text("That time is still to come. Write it when the meals are cooked."), field="cooked"
        )
    first, last = sitting_hours.kitchen[0] - _COOKED_BEFORE_LEAVING_SECONDS, sitting_hours.kitchen[1]
    if not first <= cooked_seconds <= last:
        raise DomainError(
            text(
                "Meals of this sitting are cooked from {first} until {last}. Look at the time again.",
                first=time_of_day(first)[:5],
                last=time_of_day(last)[:5],
            ),
            field="cooked",
        )


def too_old(handovers: Sequence[int], end: MealEnd) -> int:
    """Count the doors that a run reaches after its meals' end.

    >>> too_old([43_000, 43_300], MealEnd(36_000))
    1
    """
    return sum(handover > end.until_seconds for handover in handovers)
