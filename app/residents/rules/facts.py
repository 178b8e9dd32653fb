"""Home of what is known about a resident on a day: age, status, dated categories, areas."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.text import Text, text


class Category(StrEnum):
    """Why a resident may be entitled to more (人员类别); ages are no categories, they follow from birth."""

    DESTITUTE = "destitute"
    MINIMUM_ALLOWANCE = "minimum_allowance"
    NEAR_MINIMUM = "near_minimum"
    DISABLED = "disabled"
    INCAPACITATED = "incapacitated"
    LIVING_ALONE = "living_alone"
    EMPTY_NEST = "empty_nest"
    BEREAVED_PARENT = "bereaved_parent"
    VETERAN = "veteran"
    LEFT_BEHIND = "left_behind"

    @property
    def label(self) -> Text:
        """Give the category's name for a screen."""
        return _CATEGORY_LABELS[self]

    @property
    def grades(self) -> tuple[str, ...]:
        """Give the grades that this category is held in; empty when it has none."""
        return _GRADES.get(self, ())


_CATEGORY_LABELS = {
    Category.DESTITUTE: text("destitute"),
    Category.MINIMUM_ALLOWANCE: text("minimum allowance"),
    Category.NEAR_MINIMUM: text("near minimum allowance"),
    Category.DISABLED: text("disabled"),
    Category.INCAPACITATED: text("incapacitated"),
    Category.LIVING_ALONE: text("living alone"),
    Category.EMPTY_NEST: text("empty nest"),
    Category.BEREAVED_PARENT: text("bereaved parent"),
    Category.VETERAN: text("veteran"),
    Category.LEFT_BEHIND: text("left behind"),
}
_GRADES = {
    Category.DISABLED: ("1", "2", "3", "4"),
    Category.INCAPACITATED: ("light", "moderate", "severe", "total"),
}


class Status(StrEnum):
    """Where a resident's life stands, from a day on."""

    ACTIVE = "active"
    INSTITUTION = "institution"
    MOVED_AWAY = "moved_away"
    DECEASED = "deceased"

    @property
    def label(self) -> Text:
        """Give the status's name for a screen."""
        return _STATUS_LABELS[self]


_STATUS_LABELS = {
    Status.ACTIVE: text("active"),
    Status.INSTITUTION: text("in an institution"),
    Status.MOVED_AWAY: text("moved away"),
    Status.DECEASED: text("deceased"),
}


@dataclass(frozen=True, slots=True)
class CategoryPeriod:
    """A category held from `from_on` until before `until_on`; None means without an end."""

    category: Category
    grade: str | None
    from_on: date
    until_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the category is held on this day."""
        return self.from_on <= day and (self.until_on is None or day < self.until_on)


@dataclass(frozen=True, slots=True)
class StatusChange:
    """The status that begins on `from_on` and lasts until the next change."""

    status: Status
    from_on: date


@dataclass(frozen=True, slots=True)
class ResidentFacts:
    """What adjudication must know of a resident, and nothing more.

    Areas are official codes, whole or a prefix. Before the first status change a resident is active.
    """

    resident_no: str
    birth_on: date
    registered_area: str
    residence_area: str
    statuses: tuple[StatusChange, ...] = ()
    categories: tuple[CategoryPeriod, ...] = ()

    def status_on(self, day: date) -> Status:
        """Give the status on this day: the newest change not later than it."""
        begun = [change for change in self.statuses if change.from_on <= day]
        return max(begun, key=lambda change: change.from_on).status if begun else Status.ACTIVE

    def categories_on(self, day: date) -> tuple[CategoryPeriod, ...]:
        """Give the categories held on this day."""
        return tuple(period for period in self.categories if period.holds_on(day))

    def age_on(self, day: date) -> int:
        """Give the age on this day."""
        return age_on(self.birth_on, day)


def age_on(birth_on: date, day: date) -> int:
    """Count completed years; the birthday itself counts, and 29 February turns on 1 March in common years.

    >>> age_on(date(1966, 11, 23), date(2026, 11, 23)), age_on(date(1966, 11, 24), date(2026, 11, 23))
    (60, 59)
    """
    return day.year - birth_on.year - ((day.month, day.day) < (birth_on.month, birth_on.day))
