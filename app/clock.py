"""Home of the clock: the only place that reads the time, and of the business date in Asia/Shanghai."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


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
