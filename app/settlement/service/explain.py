"""Home of telling what became of one meal's money: the lines that hold it, and what is still to correct."""

from __future__ import annotations

from dataclasses import dataclass

from app.meals.models import Meal
from app.month import month_of
from app.settlement import queries
from app.settlement.models import Statement
from app.settlement.rules.adjustments import Adjustment, adjustments_of, worth_of
from app.settlement.rules.lines import Line


@dataclass(frozen=True, slots=True)
class HeldLine:
    """A statement of the meal's site and month, and its line of the meal; None where it has none."""

    statement: Statement
    line: Line | None


@dataclass(frozen=True, slots=True)
class SettledMeal:
    """What statements say of one meal.

    `held` are the statements of its month, void ones too; `adjusted` what any statement corrects of it;
    `now` the line as its decision stands; `due` what the site's next draft will correct.
    """

    held: tuple[HeldLine, ...]
    adjusted: tuple[tuple[Statement, Adjustment], ...]
    now: Line | None
    due: tuple[Adjustment, ...]

    @property
    def settling(self) -> HeldLine | None:
        """Give the statement that settles the meal's day, if one was handed in and is not void."""
        return next((each for each in self.held if each.statement.stage.binds), None)

    @property
    def draft(self) -> Statement | None:
        """Give the draft that the meal stands in, if there is one."""
        return next((each.statement for each in self.held if not each.statement.stage.is_frozen), None)


def settled_meal(meal: Meal) -> SettledMeal:
    """Read what every statement says of a meal, and compare it with its decision."""
    now = next(iter(queries.lines_among([meal.id])), None)
    held = tuple(
        HeldLine(
            statement,
            queries.frozen_line(statement.id, meal.id) if statement.stage.is_frozen else now,
        )
        for statement in queries.statement_issues(meal.site_code, month_of(meal.served_on))
    )
    found = SettledMeal(held, tuple(queries.adjustments_of_meal(meal.id)), now, ())
    return SettledMeal(held, found.adjusted, now, tuple(_due(found, str(meal.id))))


def _due(found: SettledMeal, meal_id: str) -> list[Adjustment]:
    """Give what is still to be corrected, once a binding statement settles the meal's day."""
    settling = found.settling
    if settling is None:
        return []
    settled = worth_of(settling.line)
    for statement, adjustment in found.adjusted:
        if statement.stage.binds:
            settled[adjustment.payer, adjustment.fund] += adjustment.amount_fen
    return adjustments_of(
        meal_id, settling.statement.statement_no, worth=worth_of(found.now), settled=settled
    )
