"""Home of riders' hours: what a proven run counts, a day's minutes, a month's, and what corrects them. Pure.

A run is proven when a proof of one of its doors was reported, whatever became of it. It counts from its
planned loading to its planned return, or to its last proof where that came later, up to an hour: who presses
the button in the evening has not ridden all afternoon. Minutes that two runs of a day share count once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.canteens.rules import Sitting
from app.errors import DomainError
from app.text import text

LATE_AT_MOST = 3600
"""Seconds after the planned return up to which a proof makes a run longer."""

LONGEST_REASON = 200
LONGEST_ADJUSTMENT = 100 * 60
"""Minutes; more than that is no correction."""


@dataclass(frozen=True, slots=True)
class Ride:
    """A proven run with what its hours come from; seconds after midnight.

    `last_proof` is None when the reporter's clock showed another day.
    """

    rider_id: int
    served_on: date
    sitting: Sitting
    kitchen: str
    run_id: int
    load: int
    back: int
    last_proof: int | None
    meals: int

    @property
    def until(self) -> int:
        """Give when the run ended, as it counts."""
        return ended(self.back, self.last_proof)


def ended(back: int, last_proof: int | None) -> int:
    """Give when a run ended: at its planned return, or at its last proof up to an hour later.

    >>> ended(41_000, None), ended(41_000, 40_000), ended(41_000, 42_000), ended(41_000, 70_000)
    (41000, 41000, 42000, 41000)
    """
    if last_proof is None or not back < last_proof <= back + LATE_AT_MOST:
        return back
    return last_proof


def minutes_of(rides: Iterable[Ride]) -> int:
    """Give the minutes of one rider's rides: day by day, begun ones counting, what overlaps counting once."""
    ordered = sorted(rides, key=lambda each: (each.served_on, each.load, each.run_id))
    return sum(-(-_covered(list(day)) // 60) for _, day in groupby(ordered, key=lambda each: each.served_on))


def _covered(day: Sequence[Ride]) -> int:
    """Give the seconds of one day that any of its rides, ordered by loading, lies upon."""
    total, reached = 0, 0
    for each in day:
        total += max(0, each.until - max(each.load, reached))
        reached = max(reached, each.until)
    return total


@dataclass(frozen=True, slots=True)
class Hours:
    """What one rider did in a span: runs, meals, the minutes that follow from the runs, and corrections."""

    runs: int = 0
    meals: int = 0
    ridden: int = 0
    adjusted: int = 0

    @property
    def minutes(self) -> int:
        """Give the minutes that count, never below nought."""
        return max(0, self.ridden + self.adjusted)


def hours_of(rides: Sequence[Ride], adjusted: int) -> Hours:
    """Sum one rider's rides and confirmed corrections."""
    return Hours(len(rides), sum(each.meals for each in rides), minutes_of(rides), adjusted)


def by_rider(rides: Iterable[Ride], adjusted: Mapping[int, int]) -> dict[int, Hours]:
    """Give the hours of everybody who rode or whose hours were corrected, by the rider's id."""
    ridden: dict[int, list[Ride]] = {each: [] for each in adjusted}
    for each in rides:
        ridden.setdefault(each.rider_id, []).append(each)
    return {each: hours_of(ridden[each], adjusted.get(each, 0)) for each in sorted(ridden)}


def written(minutes: int) -> str:
    """Write minutes as hours and minutes.

    >>> written(125), written(-5), written(0)
    ('2:05', '-0:05', '0:00')
    """
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02d}"


def hundredths(minutes: int) -> int:
    """Give minutes in hundredths of an hour, to the nearest.

    >>> hundredths(125), hundredths(20)
    (208, 33)
    """
    return (minutes * 100 + 30) // 60


def ensure_adjustment(minutes: int, reason: str, *, month: date, today: date) -> None:
    """Refuse a correction without a reason, of nothing, of too much, or of a month to come.

    Raises: DomainError.
    """
    if not reason:
        raise DomainError(text("Write down why these hours are corrected."), field="reason")
    if minutes == 0 or abs(minutes) > LONGEST_ADJUSTMENT:
        raise DomainError(
            text("A correction is of 1 to 6000 minutes, more or fewer. Check the number."), field="minutes"
        )
    if month > today:
        raise DomainError(text("That month has not begun yet."))


def ensure_span_of_months(first: date, last: date, *, today: date) -> None:
    """Refuse a certificate whose months are in the wrong order, to come, or more than a year.

    Raises: DomainError.
    """
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    if not 1 <= months <= _YEAR or last > today:
        raise DomainError(
            text("Choose one to twelve months in their order, none of them to come."), field="last"
        )


_YEAR = 12


def certificate_number(year: int, taken: int) -> str:
    """Give the number after so many certificates of a year.

    >>> certificate_number(2026, 7)
    'ZM-2026-0008'
    """
    return f"ZM-{year}-{taken + 1:04d}"
