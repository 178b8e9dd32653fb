"""Home of whether a sitting was closed, and of what its till counted beside what the ledger holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.meals.rules import Channel
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Figures:
    """Meals of one sitting at one till, by kind; only `reversed` counts those that were undone."""

    dine_in: int = 0
    take_away: int = 0
    delivered: int = 0
    reversed: int = 0
    unregistered: int = 0
    subsidised: int = 0

    @property
    def meals(self) -> int:
        """Give how many meals stand."""
        return self.dine_in + self.take_away + self.delivered


@dataclass(frozen=True, slots=True)
class Counted:
    """What the ledger holds of one sitting at one till.

    `cash_fen` is what residents pay in cash as things stand; what was taken at the counter may differ, where
    a decision changed afterwards. `last_served_at` is of the meals that stand, None when none does.
    """

    figures: Figures
    cash_fen: int
    last_served_at: datetime | None
    first_received_at: datetime


@dataclass(frozen=True, slots=True)
class Figure:
    """One kind of meal: what the till closed with, None while it is open, and what the ledger holds."""

    label: Text
    closed: int | None
    held: int

    @property
    def differs(self) -> bool:
        """Tell whether the two are not the same."""
        return self.closed is not None and self.closed != self.held


_KINDS = {
    "dine_in": Channel.DINE_IN.label,
    "take_away": Channel.TAKE_AWAY.label,
    "delivered": Channel.DELIVERED.label,
    "subsidised": text("subsidised"),
    "unregistered": text("not registered"),
    "reversed": text("reversed"),
}


def side_by_side(closed: Figures | None, held: Figures) -> list[Figure]:
    """Give each kind of which there was any, as closed and as held."""
    compared = [
        Figure(label, None if closed is None else getattr(closed, name), getattr(held, name))
        for name, label in _KINDS.items()
    ]
    return [figure for figure in compared if figure.closed or figure.held]


def is_open(last_served_at: datetime | None, closed_at: Sequence[datetime]) -> bool:
    """Tell whether meals were recorded after the last closing; nothing recorded needs no closing."""
    return last_served_at is not None and all(at < last_served_at for at in closed_at)
