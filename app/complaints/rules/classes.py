"""Home of the classes of complaints: in how many working days each is answered, from which day on.

Source: the rules of the city's hotline on answering within 3, 7, 15 or 30 working days.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import DomainError
from app.subsidy.rules import WorkCalendar
from app.text import Text, text

OTHER = "other"
"""The class of whatever fits no other."""

USUAL_DAYS = (3, 7, 15, 30)
MOST_DAYS = 60


@dataclass(frozen=True, slots=True)
class ComplaintClass:
    """A class as it is from a day on; one that is not offered stays for what was received under it."""

    code: str
    from_on: date
    working_days: int
    name: str = ""
    is_offered: bool = True

    @property
    def label(self) -> Text:
        """Give the name: as it was set, or as it has always been."""
        return (
            text("{name}", name=self.name)
            if self.name
            else _NAMES.get(self.code, text("{name}", name=self.code))
        )


_NAMES = {
    "food_safety": text("Food safety"),
    "taste": text("Dishes and taste"),
    "service": text("Service and manners"),
    "delivery": text("Delivered meals"),
    "price": text("Prices and charges"),
    "subsidy": text("Who is subsidised, and how much"),
    "place": text("Rooms, hygiene and access"),
    "fraud": text("Meals claimed that nobody ate"),
    "wish": text("A wish or a suggestion"),
    OTHER: text("Something else"),
}
_DAYS = {
    "food_safety": 3,
    "service": 7,
    "taste": 7,
    "delivery": 7,
    "price": 7,
    "subsidy": 15,
    "place": 15,
    "fraud": 30,
    "wish": 30,
}
WRITTEN = {
    "食品安全": "food_safety",
    "菜品口味": "taste",
    "服务态度": "service",
    "送餐": "delivery",
    "价格收费": "price",
    "补贴": "subsidy",
    "环境卫生": "place",
    "冒领套取": "fraud",
    "意见建议": "wish",
}
"""How the usual classes are written in the hotline's sheet."""

DEFAULTS = tuple(ComplaintClass(code, date.min, _DAYS.get(code, 15)) for code in _NAMES)
"""The classes until somebody sets others."""


class ClassBook:
    """Every class with its versions: the newest that is not later than a day holds on it."""

    def __init__(self, versions: Iterable[ComplaintClass] = ()) -> None:
        """Take the versions in the order in which they were set: of two for the same day the later holds."""
        self._versions = [*DEFAULTS, *versions]

    def on(self, day: date) -> list[ComplaintClass]:
        """Give the classes as they are on a day, the usual ones first.

        >>> book = ClassBook([ComplaintClass("taste", date(2026, 12, 1), 3)])
        >>> [book.of("taste", date(2026, month, 1)).working_days for month in (11, 12)]
        [7, 3]
        """
        found: dict[str, ComplaintClass] = {}
        for each in sorted(self._versions, key=lambda version: version.from_on):
            if each.from_on <= day:
                found[each.code] = each
        return list(found.values())

    def of(self, code: str, day: date) -> ComplaintClass:
        """Give a class as it is on a day; an unknown one is the last resort's."""
        known = {each.code: each for each in self.on(day)}
        return known.get(code) or known[OTHER]

    def offered(self, day: date) -> list[ComplaintClass]:
        """Give the classes under which something may be received on a day."""
        return [each for each in self.on(day) if each.is_offered]

    def ensure_offered(self, code: str, day: date) -> ComplaintClass:
        """Give a class that is offered on a day.

        Raises: DomainError for one that is not.
        """
        for each in self.offered(day):
            if each.code == code:
                return each
        raise DomainError(
            text("There is no such class of complaints now. Choose one of the list."), field="class_code"
        )


def ensure_class(new: ComplaintClass, *, today: date) -> None:
    """Refuse to change what is in force, and a time nobody could keep.

    Raises: DomainError.
    """
    if new.from_on <= today:
        raise DomainError(text("What is in force stays as it is. Choose a day after today."), field="from_on")
    if not 1 <= new.working_days <= MOST_DAYS:
        raise DomainError(
            text("Choose between 1 and {most} working days.", most=MOST_DAYS), field="working_days"
        )
    if new.code == OTHER and not new.is_offered:
        raise DomainError(text("The last resort must always be offered."), field="is_offered")


def due_on(received_on: date, working_days: int, calendar: WorkCalendar) -> date:
    """Give the last day for an answer: so many working days after the day of receipt.

    >>> holidays = {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True}
    >>> due_on(date(2026, 9, 30), 3, WorkCalendar(holidays))
    datetime.date(2026, 10, 10)
    """
    day, left = received_on, working_days
    while left > 0:
        day += timedelta(days=1)
        left -= calendar.is_workday(day)
    return day


def working_days_between(since: date, until: date, calendar: WorkCalendar) -> int:
    """Count the working days after one day, up to another and with it.

    >>> working_days_between(date(2026, 11, 20), date(2026, 11, 24), WorkCalendar())
    2
    """
    return sum(
        calendar.is_workday(since + timedelta(days=ahead)) for ahead in range(1, (until - since).days + 1)
    )
