"""Home of the holidays and worked weekend days that the State Council announced (国务院办公厅节假日安排)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays

from app.errors import DomainError
from app.subsidy.rules.calendar import WorkCalendar
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class AnnouncedDay:
    """A day that is not what its weekday says, and the holiday that it belongs to, in Chinese."""

    on: date
    is_workday: bool
    note: str


def is_announced(year: int) -> bool:
    """Tell whether a year's holidays are known."""
    return any(on.year == year for on in holidays)


def not_announced(year: int) -> Text:
    """Say that a year's holidays are not known, and what to do."""
    return text(
        "The holidays of {year} are not known to this version. Enter them by hand once they are announced.",
        year=year,
    )


def announced_days(year: int) -> list[AnnouncedDay]:
    """Give a year's holidays and the weekend days that are worked for them, in their order.

    Raises: DomainError for a year that this version does not know.
    """
    found = [
        AnnouncedDay(on, is_workday=is_workday, note=f"{Holiday(name).chinese}{'调休' if is_workday else ''}")
        for days, is_workday in ((holidays, False), (workdays, True))
        for on, name in days.items()
        if on.year == year and not (is_workday and WorkCalendar().is_workday(on))
    ]
    if not found:
        raise DomainError(not_announced(year), field="year")
    return sorted(found, key=lambda each: each.on)
