"""Every `select` of the ledger."""

from app.meals.queries.counter import (
    REGULARS_LOOK_BACK,
    ate_since,
    people,
    price_on,
    registered,
    regulars,
    sought_at,
)
from app.meals.queries.decided import (
    DecidedMeal,
    decided_guests,
    decided_meals,
    eaters,
    ground_mark,
    is_subsidised,
    meals_touched_by,
    spans_of_meals,
)
from app.meals.queries.records import (
    conflicts_of,
    digests_of,
    eaten,
    is_reversed,
    ledger,
    meal,
    reversal_of,
    reversed_among,
    served,
)
from app.meals.queries.state import MealsState, states_of

__all__ = [
    "REGULARS_LOOK_BACK",
    "DecidedMeal",
    "MealsState",
    "ate_since",
    "conflicts_of",
    "decided_guests",
    "decided_meals",
    "digests_of",
    "eaten",
    "eaters",
    "ground_mark",
    "is_reversed",
    "is_subsidised",
    "ledger",
    "meal",
    "meals_touched_by",
    "people",
    "price_on",
    "registered",
    "regulars",
    "reversal_of",
    "reversed_among",
    "served",
    "sought_at",
    "spans_of_meals",
    "states_of",
]
