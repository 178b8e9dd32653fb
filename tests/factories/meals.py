"""Makers of records for the ledger, and of files of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals import service
from app.meals.rules import Channel, LedgerEntry, Receipt
from app.roles import COMMAND
from app.transaction import transaction

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
"""Twelve o'clock in Shanghai on a Monday."""
TODAY = date(2026, 3, 2)


def entry(number: int = 1, **changes: object) -> LedgerEntry:
    """Give a lunch of the first resident at C01, recorded `number` seconds after twelve."""
    given: dict[str, object] = {
        "id": UUID(int=number),
        "resident_no": "R-000001",
        "site_code": "C01",
        "served_on": TODAY,
        "sitting": Sitting.LUNCH,
        "channel": Channel.DINE_IN,
        "price_fen": 15_00,
        "served_at": NOON + timedelta(seconds=number),
        "recorded_by": "U-1",
        **changes,
    }
    return LedgerEntry(**given)  # type: ignore[arg-type]  # any field of it


def taken(*entries: LedgerEntry, at: datetime = NOON) -> list[Receipt]:
    """Take records into the ledger."""
    with transaction():
        return service.take(entries, by=COMMAND, at=at)


def meal_cells(number: int = 1, **changes: str) -> dict[str, str]:
    """Give the cells of a good row of meals.csv: the meal of `entry`."""
    made = entry(number)
    return {
        "meal_id": str(made.id),
        "resident_no": made.resident_no,
        "site_code": made.site_code,
        "served_on": made.served_on.isoformat(),
        "sitting": made.sitting.value,
        "channel": made.channel.value,
        "price_fen": str(made.price_fen),
        "served_at": made.served_at.isoformat(),
        "recorded_by": made.recorded_by,
        "tablet": "",
        "reverses": "",
        "reason": "",
        **changes,
    }


def undoing_cells(number: int, of: int, **changes: str) -> dict[str, str]:
    """Give the cells of a row that undoes the meal with another number."""
    return meal_cells(number, **{"reverses": str(UUID(int=of)), "reason": "记错了", **changes})
