"""Home of the queries on the calendar of workdays."""

from __future__ import annotations

from datetime import date

from sqlalchemy import extract, select

from app.extensions import db
from app.subsidy.models import CalendarDay
from app.subsidy.rules import WorkCalendar


def work_calendar() -> WorkCalendar:
    """Give the calendar of workdays, holidays and worked weekend days."""
    return WorkCalendar({row.on: row.is_workday for row in db.session.execute(_CALENDAR)})


# What every batch of meals rests on is asked by a statement that is put together once.
_CALENDAR = select(CalendarDay.on, CalendarDay.is_workday).order_by(CalendarDay.on)


def calendar_days(year: int) -> list[CalendarDay]:
    """Give the days of a year that are not what their weekday says, in their order."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    query = select(CalendarDay).where(CalendarDay.on.between(first, last)).order_by(CalendarDay.on)
    return list(db.session.execute(query).scalars())


def calendar_day(on: date) -> CalendarDay | None:
    """Give a day, if it is not what its weekday says."""
    return db.session.get(CalendarDay, on)


def calendar_years() -> list[int]:
    """Give the years of which something is written down, the newest first."""
    year = extract("year", CalendarDay.on)
    return [int(each) for each in db.session.execute(select(year).distinct().order_by(year.desc())).scalars()]
