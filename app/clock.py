"""Home of the clock: the only place that reads the time, and of the business date in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONGEST_SKEW = 10 * 365 * 24 * 3600
"""Seconds by which a device's clock is said to be wrong, at most: ten years tell a person enough."""
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that anything here can be about: around each there are others, as far as anybody reckons."""


def now() -> datetime:
    """Give the present instant, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Give the present business date in Asia/Shanghai."""
    return on(now())


def on(at: datetime) -> date:
    """Give the business date of an aware instant: its date in Asia/Shanghai.

    >>> on(datetime(2026, 11, 22, 16, 30, tzinfo=UTC)).isoformat()
    '2026-11-23'
    """
    return at.astimezone(SHANGHAI).date()


def seconds_ahead(told: datetime, at: datetime) -> int:
    """Give by how many seconds a device's clock is ahead of ours: ten years at most, whatever it says.

    >>> seconds_ahead(datetime(2200, 1, 1, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)) == LONGEST_SKEW
    True
    """
    return max(-LONGEST_SKEW, min(LONGEST_SKEW, round((told - at).total_seconds())))


def day_written(written: str) -> date:
    """Read a day as addresses and machines write it.

    Raises: ValueError for what is no day, or none that anything here can be about.

    >>> day_written("2026-11-23").day
    23
    """
    day = date.fromisoformat(written)
    if not FIRST_DAY <= day <= LAST_DAY:
        msg = f"{day} is none of our days"
        raise ValueError(msg)
    return day
