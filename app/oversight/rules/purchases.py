"""Home of what kitchens buy by weight: the foods that are asked for, and what may be entered."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.errors import DomainError
from app.text import Text, text

MOST_GRAMS = 100_000_000
LONGEST_REASON = 200


class Food(StrEnum):
    """What is bought by weight and goes into nearly every meal."""

    MEAT = "meat"
    RICE = "rice"
    VEGETABLES = "vegetables"

    @property
    def label(self) -> Text:
        """Give the food's name for a screen."""
        return {
            Food.MEAT: text("meat, poultry, fish and eggs"),
            Food.RICE: text("rice and flour"),
            Food.VEGETABLES: text("vegetables"),
        }[self]


@dataclass(frozen=True, slots=True)
class Purchase:
    """What a kitchen bought of one food in a month; a second entry for it says why it differs."""

    food: Food
    grams: int
    reason: str = ""


def ensure_purchase(purchase: Purchase, *, before: int | None) -> None:
    """Refuse a weight that cannot be, and a change that says no reason.

    Raises: DomainError.
    """
    if not 0 <= purchase.grams <= MOST_GRAMS:
        raise DomainError(text("The weight is not between 0 and 100,000 kg."), field=purchase.food.value)
    if before is not None and before != purchase.grams and not purchase.reason.strip():
        raise DomainError(text("Say why it is changed."), field="reason")
