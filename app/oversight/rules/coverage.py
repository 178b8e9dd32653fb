"""Home of who is within reach of a site: the ways there, the groups of people, what a map may show. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from math import cos, floor, radians

from app.place import METRES_PER_DEGREE
from app.residents.rules.facts import Category
from app.text import Text, text

WITHIN_MINUTES = 15
"""The circle (15分钟助餐服务圈)."""

FEWEST = 5
"""A square of the map with fewer people is not shown: nobody in it may be recognised."""

CELL_METRES = 300
VERY_OLD = 80


class Way(StrEnum):
    """How one comes to a site, or a meal to the door."""

    WALKING = "walking"
    RIDING = "riding"

    @property
    def label(self) -> Text:
        """Give its name for a screen."""
        return {Way.WALKING: text("on foot"), Way.RIDING: text("by e-bike")}[self]


class People(StrEnum):
    """Whom is asked about, beside each category."""

    ALL = "all"
    IN_NEED = "in_need"
    VERY_OLD = "very_old"
    NEVER_ATE = "never_ate"


def people_label(people: str) -> Text:
    """Give the name of a group of people for a screen.

    >>> str(people_label("all")), str(people_label("disabled"))
    ('residents 60+', 'disabled')
    """
    return _LABELS[People(people)] if people in set(People) else Category(people).label


_LABELS = {
    People.ALL: text("residents 60+"),
    People.IN_NEED: text("80+ or in a category"),
    People.VERY_OLD: text("80 and older"),
    People.NEVER_ATE: text("in need, never ate here"),
}


def people_of(*, age: int, categories: Iterable[Category], ate: bool = True) -> tuple[str, ...]:
    """Give the groups that somebody belongs to.

    >>> people_of(age=83, categories=[Category.LIVING_ALONE])
    ('all', 'in_need', 'very_old', 'living_alone')
    >>> people_of(age=66, categories=[])
    ('all',)
    """
    held = sorted({each.value for each in categories})
    is_old = age >= VERY_OLD
    in_need = [People.IN_NEED.value] if held or is_old else []
    never_ate = [People.NEVER_ATE.value] if in_need and not ate else []
    very_old = [People.VERY_OLD.value] if is_old else []
    return (People.ALL.value, *in_need, *very_old, *never_ate, *held)


@dataclass(frozen=True, slots=True)
class Reached:
    """How many of some people are within reach, of those whose doors are known."""

    residents: int = 0
    placed: int = 0
    within: int = 0

    @property
    def unplaced(self) -> int:
        """Give of how many nobody knows where they live."""
        return self.residents - self.placed

    @property
    def beyond(self) -> int:
        """Give how many live too far away."""
        return self.placed - self.within

    @property
    def share(self) -> float | None:
        """Give which share of those whose doors are known is within reach; None where none is known."""
        return self.within / self.placed if self.placed else None

    def plus(self, other: Reached) -> Reached:
        """Give both together."""
        return Reached(
            self.residents + other.residents, self.placed + other.placed, self.within + other.within
        )


Square = tuple[int, int]


def square_of(latitude: float, longitude: float, *, middle: float = 28.1) -> Square:
    """Give the square of the map that a door lies in, some 300 m wide.

    >>> square_of(28.1, 112.97) == square_of(28.1005, 112.9705)
    True
    """
    north = latitude * METRES_PER_DEGREE / CELL_METRES
    east = longitude * METRES_PER_DEGREE * cos(radians(middle)) / CELL_METRES
    return floor(north), floor(east)


def middle_of(square: Square, *, middle: float = 28.1) -> tuple[float, float]:
    """Give the latitude and longitude of a square's middle."""
    row, column = square
    return (
        (row + 0.5) * CELL_METRES / METRES_PER_DEGREE,
        (column + 0.5) * CELL_METRES / (METRES_PER_DEGREE * cos(radians(middle))),
    )


def shown_squares(doors: Iterable[tuple[str, Square]]) -> dict[tuple[str, Square], int]:
    """Count people by street and square, and leave out squares with few.

    >>> shown_squares([("430103005", (1, 1))] * 5 + [("430103005", (1, 2))] * 4)
    {('430103005', (1, 1)): 5}
    """
    counts = Counter(doors)
    return {where: count for where, count in sorted(counts.items()) if count >= FEWEST}
