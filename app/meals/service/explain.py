"""Home of telling how one meal of the ledger was decided, from the facts as they stand."""

from __future__ import annotations

from app.areas import queries as areas
from app.donations import queries as donations
from app.meals import queries
from app.meals.models import Meal
from app.meals.rules.explaining import ExplainedMeal, explained
from app.meals.rules.spans import affected_span
from app.meals.service.decide import Ground
from app.residents import queries as residents


def explain_meal(meal: Meal) -> ExplainedMeal:
    """Decide the meal once more beside all the resident's meals that can touch it, and tell the steps."""
    ground = Ground.now()
    first, last = affected_span(meal.served_on, ground.policies)
    if meal.resident_no:
        known = queries.decided_meals([meal.resident_no], first, last)[meal.resident_no]
        resident = residents.facts_of([meal.resident_no]).get(meal.resident_no)
    else:
        known, resident = queries.decided_guests([meal.id]), None
    codes = {policy.district for policy in ground.policies}
    if resident is not None:
        codes |= {resident.residence_area, resident.registered_area}
    names = areas.labels(codes)
    return explained(
        meal.id,
        [each.fact for each in known],
        reversed_ids={each.fact.meal_id for each in known if each.is_reversed},
        resident=resident,
        sites=ground.sites,
        policies=ground.policies,
        calendar=ground.calendar,
        allotted=donations.allotted_to([meal.id]),
        named=lambda code: names.get(code, code),
    )
