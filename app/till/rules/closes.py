"""Home of reading one closed sitting as a tablet sent it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NoReturn
from uuid import UUID

from app import clock
from app.canteens.rules import Sitting
from app.till.rules.quarantine import Problem, Unfit
from app.till.rules.records import instant_in, uuid_in, words_in

MOST_MEALS = 100_000
MOST_FEN = 100_000_000_00
_LONGEST_NUMBER, _LONGEST_REASON = 32, 200


@dataclass(frozen=True, slots=True)
class SentClose:
    """A sitting that was closed on a tablet: counts of meals by kind, and money in fen."""

    id: UUID
    served_on: date
    sitting: Sitting
    closed_at: datetime
    by: str
    dine_in: int
    take_away: int
    delivered: int
    reversed: int
    unregistered: int
    subsidised: int
    cash_expected_fen: int
    cash_counted_fen: int
    reason: str
    signature: str


def read_close(raw: object) -> SentClose:
    """Read one closed sitting.

    Raises: Unfit.
    """
    if not isinstance(raw, Mapping) or not isinstance(meals := raw.get("meals"), Mapping):
        raise Unfit(Problem.UNREADABLE)
    sent = SentClose(
        id=uuid_in(raw.get("id"), Problem.NO_ID),
        served_on=_day(raw.get("served_on")),
        sitting=_sitting(raw.get("sitting")),
        closed_at=instant_in(raw.get("closed_at")),
        by=words_in(raw.get("by"), _LONGEST_NUMBER),
        dine_in=_count(meals.get("dine_in", 0)),
        take_away=_count(meals.get("take_away", 0)),
        delivered=_count(meals.get("delivered", 0)),
        reversed=_count(raw.get("reversed", 0)),
        unregistered=_count(raw.get("unregistered", 0)),
        subsidised=_count(raw.get("subsidised", 0)),
        cash_expected_fen=_count(raw.get("cash_expected_fen"), MOST_FEN),
        cash_counted_fen=_count(raw.get("cash_counted_fen"), MOST_FEN),
        reason=words_in(raw.get("reason"), _LONGEST_REASON),
        signature=words_in(raw.get("signature"), _LONGEST_REASON),
    )
    if sent.cash_expected_fen != sent.cash_counted_fen and not sent.reason:
        raise Unfit(Problem.WORDS)
    return sent


def _count(given: object, most: int = MOST_MEALS) -> int:
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= most:
        return given
    return _unreadable()


def _day(given: object) -> date:
    try:
        return clock.day_written(given) if isinstance(given, str) else _unreadable()
    except ValueError:
        return _unreadable()


def _sitting(given: object) -> Sitting:
    if isinstance(given, str) and given in set(Sitting):
        return Sitting(given)
    raise Unfit(Problem.SITTING)


def _unreadable() -> NoReturn:
    raise Unfit(Problem.UNREADABLE)
