"""Home of the monthly visits (探访关爱): the six groups, what counts as a visit, how a month stands. Pure.

Source: the guidance of ten ministries on visiting old people in special need
(关于开展特殊困难老年人探访关爱服务的指导意见, 2022): who lives alone, in an empty nest, left behind,
incapacitated, severely disabled, or of a special family-planning family is visited each month, all of them,
at the door or by phone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.errors import DomainError
from app.residents.rules.facts import Category, CategoryPeriod
from app.text import Text, text

LONGEST_NOTE = 200
_LATEST_DAYS = 62


class CareGroup(StrEnum):
    """One of the six groups that are visited every month."""

    LIVING_ALONE = "living_alone"
    EMPTY_NEST = "empty_nest"
    LEFT_BEHIND = "left_behind"
    INCAPACITATED = "incapacitated"
    SEVERELY_DISABLED = "severely_disabled"
    BEREAVED_PARENT = "bereaved_parent"

    @property
    def label(self) -> Text:
        """Give the group for a screen."""
        return _LABELS[self]

    @property
    def held(self) -> tuple[Category, tuple[str, ...]]:
        """Give the category that makes somebody one of the group, and its grades where not all do."""
        return _HELD[self]


_LABELS = {
    CareGroup.LIVING_ALONE: Category.LIVING_ALONE.label,
    CareGroup.EMPTY_NEST: Category.EMPTY_NEST.label,
    CareGroup.LEFT_BEHIND: Category.LEFT_BEHIND.label,
    CareGroup.INCAPACITATED: Category.INCAPACITATED.label,
    CareGroup.SEVERELY_DISABLED: text("severely disabled"),
    CareGroup.BEREAVED_PARENT: Category.BEREAVED_PARENT.label,
}
_HELD: dict[CareGroup, tuple[Category, tuple[str, ...]]] = {
    CareGroup.LIVING_ALONE: (Category.LIVING_ALONE, ()),
    CareGroup.EMPTY_NEST: (Category.EMPTY_NEST, ()),
    CareGroup.LEFT_BEHIND: (Category.LEFT_BEHIND, ()),
    CareGroup.INCAPACITATED: (Category.INCAPACITATED, ()),
    CareGroup.SEVERELY_DISABLED: (Category.DISABLED, ("1", "2")),
    CareGroup.BEREAVED_PARENT: (Category.BEREAVED_PARENT, ()),
}


def groups_of(held: Sequence[CategoryPeriod]) -> tuple[CareGroup, ...]:
    """Give the groups that the categories of a day make somebody one of.

    >>> severe = CategoryPeriod(Category.DISABLED, "2", date(2020, 1, 1))
    >>> light = CategoryPeriod(Category.DISABLED, "3", date(2020, 1, 1))
    >>> [each.value for each in groups_of([severe])], groups_of([light])
    (['severely_disabled'], ())
    """
    found = {(period.category, period.grade) for period in held}
    return tuple(
        group
        for group, (category, grades) in _HELD.items()
        if any(each is category and (not grades or grade in grades) for each, grade in found)
    )


class VisitWay(StrEnum):
    """How somebody was visited."""

    HOME = "home"
    PHONE = "phone"
    MET = "met"

    @property
    def label(self) -> Text:
        """Give the way for a screen."""
        return {
            VisitWay.HOME: text("at home"),
            VisitWay.PHONE: text("by a call"),
            VisitWay.MET: text("met at the canteen or on the way"),
        }[self]


class Finding(StrEnum):
    """What a visit found; a visit that met nobody is kept, and counts as none."""

    WELL = "well"
    NEEDS_HELP = "needs_help"
    NOT_MET = "not_met"

    @property
    def label(self) -> Text:
        """Give the finding for a screen."""
        return {
            Finding.WELL: text("all is well"),
            Finding.NEEDS_HELP: text("needs something: see the note"),
            Finding.NOT_MET: text("nobody was met"),
        }[self]


@dataclass(frozen=True, slots=True)
class NewVisit:
    """A visit as it is written down."""

    visited_on: date
    way: VisitWay
    finding: Finding
    note: str = ""


def ensure_visit(visit: NewVisit, *, today: date) -> None:
    """Refuse a visit of a day to come or of long ago, and a need that nobody names.

    Raises: DomainError.
    """
    if visit.visited_on > today:
        raise DomainError(text("That day is still to come."), field="visited_on")
    if visit.visited_on < today - timedelta(days=_LATEST_DAYS):
        raise DomainError(
            text("Visits are written down within two months. Check the day."), field="visited_on"
        )
    if visit.finding is Finding.NEEDS_HELP and not visit.note.strip():
        raise DomainError(text("Write what is needed."), field="note")
    if len(visit.note.strip()) > LONGEST_NOTE:
        raise DomainError(text("A note has at most 200 characters."), field="note")


@dataclass(frozen=True, slots=True)
class VisitFigures:
    """How a month stands: how many are to be visited, how many were, and how many are away and were not."""

    due: int = 0
    visited: int = 0
    away: int = 0

    @property
    def waiting(self) -> int:
        """Give how many are at home and were not visited yet."""
        return self.due - self.visited - self.away

    @property
    def hundredths(self) -> int:
        """Give the share visited of those at home, in hundredths of a percent's hundred; none: all.

        >>> VisitFigures(due=10, visited=6, away=2).hundredths
        7500
        """
        at_home = self.due - self.away
        return 10_000 if not at_home else self.visited * 10_000 // at_home

    def __add__(self, other: VisitFigures) -> VisitFigures:
        """Add another community's figures."""
        return VisitFigures(self.due + other.due, self.visited + other.visited, self.away + other.away)
