"""Home of how planning opens: a plan within moments, and trips for the model over whole trips."""

from __future__ import annotations

from random import Random

from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.drafts import Draft
from app.delivery.routing.solver.first import trips_first
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.search import Search, most_useful_first
from app.delivery.routing.solver.trips import Ground

FEW = 12
"""Up to so many orders the model over whole trips needs no better trips to begin with."""

SHARE_OF_SEARCH = 0.85
"""While somebody goes without, at most so much of the seconds is for the search."""

SHARE_OF_TRIPS = 0.2
"""Where everybody is served, so much of what is left then is for trips that ride less."""

TRIP_ROUNDS_AN_ORDER = 40


def opened(ground: Ground, seed: int, meter: Meter) -> tuple[Days, set[Leg]]:
    """Make a first plan; give it with every trip that turned up."""
    riders = most_useful_first(ground)
    if not ground.orders or not riders:
        return Days(ground), set()
    search = Search(ground, Random(seed), meter, riders)  # noqa: S311  No secret hangs on the search.
    draft = search.improved(search.empty(), meter.limit * SHARE_OF_SEARCH)
    seen = set[Leg]()
    if not draft.left and len(ground.orders) > FEW:
        draft, seen = _with_trips_first(search, draft, seed)
    return search.days(draft), seen


def _with_trips_first(search: Search, draft: Draft, seed: int) -> tuple[Draft, set[Leg]]:
    """Where everybody is served, plan trips without a thought for the riders' days, and fit them in."""
    ground, meter = search.ground, search.meter
    now = meter.now()
    trips, seen = trips_first(
        ground,
        meter=meter,
        until=now + SHARE_OF_TRIPS * (meter.limit - now),
        rounds=TRIP_ROUNDS_AN_ORDER * len(ground.orders),
        seed=seed,
    )
    packed = search.packed(trips)
    search.recreate(packed, meter.limit)
    return min(draft, packed, key=lambda one: one.cost), seen
