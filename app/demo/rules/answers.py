"""Home of what the demo's people answer on the telephone when they are asked about their meals."""

from __future__ import annotations

from random import Random

from app.demo.rules.chance import Lot
from app.oversight.rules.calls import CallOutcome

_CALLED = 0.9
_HONEST = Lot(
    {
        CallOutcome.CONFIRMED: 0.79,
        CallOutcome.UNREACHED: 0.17,
        CallOutcome.WRONG_NUMBER: 0.03,
        CallOutcome.FEWER: 0.01,
    }
)
"""One in a hundred who ate forgets it: a false alarm that only a person can tell."""

_MADE_UP = Lot({CallOutcome.DENIED: 0.5, CallOutcome.FEWER: 0.35, CallOutcome.UNREACHED: 0.15})


def answered(random: Random, *, is_made_up: bool) -> CallOutcome | None:
    """Draw what came of a call about meals that were eaten or made up; None for who was not called yet."""
    drawn = (_MADE_UP if is_made_up else _HONEST).draw(random)
    return drawn if random.random() < _CALLED else None
