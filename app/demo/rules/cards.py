"""Home of the demo's cards: everybody who eats has one, and a few have lost their first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from app.clock import on
from app.residents.rules.cards import CHANCE_BITS, EndReason, made_code

_LOSE_ONE = 0.03


@dataclass(frozen=True, slots=True)
class DemoCard:
    """A card from the day it was issued until it was lost, if it was."""

    code: str
    issued_at: datetime
    ended_at: datetime | None = None
    end_reason: EndReason | None = None


def cards(registered_at: datetime, random: Random, *, today: date) -> tuple[DemoCard, ...]:
    """Give the cards that somebody has had since they were registered; the last one holds."""
    code = made_code(random.getrandbits(CHANCE_BITS))
    days = (today - on(registered_at)).days
    if random.random() >= _LOSE_ONE or days <= 1:
        return (DemoCard(code, registered_at),)
    lost_at = registered_at + timedelta(days=1 + int((days - 1) * random.random()))
    second = made_code(random.getrandbits(CHANCE_BITS))
    return (DemoCard(code, registered_at, lost_at, EndReason.LOST), DemoCard(second, lost_at))
