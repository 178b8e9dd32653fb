"""Home of the verbs on the calendar of workdays."""

from __future__ import annotations

from datetime import date, datetime

from blinker import Signal

from app.audit import service as audit
from app.errors import NotFound
from app.extensions import db
from app.locks import lock_space
from app.roles import Actor
from app.subsidy import queries
from app.subsidy.models import CalendarDay
from app.subsidy.rules.announced import announced_days
from app.subsidy.rules.calendar import ensure_exception
from app.text import text

calendar_changed = Signal()
"""Sent with the day, `on`, in the transaction that makes a workday of it, or a day off."""

_CALENDAR = "subsidy.calendar"


def set_day(on: date, note: str, *, is_workday: bool, by: Actor, at: datetime) -> None:
    """Write down that a day is a holiday, or a weekend day that is worked.

    Raises: DomainError when the day is a workday by its weekday already.
    """
    ensure_exception(on, is_workday=is_workday)
    lock_space(db.session, _CALENDAR)
    before = queries.work_calendar().is_workday(on)
    row = queries.calendar_day(on)
    if row is None:
        row = CalendarDay(on=on)
        db.session.add(row)
    row.is_workday, row.note = is_workday, note
    db.session.flush()
    kind = "workday" if is_workday else "holiday"
    audit.record("calendar.day_set", f"day:{on}", by=by, at=at, detail={"day": kind, "note": note})
    _tell(on, before=before)


def enter_announced(year: int, *, by: Actor, at: datetime) -> int:
    """Write down a year's announced holidays and worked weekend days; what is written down already stays.

    Gives how many days were written. Raises: DomainError for a year that is not known.
    """
    days = announced_days(year)
    lock_space(db.session, _CALENDAR)
    known = {row.on for row in queries.calendar_days(year)}
    missing = [day for day in days if day.on not in known]
    for day in missing:
        set_day(day.on, day.note, is_workday=day.is_workday, by=by, at=at)
    return len(missing)


def remove_day(on: date, *, by: Actor, at: datetime) -> None:
    """Let a day be again what its weekday says.

    Raises: NotFound when nothing else is written down of it.
    """
    lock_space(db.session, _CALENDAR)
    before = queries.work_calendar().is_workday(on)
    row = queries.calendar_day(on)
    if row is None:
        raise NotFound(text("Nothing is written down for {day}.", day=on))
    db.session.delete(row)
    db.session.flush()
    audit.record("calendar.day_removed", f"day:{on}", by=by, at=at, detail={"note": row.note})
    _tell(on, before=before)


def _tell(on: date, *, before: bool) -> None:
    """Tell those above, unless the day is what it was."""
    if queries.work_calendar().is_workday(on) != before:
        calendar_changed.send(None, on=on)
