"""Home of telling why one meal got what it got: its steps, and the meals before it that used up the caps."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from app.canteens.rules import SiteFacts
from app.meals.rules.adjudication import (
    Decision,
    MealFact,
    adjudicate,
    judging_order,
    month_number,
    week_number,
)
from app.residents.rules.facts import ResidentFacts
from app.subsidy.rules import Caps, Occasion, PolicyBook, WorkCalendar
from app.subsidy.rules.explanation import Explanation, Naming, explain
from app.text import Text, text


class Window(StrEnum):
    """The span over which a cap counts."""

    SITTING = "sitting"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def label(self) -> Text:
        """Give the span for a screen."""
        return {
            Window.SITTING: text("same sitting"),
            Window.DAY: text("same day"),
            Window.WEEK: text("same week"),
            Window.MONTH: text("same month"),
        }[self]


@dataclass(frozen=True, slots=True)
class CountedMeal:
    """An earlier meal that uses up a cap of this one; `window` is the narrowest span that both lie in."""

    fact: MealFact
    window: Window
    government_fen: int


@dataclass(frozen=True, slots=True)
class ExplainedMeal:
    """One meal's facts, its decision, how that came about, and what had been used up before."""

    fact: MealFact
    resident: ResidentFacts | None
    decision: Decision
    explanation: Explanation
    counted: tuple[CountedMeal, ...]


def explained(
    meal_id: UUID,
    meals: Sequence[MealFact],
    *,
    reversed_ids: Collection[UUID],
    resident: ResidentFacts | None,
    sites: Mapping[str, SiteFacts],
    policies: PolicyBook,
    calendar: WorkCalendar,
    allotted: Mapping[UUID, int] | None = None,
    named: Naming = str,
) -> ExplainedMeal:
    """Adjudicate a resident's meals of a closed span, and tell how one of them was decided.

    Raises: KeyError when the meal is not among them.
    """
    decisions = adjudicate(
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=sites,
        policies=policies,
        calendar=calendar,
        allotted=allotted,
    )
    decision = decisions[meal_id]
    (fact,) = (meal for meal in meals if meal.meal_id == meal_id)
    return ExplainedMeal(
        fact=fact,
        resident=resident,
        decision=decision,
        explanation=explain(
            Occasion(fact.price_fen, fact.sitting, fact.served_on, sites[fact.site_code], resident),
            policy=decision.policy,
            used=decision.used,
            calendar=calendar,
            split=decision.split,
            named=named,
        ),
        counted=tuple(_counted(fact, meals, decisions)) if meal_id not in reversed_ids else (),
    )


def _counted(
    fact: MealFact, meals: Sequence[MealFact], decisions: Mapping[UUID, Decision]
) -> Iterator[CountedMeal]:
    """Give the meals judged before this one that got government money in a span that its policy caps."""
    policy = decisions[fact.meal_id].policy
    if policy is None:
        return
    capped = _capped(policy.caps)
    for other in sorted(meals, key=judging_order):
        if judging_order(other) >= judging_order(fact):
            return
        shared = _shared_windows(fact, other)
        government_fen = decisions[other.meal_id].government_fen
        if government_fen and capped.intersection(shared):
            yield CountedMeal(other, shared[0], government_fen)


def _capped(caps: Caps) -> set[Window]:
    meals, fen = caps.meals, caps.fen
    limits = {
        Window.SITTING: (meals.sitting,),
        Window.DAY: (meals.day, fen.day),
        Window.WEEK: (meals.week, fen.week),
        Window.MONTH: (meals.month, fen.month),
    }
    return {window for window, given in limits.items() if any(limit is not None for limit in given)}


def _shared_windows(one: MealFact, other: MealFact) -> list[Window]:
    """Give the spans that both meals lie in, the narrowest first."""
    same_day = one.served_on == other.served_on
    lie_together = {
        Window.SITTING: same_day and one.sitting is other.sitting,
        Window.DAY: same_day,
        Window.WEEK: week_number(one.served_on) == week_number(other.served_on),
        Window.MONTH: month_number(one.served_on) == month_number(other.served_on),
    }
    return [window for window, holds in lie_together.items() if holds]
