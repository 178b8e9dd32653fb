"""Home of whether a canteen covers its costs, and how many meals that would take. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from app.text import Text, text

_MONTHS = 12


class CostKind(StrEnum):
    """What a site spends money on; food grows with the meals, all else does not."""

    FOOD = "food"
    STAFF = "staff"
    RENT = "rent"
    ENERGY = "energy"
    OTHER = "other"

    @property
    def label(self) -> Text:
        """Give the kind's name for a screen."""
        return _LABELS[self]


_LABELS = {
    CostKind.FOOD: text("food"),
    CostKind.STAFF: text("staff"),
    CostKind.RENT: text("rent"),
    CostKind.ENERGY: text("energy"),
    CostKind.OTHER: text("other costs"),
}


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """What a month of a site came to: meals, what each party gave, a twelfth of its award, its costs.

    What the operator lets go (企业让利) is part of the price, but no income.
    """

    meals: int = 0
    resident_fen: int = 0
    operator_fen: int = 0
    government_fen: int = 0
    charity_fen: int = 0
    award_fen: int = 0
    food_fen: int = 0
    fixed_fen: int = 0

    @property
    def income_fen(self) -> int:
        """Give what came in: from residents, government and charity, with the month's part of the award."""
        return self.meal_income_fen + self.award_fen

    @property
    def meal_income_fen(self) -> int:
        """Give what the meals brought in."""
        return self.resident_fen + self.government_fen + self.charity_fen

    @property
    def cost_fen(self) -> int:
        """Give what was spent."""
        return self.food_fen + self.fixed_fen

    @property
    def result_fen(self) -> int:
        """Give what is left, or missing where it is below nought."""
        return self.income_fen - self.cost_fen

    @property
    def meals_to_break_even(self) -> int | None:
        """Give how many meals a month would cover the costs; None where each meal loses money.

        >>> SiteMonth(meals=1000, resident_fen=12_000_00, government_fen=3_000_00, food_fen=9_000_00,
        ...           fixed_fen=9_000_00).meals_to_break_even
        1500
        """
        if not self.meals:
            return None
        margin = self.meal_income_fen - self.food_fen
        missing = max(0, self.fixed_fen - self.award_fen)
        return None if margin <= 0 else -(-missing * self.meals // margin)


@dataclass(frozen=True, slots=True)
class WhatIf:
    """Other figures to try: fen more for a meal, meals in per cent of now, another award for the year.

    >>> now = SiteMonth(meals=1000, resident_fen=12_000_00, government_fen=3_000_00, food_fen=9_000_00)
    >>> then = WhatIf(price_fen=100, meals_percent=110).of(now)
    >>> then.meals, then.resident_fen, then.government_fen, then.food_fen
    (1100, 1430000, 330000, 990000)
    """

    price_fen: int = 0
    meals_percent: int = 100
    award_year_fen: int | None = None

    def of(self, month: SiteMonth) -> SiteMonth:
        """Give the month as it would have been: what a meal costs more, the resident pays.

        What it costs less the resident saves, at the most what they paid: nobody is paid for eating.

        >>> WhatIf(price_fen=-20_00).of(SiteMonth(meals=10, resident_fen=120_00)).resident_fen
        0
        """

        def scaled(count: int) -> int:
            return (count * self.meals_percent + 50) // 100

        meals = scaled(month.meals)

        return replace(
            month,
            meals=meals,
            resident_fen=max(0, scaled(month.resident_fen) + self.price_fen * meals),
            operator_fen=scaled(month.operator_fen),
            government_fen=scaled(month.government_fen),
            charity_fen=scaled(month.charity_fen),
            food_fen=scaled(month.food_fen),
            award_fen=month.award_fen if self.award_year_fen is None else self.award_year_fen // _MONTHS,
        )


def with_costs(month: SiteMonth, costs: Mapping[CostKind, int], award_year_fen: int) -> SiteMonth:
    """Give a month with its costs and a twelfth of the year's award."""
    return replace(
        month,
        food_fen=costs.get(CostKind.FOOD, 0),
        fixed_fen=sum(fen for kind, fen in costs.items() if kind is not CostKind.FOOD),
        award_fen=award_year_fen // _MONTHS,
    )
