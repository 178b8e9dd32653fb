"""Home of what a counter goes by: the sitting by the clock, ids that tell their time, and what is a slip."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from app.canteens.rules import Sitting
from app.clock import SHANGHAI

UNDO_MINUTES = 10
"""How long the till may take a meal back with one tap."""

DEAREST_MEAL_FEN = 200_00
"""What no single meal costs: a higher price at the till is a slip of the finger."""

_BREAKFAST_UNTIL, _LUNCH_UNTIL = time(9, 30), time(15)


def sitting_at(at: datetime) -> Sitting:
    """Give the sitting that is being served at an instant, by the clock in Shanghai.

    >>> sitting_at(datetime(2026, 11, 23, 3, 5, tzinfo=UTC)).value
    'lunch'
    """
    now = at.astimezone(SHANGHAI).time()
    if now < _BREAKFAST_UNTIL:
        return Sitting.BREAKFAST
    return Sitting.LUNCH if now < _LUNCH_UNTIL else Sitting.DINNER


def meal_id(at: datetime, chance: int) -> UUID:
    """Make the id of a meal that is put on the counter now: a UUID of version 7, which sorts by its time.

    `chance` is any random number of 74 bits.

    Source: RFC 9562, section 5.7.

    >>> str(meal_id(datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC), 0))
    '01a2067f-2a98-7000-8000-000000000000'
    """
    milliseconds = round(at.timestamp() * 1000)
    first, second = chance >> 62 & 0xFFF, chance & (1 << 62) - 1
    return UUID(int=milliseconds << 80 | 0x7 << 76 | first << 64 | 0b10 << 62 | second)


def made_at(given: UUID) -> datetime | None:
    """Give when an id of version 7 was made; None for every other id.

    >>> made_at(meal_id(datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC), 5)).isoformat()
    '2026-11-23T03:42:07+00:00'
    """
    if given.version != 7:  # noqa: PLR2004 - the version that carries its time
        return None
    return _EPOCH + timedelta(milliseconds=given.int >> 80)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
