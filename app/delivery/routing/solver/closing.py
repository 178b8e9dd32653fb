"""Home of the time that the proof leaves: it goes to the search again, from other beginnings."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from app.delivery.routing.plan import Objective
from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.opening import FEW, with_fewer_riders, with_trips_first
from app.delivery.routing.solver.proof import improved_and_bounded
from app.delivery.routing.solver.search import Search, most_useful_first

MOST_IN_VAIN = 12
"""After so many searches in a row that found nothing better, more would hardly."""


def searched_again(
    days: Days, bound: Objective, pool: Sequence[Leg], *, seed: int, meter: Meter
) -> tuple[Days, Objective]:
    """Search on where the proof has ended without meeting the plan, and prove again what is then better.

    What was proven of a lesser goal holds for plans that reach at least what was reached of the graver ones,
    so it holds for those that reach more. `pool` are the trips that turned up so far.
    """
    ground, in_vain = days.ground, 0
    riders, trips = most_useful_first(ground), dict.fromkeys(pool)
    while riders and in_vain < MOST_IN_VAIN and meter.now() < meter.limit and bound != days.objective():
        seed, in_vain = seed + 1, in_vain + 1
        search = Search(ground, Random(seed), meter, riders)  # noqa: S311  No secret hangs on the search.
        found, seen = _found(search, is_everybody_served=not days.objective().unserved_weight)
        before, known = days.objective(), len(trips)
        trips |= dict.fromkeys(seen)
        if found.objective() < before or len(trips) > known:
            better = min(days, found, key=Days.objective)
            days, again = improved_and_bounded(better, list(trips), meter)
            bound = _both(bound, again, days.objective())
        if days.objective() < before:
            in_vain = 0
    return days, bound


def _found(search: Search, *, is_everybody_served: bool) -> tuple[Days, Sequence[Leg]]:
    """Make another plan: of trips that ride little where everybody is served, else from empty days."""
    limit, seen = search.meter.limit, list[Leg]()
    if is_everybody_served and len(search.weights) > FEW:
        draft, seen = with_trips_first(search)
    else:
        draft = search.improved(search.empty(), limit, until_served=False, is_hot=True)
    if not draft.left:
        draft = min(draft, with_fewer_riders(search, draft, limit), key=lambda one: one.cost)
    return search.days(draft), seen


def _both(one: Objective, other: Objective, reached: Objective) -> Objective:
    """Give the higher of two bounds in each part, and never more than what was reached."""
    return Objective(
        min(max(one.unserved_weight, other.unserved_weight), reached.unserved_weight),
        min(max(one.riders, other.riders), reached.riders),
        min(max(one.ride, other.ride), reached.ride),
    )
