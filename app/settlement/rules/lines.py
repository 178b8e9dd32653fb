"""Home of the statement's line: one meal of the month, who pays which part of it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.subsidy.rules import LayerShare, Reason

CHARITY_PAYER = "charity"
CHARITY_FUND = "慈善资助"
"""Payer and fund under which the charity part of the split is settled; it belongs to no policy layer."""


_SITTING_ORDER = {sitting: place for place, sitting in enumerate(Sitting)}


@dataclass(frozen=True, slots=True)
class Line:
    """One meal of the month as the statement holds it, reversed ones too.

    `layers` are the government's shares in the order of the policy; they add up to `government_fen`.
    `policy_reference` is the notice that decided the meal, empty when no policy was in force.
    """

    meal_id: str
    site_code: str
    resident_no: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    government_fen: int
    operator_fen: int
    charity_fen: int
    resident_fen: int
    reason: Reason
    policy_reference: str
    layers: tuple[LayerShare, ...] = ()

    @property
    def counts(self) -> bool:
        """Tell whether the meal stands: a reversed one does not."""
        return self.reason is not Reason.REVERSED

    @property
    def shares(self) -> tuple[LayerShare, ...]:
        """Give everything that the site is owed for this meal, by payer and fund, charity last."""
        if not self.charity_fen:
            return self.layers
        return (*self.layers, LayerShare(CHARITY_PAYER, CHARITY_FUND, self.charity_fen))

    @property
    def place(self) -> tuple[date, int, str, str]:
        """Give the line's place in a printed list: by day, sitting and resident."""
        return (self.served_on, _SITTING_ORDER[self.sitting], self.resident_no, self.meal_id)
