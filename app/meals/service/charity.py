"""Home of what charity gives to meals: what policy pledges them, as far as the funds last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.canteens.rules import SiteFacts
from app.donations.rules.allotting import Pledge
from app.donations.service import allot
from app.meals.queries import DecidedMeal
from app.meals.rules import Decision

Pair = tuple[DecidedMeal, Decision]
"""A meal with what is decided about it now."""


def as_funds_last(pairs: Sequence[Pair], sites: Mapping[str, SiteFacts]) -> list[Pair]:
    """Let the meals ask the charity funds, in the order served, and give the decisions as they end.

    Only meals whose pledge is not what they hold have anything to ask or to give back; where no policy
    pledges anything, the funds are not looked at.
    """
    asking = [(meal, decision) for meal, decision in pairs if meal.charity_fen != decision.charity_fen]
    if not asking:
        return list(pairs)
    asking.sort(key=lambda pair: (pair[0].fact.served_at, pair[0].fact.meal_id))
    held = allot([_pledge(meal, decision, sites) for meal, decision in asking])
    return [
        (meal, decision.with_charity(held.get(decision.meal_id, decision.charity_fen)))
        for meal, decision in pairs
    ]


def _pledge(meal: DecidedMeal, decision: Decision, sites: Mapping[str, SiteFacts]) -> Pledge:
    fact = meal.fact
    return Pledge(fact.meal_id, sites[fact.site_code].area_code, fact.served_on, decision.charity_fen)
