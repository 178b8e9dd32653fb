"""Home of the words of the forecast: what is known of a day, what is expected, how that fared. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from app.canteens.rules import Sitting
from app.text import Text, text

AHEAD = 14
"""For how many days covers are forecast, today included."""

HELD_OUT_DAYS = 56
"""How many days' forecasts say how good the next ones are: eight weeks, each weekday eight times."""

SHARE = 0.8
"""How often what comes is to lie within the range."""


class Condition(StrEnum):
    """What makes a day unlike others of its weekday; all but the weather are known long before."""

    HOLIDAY = "holiday"
    WORKED_WEEKEND = "worked_weekend"
    SCHOOL_HOLIDAY = "school_holiday"
    EVENT = "event"
    RAIN = "rain"
    STORM = "storm"
    HEAT = "heat"
    COLD = "cold"

    @property
    def label(self) -> Text:
        """Give the condition's name for a screen."""
        return _CONDITION_LABELS[self]


_CONDITION_LABELS = {
    Condition.HOLIDAY: text("public holiday"),
    Condition.WORKED_WEEKEND: text("worked weekend day"),
    Condition.SCHOOL_HOLIDAY: text("school holidays"),
    Condition.EVENT: text("event"),
    Condition.RAIN: text("rain"),
    Condition.STORM: text("heavy rain or snow"),
    Condition.HEAT: text("heat"),
    Condition.COLD: text("cold"),
}


class NoteKind(StrEnum):
    """What people write down about days; holidays stand in the calendar, closures with their sites."""

    SCHOOL_HOLIDAY = "school_holiday"
    EVENT = "event"
    RAIN = "rain"
    STORM = "storm"
    HEAT = "heat"
    COLD = "cold"

    @property
    def condition(self) -> Condition:
        """Give what it makes of a day."""
        return Condition(self.value)

    @property
    def label(self) -> Text:
        """Give its name for a screen."""
        return self.condition.label


WEATHER = frozenset({Condition.RAIN, Condition.STORM, Condition.HEAT, Condition.COLD})


class Series(NamedTuple):
    """What is counted day by day: the meals served at a site's sitting, or all that its kitchen cooks for."""

    site_code: str
    sitting: Sitting
    is_cooked: bool = False


@dataclass(frozen=True, slots=True)
class History:
    """What came on each day from `first_on` on; None where the site was closed or not yet open.

    `days` say what is known of those days and of the next `AHEAD` ones; `shut` names, by series, the days to
    come on which nothing is served.
    """

    first_on: date
    counts: Mapping[Series, Sequence[int | None]]
    days: Sequence[frozenset[Condition]]
    shut: Mapping[Series, frozenset[date]] = field(default_factory=dict)

    @property
    def length(self) -> int:
        """Give how many days are over."""
        return len(self.days) - AHEAD

    @property
    def next_on(self) -> date:
        """Give the first day that is forecast."""
        return self.first_on + timedelta(days=self.length)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is expected of one day: most likely, at least and at most (four days of five), and the yardstick.

    `median` is the plain yardstick: the median of the last four same weekdays.
    """

    on: date
    covers: int
    low: int
    high: int
    median: int


@dataclass(frozen=True, slots=True)
class Fared:
    """How forecasts fared against what came: sums over some days.

    >>> fared = Fared(days=2, came=100, error=10, median_error=14, weekly_error=20, within=2)
    >>> fared.wape, fared.mase, fared.beats_median, fared.share_within
    (0.1, 0.5, True, 1.0)
    """

    days: int
    came: int
    error: float
    median_error: float
    weekly_error: float
    within: int

    @property
    def wape(self) -> float:
        """Give the errors' sum against the covers' sum."""
        return self.error / self.came if self.came else 0.0

    @property
    def median_wape(self) -> float:
        """Give the same of the yardstick."""
        return self.median_error / self.came if self.came else 0.0

    @property
    def mase(self) -> float:
        """Give the errors' sum against that of taking the same weekday a week or two before."""
        return self.error / self.weekly_error if self.weekly_error else 0.0

    @property
    def share_within(self) -> float:
        """Give how often what came lay within the range."""
        return self.within / self.days if self.days else 0.0

    @property
    def beats_median(self) -> bool:
        """Tell whether the forecast was nearer than the median of the last four same weekdays."""
        return self.error < self.median_error

    def plus(self, other: Fared) -> Fared:
        """Give both together."""
        return Fared(
            self.days + other.days,
            self.came + other.came,
            self.error + other.error,
            self.median_error + other.median_error,
            self.weekly_error + other.weekly_error,
            self.within + other.within,
        )


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of one series' next days, and how such forecasts fared on days held out."""

    days: tuple[Expected, ...]
    fared: Fared


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How a sitting's eaters arrive: the share that has come by the end of each quarter of an hour."""

    shares: Mapping[int, float]

    def by(self, minute: int) -> float:
        """Give the share that has come by a minute of the day, in between straight on."""
        before, after = minute - minute % QUARTER, minute - minute % QUARTER + QUARTER
        low, high = self._at(before), self._at(after)
        return low + (high - low) * (minute - before) / QUARTER

    def _at(self, end: int) -> float:
        passed = [share for quarter, share in self.shares.items() if quarter <= end]
        return max(passed, default=0.0)


QUARTER = 15
"""Minutes."""


def arrivals(times: Mapping[int, int]) -> Arrivals:
    """Give the curve of arrivals from how many came in each quarter of an hour, by its first minute.

    >>> curve = arrivals({660: 30, 675: 50, 690: 20})
    >>> curve.by(660), curve.by(675), curve.by(682), curve.by(800)
    (0.0, 0.3, 0.5333333333333333, 1.0)
    """
    total, passed, shares = sum(times.values()), 0, {}
    for quarter in sorted(times):
        passed += times[quarter]
        shares[quarter + QUARTER] = passed / total
    return Arrivals(shares)


@dataclass(frozen=True, slots=True)
class Soon:
    """What is expected of the rest of a sitting: in the next hour, and in the end."""

    next_hour: int
    by_the_end: int


def soon(came: int, minute: int, expected: Expected, curve: Arrivals) -> Soon:
    """Weigh what has come by now against what was expected of the whole sitting.

    The more of the sitting is over, the more what has come says: covers are Poisson about a level that is
    itself uncertain (a gamma distribution as wide as the forecast's range), so that the level's mean after
    seeing `came` is (shape + came) / (rate + share that should have come).

    >>> curve = arrivals({660: 30, 675: 50, 690: 20})
    >>> usual = Expected(date(2026, 3, 2), 100, 80, 120, 100)
    >>> soon(30, 675, usual, curve)
    Soon(next_hour=70, by_the_end=100)
    >>> soon(45, 675, usual, curve)
    Soon(next_hour=81, by_the_end=126)
    >>> soon(0, 600, usual, curve)
    Soon(next_hour=0, by_the_end=100)
    """
    level = max(1, expected.covers)
    spread = max(sqrt(level), (expected.high - expected.low) / (2 * _WITHIN_80))
    beyond_chance = max(spread**2 - level, _LEAST_SPREAD * level**2)
    rate = level / beyond_chance
    mean = (rate * level + came) / (rate + curve.by(minute))
    return Soon(
        round(mean * (curve.by(minute + 60) - curve.by(minute))), round(came + mean * (1 - curve.by(minute)))
    )


_WITHIN_80 = 1.2816
"""Four of five normal draws lie within so many standard deviations."""
_LEAST_SPREAD = 0.0025
"""A level is never known nearer than to a twentieth."""
