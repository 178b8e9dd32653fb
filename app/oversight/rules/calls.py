"""Home of the monthly calls: a random sample of named residents at each site, and what they answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from random import Random

from app.text import Text, text

PER_SITE = 3
MOST_PER_SITE = 20
LONGEST_NOTE = 200


class CallOutcome(StrEnum):
    """What a called resident, or the telephone, answered."""

    CONFIRMED = "confirmed"
    FEWER = "fewer"
    DENIED = "denied"
    UNREACHED = "unreached"
    WRONG_NUMBER = "wrong_number"

    @property
    def label(self) -> Text:
        """Give the answer for a screen."""
        return _LABELS[self]

    @property
    def is_mismatch(self) -> bool:
        """Tell whether it contradicts what was recorded."""
        return self in (CallOutcome.FEWER, CallOutcome.DENIED)

    @property
    def is_answer(self) -> bool:
        """Tell whether somebody said something about the meals."""
        return self.is_mismatch or self is CallOutcome.CONFIRMED


_LABELS = {
    CallOutcome.CONFIRMED: text("yes, about as often"),
    CallOutcome.FEWER: text("far less often"),
    CallOutcome.DENIED: text("never ate there"),
    CallOutcome.UNREACHED: text("not reached"),
    CallOutcome.WRONG_NUMBER: text("wrong number"),
}


class CallState(StrEnum):
    """How a call stands: what is still to be done first."""

    OPEN = "open"
    AGAIN = "again"
    MISMATCH = "mismatch"
    CONFIRMED = "confirmed"

    @property
    def label(self) -> Text:
        """Give the state for a screen."""
        return {
            CallState.OPEN: text("still to be called"),
            CallState.AGAIN: text("to be tried again"),
            CallState.MISMATCH: text("say otherwise than recorded"),
            CallState.CONFIRMED: text("confirmed it"),
        }[self]


def state_of(newest: CallOutcome | None) -> CallState:
    """Tell how a call stands by its newest answer.

    >>> state_of(None).value, state_of(CallOutcome.WRONG_NUMBER).value, state_of(CallOutcome.FEWER).value
    ('open', 'again', 'mismatch')
    """
    if newest is None:
        return CallState.OPEN
    if not newest.is_answer:
        return CallState.AGAIN
    return CallState.MISMATCH if newest.is_mismatch else CallState.CONFIRMED


def drawn(eaters: Mapping[str, Sequence[str]], *, seed: int, per_site: int) -> dict[str, list[str]]:
    """Draw up to so many residents of each site; the same seed and the same eaters give the same people.

    In whatever order the eaters come, and whatever other sites there are, a site's people stay the same.

    >>> few = {"C01": ["R-3", "R-1", "R-2"]}
    >>> drawn(few, seed=7, per_site=2) == drawn({"C01": ["R-1", "R-2", "R-3"], "P01": []}, seed=7, per_site=2)
    True
    >>> len(drawn(few, seed=7, per_site=5)["C01"])
    3
    """
    chosen = {}
    for site_code, numbers in eaters.items():
        ordered = sorted(set(numbers))
        if ordered:
            random = Random(f"{seed}:{site_code}")  # noqa: S311 - repeatable on purpose: the seed is kept
            chosen[site_code] = random.sample(ordered, min(per_site, len(ordered)))
    return chosen
