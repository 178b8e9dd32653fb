"""Home of the month's figures: how many came, were answered in time, were closed, and were late."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date

from app.complaints.rules.states import WAITING, State


@dataclass(frozen=True, slots=True)
class Course:
    """What the figures know of one complaint: days alone, and where and what it was about."""

    class_code: str
    site_code: str
    received_on: date
    due_on: date
    answered_on: date | None
    was_late: bool
    ended_on: date | None
    state: State
    satisfied: bool | None
    reopened: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a month: what came in it, what was answered in it, and what was left at its end."""

    received: int = 0
    answered: int = 0
    in_time: int = 0
    closed: int = 0
    supervised: int = 0
    reopened: int = 0
    satisfied: int = 0
    dissatisfied: int = 0
    left: int = 0

    def __add__(self, other: Figures) -> Figures:
        """Add up."""
        return Figures(*(getattr(self, each.name) + getattr(other, each.name) for each in fields(self)))

    @property
    def in_time_percent(self) -> int | None:
        """Give how many of a hundred answers came in time, rounded down; None where none came.

        >>> Figures(answered=3, in_time=2).in_time_percent
        66
        """
        return self.in_time * 100 // self.answered if self.answered else None


def figures_of(course: Course, first: date, last: date) -> Figures:
    """Give what one complaint adds to the figures of a month.

    What was merged with another, or withdrawn, was received and closed, and is owed no answer. Supervised is
    what was without an answer after its last day, at any time in the month.

    >>> late = Course("taste", "C01", date(2026, 10, 8), date(2026, 10, 19), date(2026, 10, 21), True,
    ...     date(2026, 10, 22), State.CLOSED, True, 0)
    >>> found = figures_of(late, date(2026, 10, 1), date(2026, 10, 31))
    >>> found == Figures(received=1, answered=1, closed=1, supervised=1, satisfied=1)
    True
    """
    answered = _within(course.answered_on, first, last)
    ended = _within(course.ended_on, first, last)
    return Figures(
        received=int(_within(course.received_on, first, last)),
        answered=int(answered),
        in_time=int(answered and not course.was_late),
        closed=int(ended),
        supervised=int(_supervised(course, first, last)),
        reopened=course.reopened if answered else 0,
        satisfied=int(answered and course.satisfied is True),
        dissatisfied=int(answered and course.satisfied is False),
        left=int(course.received_on <= last and (course.ended_on is None or course.ended_on > last)),
    )


def _supervised(course: Course, first: date, last: date) -> bool:
    if course.due_on >= last:
        return False
    if course.state in WAITING:
        return True
    until = course.answered_on or course.ended_on
    return until is not None and until > course.due_on and until >= first


def _within(day: date | None, first: date, last: date) -> bool:
    return day is not None and first <= day <= last


def summed(
    courses: Iterable[Course], by: Callable[[Course], str], *, first: date, last: date
) -> dict[str, Figures]:
    """Add the month's figures up by what `by` gives of each; what has none of them is left out."""
    sums: dict[str, Figures] = {}
    for each in courses:
        sums[by(each)] = sums.get(by(each), Figures()) + figures_of(each, first, last)
    return {key: found for key, found in sorted(sums.items()) if found != Figures()}


def month_days(year: int, month: int) -> tuple[date, date]:
    """Give the first and the last day of a month.

    >>> month_days(2026, 12)
    (datetime.date(2026, 12, 1), datetime.date(2026, 12, 31))
    """
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)
