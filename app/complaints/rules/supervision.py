"""Home of supervision (督办): who looks after an answer that is late, and when the next one above does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.complaints.rules.classes import working_days_between
from app.subsidy.rules import WorkCalendar
from app.text import Text, text

DISTRICT_AFTER = 3
"""So many working days after the last day for an answer, the district looks after it."""

_DISTRICT, _STREET = 6, 9


class Level(StrEnum):
    """Who supervises a late answer."""

    STREET = "street"
    DISTRICT = "district"

    @property
    def label(self) -> Text:
        """Give the level for a screen."""
        return {
            Level.STREET: text("supervised by the street"),
            Level.DISTRICT: text("supervised by the district"),
        }[self]


@dataclass(frozen=True, slots=True)
class Supervisor:
    """Who supervises late answers of an area, from a day on."""

    area: str
    from_on: date
    user_no: str


@dataclass(frozen=True, slots=True)
class Supervision:
    """A late answer: for how many working days, on which level, and who is named for it; nobody may be."""

    level: Level
    days_late: int
    user_no: str | None


def supervision_of(
    due: date, area: str, *, today: date, calendar: WorkCalendar, supervisors: Iterable[Supervisor]
) -> Supervision | None:
    """Give who looks after an answer that is still missing, or None while it is in time.

    What lies in no single street is the district's from the first day.

    >>> since, due, calendar = date(2026, 1, 1), date(2026, 11, 20), WorkCalendar()
    >>> named = [Supervisor("430103005", since, "U-4"), Supervisor("430103", since, "U-5")]
    >>> found = [
    ...     supervision_of(due, "430103005001", today=day, calendar=calendar, supervisors=named)
    ...     for day in (date(2026, 11, 23), date(2026, 11, 25))
    ... ]
    >>> [each.user_no for each in found]
    ['U-4', 'U-5']
    """
    if today <= due:
        return None
    late = working_days_between(due, today, calendar)
    is_districts = late >= DISTRICT_AFTER or len(area) < _STREET
    level = Level.DISTRICT if is_districts else Level.STREET
    return Supervision(
        level, late, _named(area[: _DISTRICT if is_districts else _STREET], today, supervisors)
    )


def _named(area: str, today: date, supervisors: Iterable[Supervisor]) -> str | None:
    """Give who is named for an area or, where nobody is, for the one around it."""
    holding: dict[str, Supervisor] = {}
    for each in sorted(supervisors, key=lambda supervisor: supervisor.from_on):
        if each.from_on <= today:
            holding[each.area] = each
    for length in sorted({len(area), _DISTRICT}, reverse=True):
        if area[:length] in holding:
            return holding[area[:length]].user_no
    return None
