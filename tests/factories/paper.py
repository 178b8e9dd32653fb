"""Makers of sheets of paper, and of what is keyed from them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.roles import COMMAND, Actor, Role, Scope
from app.till import service
from app.till.rules.keying import KeyedRow
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.meals import NOON, TODAY

EVENING = NOON + timedelta(hours=6)
"""When the sheets of the day are keyed back."""


def printed_sheets(
    count: int = 1,
    *,
    site_code: str = "C01",
    on: date = TODAY,
    sitting: Sitting = Sitting.LUNCH,
    names_regulars: bool = False,
    at: datetime = NOON,
) -> list[str]:
    """Print sheets for today's lunch; give their numbers."""
    with transaction():
        made = service.print_sheets(
            site_code, on, sitting, count=count, names_regulars=names_regulars, by=COMMAND, at=at
        )
        return [sheet.sheet_no for sheet in made]


def canteen_hand(site_code: str = "C01") -> Actor:
    """Let in somebody who works at a site."""
    return user(Role.SITE_STAFF, site_code=site_code).actor


def outsider(user_no: str = "U-99") -> Actor:
    """Give somebody who may record meals everywhere, and works nowhere."""
    return Actor(user_no, Role.SITE_STAFF.permissions, Scope())


def keyed_row(row: int = 1, resident_no: str = "R-000001", **changes: object) -> KeyedRow:
    """Give a row of one lunch eaten here at the usual price."""
    made: dict[str, object] = {
        "row": row,
        "resident_no": resident_no,
        "channel": Channel.DINE_IN,
        "count": 1,
        "companions": 0,
        "price_fen": 15_00,
        **changes,
    }
    return KeyedRow(**made)  # type: ignore[arg-type]  # any field of it


def keyed(number: str, turn: int, *rows: KeyedRow, by: Actor, at: datetime = EVENING) -> None:
    """Key a sheet in."""
    with transaction():
        service.key_in(number, turn, rows, by=by, at=at)
