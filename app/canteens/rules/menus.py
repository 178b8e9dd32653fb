"""Home of menus: a dish with its price and its marks, and how dishes are written line by line. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.canteens.rules.sites import Sitting
from app.errors import DomainError
from app.money import format_yuan, parse_yuan
from app.text import Text, text

MOST_DISHES = 30
LONGEST_NAME = 40
HIGHEST_FEN = 1_000_00


class DishMark(StrEnum):
    """What a dish is marked with, for whom it suits."""

    SOFT = "soft"
    LOW_SUGAR = "low_sugar"
    LOW_SALT = "low_salt"
    HALAL = "halal"

    @property
    def label(self) -> Text:
        """Give the mark for a screen."""
        return _MARK_LABELS[self]


_MARK_LABELS = {
    DishMark.SOFT: text("soft"),
    DishMark.LOW_SUGAR: text("low in sugar"),
    DishMark.LOW_SALT: text("low in salt"),
    DishMark.HALAL: text("halal"),
}
_WRITTEN = {
    DishMark.SOFT: "软食",
    DishMark.LOW_SUGAR: "低糖",
    DishMark.LOW_SALT: "低盐",
    DishMark.HALAL: "清真",
}
_READ = {word: mark for mark, word in _WRITTEN.items()} | {"软": DishMark.SOFT, "无糖": DishMark.LOW_SUGAR}
_READ |= {mark.value: mark for mark in DishMark}
_BETWEEN = re.compile(r"[\s\u3000,，、;；()（）]+")
_PRICE = re.compile(r"[¥￥]?(\d{1,4}(?:\.\d{1,2})?)元?")


@dataclass(frozen=True, slots=True)
class Dish:
    """A dish of a menu; without a price it belongs to the sitting's meal."""

    name: str
    price_fen: int | None = None
    marks: tuple[DishMark, ...] = ()

    @property
    def written(self) -> str:
        """Write it as a line that `dishes_read` reads again."""
        price = [] if self.price_fen is None else [format_yuan(self.price_fen).replace(",", "")]
        return " ".join([self.name, *price, *(_WRITTEN[mark] for mark in self.marks)])


@dataclass(frozen=True, slots=True)
class MenuRecord:
    """What a row of a file says: the dishes of one sitting. No code stands for the sender's site."""

    site_code: str
    served_on: date
    sitting: Sitting
    dishes: tuple[Dish, ...]


def dishes_written(dishes: Iterable[Dish]) -> str:
    """Write dishes line by line."""
    return "\n".join(dish.written for dish in dishes)


def dishes_read(written: str) -> tuple[Dish, ...]:
    r"""Read dishes, one a line: the name, then a price in yuan and marks if there are any.

    Raises: DomainError that names the line.

    >>> dishes_read("清蒸鲈鱼 18元 低盐、软食\n米饭") == (
    ...     Dish("清蒸鲈鱼", 18_00, (DishMark.SOFT, DishMark.LOW_SALT)), Dish("米饭"))
    True
    """
    lines = [(place, line) for place, line in enumerate(written.splitlines(), start=1) if line.strip()]
    if len(lines) > MOST_DISHES:
        raise DomainError(text("A sitting has at most {most} dishes.", most=MOST_DISHES))
    return tuple(_dish(place, line) for place, line in lines)


def _dish(place: int, line: str) -> Dish:
    name: list[str] = []
    price_fen: int | None = None
    marks: set[DishMark] = set()
    for word in filter(None, _BETWEEN.split(line)):
        price = _PRICE.fullmatch(word)
        if word in _READ and name:
            marks.add(_READ[word])
        elif price is not None and name and price_fen is None:
            price_fen = parse_yuan(price[1])
        else:
            name.append(word)
    called = " ".join(name)
    if not 0 < len(called) <= LONGEST_NAME:
        raise DomainError(
            text(
                "Line {place}: a dish has a name of at most {most} characters, then its price and marks.",
                place=place,
                most=LONGEST_NAME,
            )
        )
    if price_fen is not None and price_fen > HIGHEST_FEN:
        raise DomainError(text("Line {place}: no dish costs more than 1,000 yuan.", place=place))
    return Dish(called, price_fen, tuple(mark for mark in DishMark if mark in marks))


def week_of(day: date) -> tuple[date, ...]:
    """Give the days of a day's week, Monday first.

    >>> [each.day for each in week_of(date(2026, 11, 27))]
    [23, 24, 25, 26, 27, 28, 29]
    """
    monday = day - timedelta(days=day.weekday())
    return tuple(monday + timedelta(days=each) for each in range(7))
