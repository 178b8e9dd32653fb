"""Makers of what care rests on: regulars who came for weeks, and meals of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals import service
from app.meals.rules import Channel, LedgerEntry
from app.residents.models import Resident
from app.roles import COMMAND
from tests.factories.delivery import neighbour

FRIDAY = date(2026, 11, 27)
LOOKED_AT = datetime(2026, 11, 27, 4, 20, tzinfo=UTC)
"""Twenty past twelve in Shanghai on that Friday."""
_numbers = count(1)


def lunch(
    resident_no: str,
    on: date = FRIDAY,
    *,
    site_code: str = "C01",
    channel: Channel = Channel.DINE_IN,
    sitting: Sitting = Sitting.LUNCH,
    at: datetime | None = None,
) -> LedgerEntry:
    """Record a meal; give it, so that it can be reversed."""
    number = next(_numbers)
    served_at = datetime(on.year, on.month, on.day, 3, 30, tzinfo=UTC) + timedelta(seconds=number % 3000)
    entry = LedgerEntry(
        id=UUID(int=10_000 + number),
        resident_no=resident_no,
        site_code=site_code,
        served_on=on,
        sitting=sitting,
        channel=channel,
        price_fen=15_00,
        served_at=served_at,
        recorded_by="U-1",
    )
    service.take([entry], by=COMMAND, at=at or served_at)
    return entry


def came(resident_no: str, weeks: Iterable[int] = (1, 2, 3, 4), *, site_code: str = "C01") -> None:
    """Let somebody have come to lunch so many weeks before that Friday."""
    for week in weeks:
        lunch(resident_no, FRIDAY - timedelta(weeks=week), site_code=site_code)


def regular(resident_no: str, *, name: str = "王秀兰", area_code: str = "430103005001") -> Resident:
    """Make a resident who lives alone and came each of the last four Fridays."""
    made = neighbour(resident_no, name=name, area_code=area_code)
    came(resident_no)
    return made
