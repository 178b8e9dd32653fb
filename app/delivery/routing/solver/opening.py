"""Home of how planning opens: a plan within moments, and trips for the model over whole trips."""

from __future__ import annotations

from random import Random

from app.delivery.routing.solver.assignment import assigned
from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.drafts import Draft
from app.delivery.routing.solver.first import trips_first
from app.delivery.routing.solver.master import useful_seconds
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.search import Search, most_useful_first
from app.delivery.routing.solver.trips import Ground

FEW = 12
"""Up to so many orders the model over whole trips needs no better trips to begin with."""

MOST_FOR_SEARCH = 0.85
ORDERS_FOR_SEARCH = 120
"""While somebody goes without, so much of the seconds is for the search: the more orders, the more, since the
less can be proven."""

LEAST_FOR_TRIPS = 0.2
MOST_FOR_TRIPS = 0.9
FOR_TRIPS_A_PAIR = 3.2e-5
"""Where everybody is served, so much of what is left is for trips that ride less."""

PROOF_A_PAIR = 1e-3
"""So many seconds for each pair of orders a proof takes; they are left to it where there is twice as much."""

HALF = 0.5
SHARE_OF_RIDERS = 0.3
"""Of what is left then, so much is for days of fewer riders."""

TIGHT = 1.02
"""Trips that take longer than this times the riders' time fit no search's days."""

TURNS = 0.5
"""Of the time for such trips, so much is for planning them; the rest is for days of fewer riders."""

TRIP_ROUNDS_AN_ORDER = 40
TRIP_ROUNDS_A_PAIR = 0.28
"""More rounds than either find little: another beginning finds more. Of six turns of 2 s
for 120 orders the best rides 18,230 s and the mean 18,414 s, of six of 9 s 18,247 s and 18,310 s; the trips
of four short ones together ride 18,150 s."""

SEED_BITS = 32


def opened(ground: Ground, seed: int, meter: Meter) -> tuple[Days, list[Leg]]:
    """Make a first plan; give it with every trip that turned up."""
    riders = most_useful_first(ground)
    if not ground.orders or not riders:
        return Days(ground), []
    search = Search(ground, Random(seed), meter, riders)  # noqa: S311  No secret hangs on the search.
    share = min(MOST_FOR_SEARCH, len(ground.orders) / ORDERS_FOR_SEARCH)
    draft = search.improved(search.empty(), meter.limit * share)
    seen = list[Leg]()
    if not draft.left and len(ground.orders) > FEW:
        served, seen = _in_turns(search)
        draft = min(draft, served, key=lambda one: one.cost)
    return search.days(draft), seen


def _in_turns(search: Search) -> tuple[Draft, list[Leg]]:
    """Plan trips, from other beginnings while there is time for a turn more; then send riders home.

    The model over whole trips chooses among the trips of all turns, which finds more than one long turn.
    Few orders get one: what a proof leaves goes to the search again (`closing`).
    """
    meter, began, everything = search.meter, search.meter.now(), dict[Leg, None]()
    last = began + TURNS * _share_of_trips(len(search.ground.orders)) * (meter.limit - began)
    best: Draft | None = None
    while True:
        turn = meter.now()
        packed, seen = with_trips_first(search)
        everything |= dict.fromkeys(seen)
        best = packed if best is None else min(best, packed, key=lambda one: one.cost)
        if 2 * meter.now() - turn > last:
            fewer = with_fewer_riders(search, best, 2 * meter.now() - began)
            return min(best, fewer, key=lambda one: one.cost), list(everything)


def with_trips_first(search: Search) -> tuple[Draft, list[Leg]]:
    """Where everybody is served, plan trips without a thought for the riders' days, and fit them in."""
    ground, meter = search.ground, search.meter
    count = len(ground.orders)
    trips, seen = trips_first(
        ground,
        meter=meter,
        until=_end_of_trips(meter.now(), meter.limit, count),
        rounds=round(count * max(TRIP_ROUNDS_AN_ORDER, TRIP_ROUNDS_A_PAIR * count)),
        seed=search.random.getrandbits(SEED_BITS),
    )
    packed = search.packed(trips)
    search.recreate(packed, meter.limit)
    return packed, seen


def _share_of_trips(count: int) -> float:
    """Tell how much of what is left is for trips that ride less: the more orders, the less can be proven."""
    return min(MOST_FOR_TRIPS, FOR_TRIPS_A_PAIR * count**2)


def _end_of_trips(now: float, limit: float, count: int) -> float:
    """Tell until when better trips are worth more than a proof."""
    left, proof = limit - now, PROOF_A_PAIR * count**2
    share = left * max(LEAST_FOR_TRIPS, _share_of_trips(count))
    return now + (min(share, left - proof) if left > proof / HALF else share)


def with_fewer_riders(search: Search, draft: Draft, until: float) -> Draft:
    """Send riders home one after another, as long as the others can carry everything."""
    meter, ground, everybody = search.meter, search.ground, search.riders
    deadline = min(until, meter.now() + SHARE_OF_RIDERS * (meter.limit - meter.now()))
    while not draft.left and draft.riders > 1 and meter.now() < deadline:
        busy = {
            rider: sum(ground.load + run.length for run in day.runs)
            for rider, day in enumerate(draft.days)
            if day.runs
        }
        home = min(busy, key=lambda rider: (busy[rider], rider))
        search.riders = [rider for rider in busy if rider != home]
        if sum(busy.values()) > TIGHT * sum(useful_seconds(ground, rider) for rider in search.riders):
            break
        fewer = _same_trips_with_fewer(search, draft, deadline)
        if fewer is None:
            fewer = search.improved(search.without(draft, home), deadline)
            if fewer.left:
                break
            fewer = search.improved(fewer, deadline, until_served=False)
        draft = fewer
    search.riders = everybody
    return draft


def _same_trips_with_fewer(search: Search, draft: Draft, deadline: float) -> Draft | None:
    """Give the same trips to one rider less, if their days can hold them: quickly, or by proof."""
    packed = search.packed_again(draft)
    if packed is not None:
        return packed
    legs = [Leg(run.kitchen, run.mask) for day in draft.days for run in day.runs]
    until = search.meter.now() + HALF * (deadline - search.meter.now())
    answer = assigned(search.ground, legs, meter=search.meter, deadline=until, riders=draft.riders - 1)
    return search.draft_of(answer.days) if answer.days is not None else None
