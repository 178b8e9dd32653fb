"""Home of how planning opens: a plan within moments, and trips for the model over whole trips."""

from __future__ import annotations

from random import Random

from app.delivery.routing.solver.first import days_first, packed, trips_first
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.search import Days, Leg, Search, most_useful_first
from app.delivery.routing.solver.trips import Ground

FEW = 12
"""Up to so many orders the model over whole trips needs no better trips to begin with."""

ROUNDS_AN_ORDER = 2
"""So many rounds of our own search mend what the first plan left out; more find little."""

SHARE_OF_TRIPS = 0.2
SHARE_OF_DAYS = 0.3
SHARE_OF_MENDING = 0.45
"""Of the seconds, at most so much is gone when the trips, the days and the mending end."""

TRIP_ROUNDS_AN_ORDER = 40
CAUTIONS = (0.8, 1.0, 1.2)
"""How much of the way to its neighbours a door is taken to add to a meal's age."""


def opened(ground: Ground, seed: int, meter: Meter) -> tuple[Days, set[Leg]]:
    """Make a first plan; give it with every trip that turned up."""
    riders = most_useful_first(ground)
    if not ground.orders or not riders:
        return Days(ground), set()
    count = len(ground.orders)
    search = Search(ground, Random(seed), meter, meter.limit * SHARE_OF_MENDING, riders)  # noqa: S311  No secret hangs on the search.
    days, seen = Days(ground), set[Leg]()
    if count > FEW:
        rounds = TRIP_ROUNDS_AN_ORDER * count
        trips, seen = trips_first(
            ground, meter=meter, until=meter.limit * SHARE_OF_TRIPS, rounds=rounds, seed=seed
        )
        days = packed(ground, trips, riders)
    days = search.improved(days, 1)
    if days.objective().unserved_weight:
        days = _with_days_first(search, days, seed, meter.limit * SHARE_OF_DAYS)
        days = search.improved(days, ROUNDS_AN_ORDER * count)
    return days, seen | search.seen


def _with_days_first(search: Search, days: Days, seed: int, until: float) -> Days:
    """Where somebody goes without, plan riders' days as a whole, with more or less caution."""
    ground = search.ground
    riders = [rider for rider in search.open_riders if sum(ground.employs[rider]) == 1]
    if len(riders) < len(search.open_riders):
        return days
    for left, caution in zip(range(len(CAUTIONS), 0, -1), CAUTIONS, strict=True):
        now = search.meter.now()
        if now > until:
            break
        found, seen = days_first(
            ground,
            meter=search.meter,
            until=now + (until - now) / left,
            rounds=TRIP_ROUNDS_AN_ORDER * len(ground.orders),
            seed=seed,
            caution=caution,
            riders=riders,
        )
        search.seen |= seen
        found = search.improved(found, 1)
        days = min(days, found, key=lambda some: some.objective())
    return days
