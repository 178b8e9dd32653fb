"""Home of the template filters: money, dates and instants as Chinese offices write them."""

from __future__ import annotations

from datetime import date, datetime

from flask import Flask
from flask_babel import format_date, get_locale

from app.clock import SHANGHAI
from app.money import format_yuan, in_capitals
from app.web.language import month_name, printed, say
from app.web.navigation import way_back


def day(value: date | None) -> str:
    """Write a date: 2026年11月23日, or 23 Nov 2026."""
    return "—" if value is None else str(format_date(value, "medium"))


def whole_day(value: date) -> str:
    """Write a date with its weekday: 2026年11月23日星期一, or Monday, 23 November 2026."""
    return str(format_date(value, "full"))


def moment(value: datetime | None) -> str:
    """Write an instant in local time: 2026-11-23 11:42."""
    return "—" if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def moment_of_day(value: datetime) -> str:
    """Write the local time of day of an instant: 11:42."""
    return value.astimezone(SHANGHAI).strftime("%H:%M")


def clock_time(seconds: int) -> str:
    """Write seconds after midnight: 11:05.

    >>> clock_time(39900)
    '11:05'
    """
    return f"{seconds // 3600:02d}:{seconds % 3600 // 60:02d}"


def install(app: Flask) -> None:
    """Give the templates these filters, and let them know and print the reader's language."""
    app.jinja_env.finalize = printed
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.add_template_global(get_locale)
    app.add_template_global(way_back)
    app.add_template_global(say)
    app.add_template_filter(format_yuan, "yuan")
    app.add_template_filter(in_capitals, "capitals")
    app.add_template_filter(day)
    app.add_template_filter(whole_day)
    app.add_template_filter(moment)
    app.add_template_filter(moment_of_day)
    app.add_template_filter(clock_time)
    app.add_template_filter(month_name)
