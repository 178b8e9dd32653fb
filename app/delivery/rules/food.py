"""Home of the log of hot meals: how hot they leave, what is kept of each as a sample, what is missing. Pure.

Source: 餐饮服务食品安全操作规范 (notice 2018 no. 12): hot holding at 60 °C or more; samples of
125 g or more of each dish, kept for 48 hours.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app import clock
from app.errors import DomainError
from app.text import text

HOT_DEGREES = 60
SAMPLE_GRAMS = 125
SAMPLE_HOURS = 48
BOILING_DEGREES = 100
WRITTEN_WITHIN_DAYS = 7
LONGEST_WORDS = 64


def is_hot(degrees: int) -> bool:
    """Tell whether a meal leaves hot enough.

    >>> is_hot(60), is_hot(59)
    (True, False)
    """
    return degrees >= HOT_DEGREES


def ensure_written_on(on: date, *, today: date) -> None:
    """Refuse an entry for a day to come, or for one that is over for long.

    Raises: DomainError.
    """
    if on > today:
        raise DomainError(text("That day is still to come. Write it down when it is done."))
    if on < today - timedelta(days=WRITTEN_WITHIN_DAYS):
        raise DomainError(text("That day is over for more than a week. It stays as it is."))


def ensure_explained(degrees: int, note: str) -> None:
    """Refuse a cold meal of which nobody says what was done about it.

    Raises: DomainError.
    """
    if not is_hot(degrees) and not note:
        raise DomainError(
            text("Below 60 °C: heat it again and measure again, or write what was done."), field="note"
        )


def ensure_sample(grams: int) -> None:
    """Refuse a sample that is too small to be examined.

    Raises: DomainError.
    """
    if grams < SAMPLE_GRAMS:
        raise DomainError(text("A sample weighs 125 g at least. Keep more."), field="grams")


def kept_until(kept_at: datetime) -> datetime:
    """Give until when a sample is kept at the least.

    >>> from datetime import UTC
    >>> kept_until(datetime(2026, 11, 23, 3, tzinfo=UTC)).isoformat()
    '2026-11-25T03:00:00+00:00'
    """
    return kept_at + timedelta(hours=SAMPLE_HOURS)


def read_month(written: str) -> tuple[date, date]:
    """Give the first day of a month written like 2026-11, and the first day after it.

    Raises: DomainError.

    >>> read_month("2026-12")
    (datetime.date(2026, 12, 1), datetime.date(2027, 1, 1))
    """
    try:
        first = clock.day_written(f"{written}-01")
    except ValueError as error:
        raise DomainError(text("“{written}” is no month. Write it like 2026-11.", written=written)) from error
    return first, (first + timedelta(days=31)).replace(day=1)
