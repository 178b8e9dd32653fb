"""Home of the first plans: PyVRP plans trips quickly, and the trips that it turns over are kept.

PyVRP knows no limit for one trip of many, so it is asked in two ways:

- *trips first*: a vehicle rides one trip, and its duration is made to be the age of its last meal: services
  are folded into the seconds between doors, and the way home takes no time but costs its riding. Exact for
  the trips, blind for the riders' days.
- *days first*: a vehicle is a rider who comes back to load; the age of a trip's last meal is stood for by a
  load that each door adds to. Blind for the true age, but sees how much a rider's day holds: for where riders
  are short.

Source: Wouda, Lan and Kool (2024), PyVRP: a high-performance VRP solver package. INFORMS J. Computing 36(4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.search import Days, Leg, Place, shortest_in
from app.delivery.routing.solver.trips import Ground, members_of

if TYPE_CHECKING:
    import pyvrp

NEIGHBOURS = 3
PRIZE = 100_000
RIDER_COST = 20_000
FAR = 1_000_000
"""No ride takes so long: doors that a kitchen does not serve are as far from it."""

WORK_A_CLIENT = 6e-5
"""A round of PyVRP takes so much work for each order."""

TURNED_OVER_EVERY = 7
"""Every so many rounds the trips at hand are kept, so that keeping them costs little."""


def trips_first(
    ground: Ground, *, meter: Meter, until: float, rounds: int, seed: int
) -> tuple[list[Leg], set[Leg]]:
    """Plan trips as if there were a rider for each; give the best ones, and all that turned up."""
    import pyvrp  # noqa: PLC0415  Only planning pays for the engine.

    kinds = [
        pyvrp.VehicleType(
            num_available=len(ground.orders),
            capacity=[ground.box[number]],
            start_depot=number,
            end_depot=number,
            fixed_cost=ground.load,
            tw_early=kitchen.open[0],
            start_late=kitchen.open[1],
            tw_late=kitchen.open[1] + ground.max_age,
            shift_duration=ground.max_age,
            profile=number,
        )
        for number, kitchen in enumerate(ground.kitchens)
    ]
    clients = [
        pyvrp.Client(
            location=len(ground.kitchens) + index,
            delivery=[order.amount],
            tw_early=order.window[0],
            tw_late=order.window[1],
        )
        for index, order in enumerate(ground.orders)
    ]
    depots = [pyvrp.Depot(location=number) for number in range(len(ground.kitchens))]
    data = _data(ground, clients, depots, kinds, folded=True)
    best, seen = _run(data, meter=meter, until=until, rounds=rounds, seed=seed)
    trips = [leg for day in best for leg in day]
    return trips, {leg for day in seen for leg in day}


def days_first(
    ground: Ground,
    *,
    meter: Meter,
    until: float,
    rounds: int,
    seed: int,
    caution: float,
    riders: Sequence[int],
) -> tuple[Days, set[Leg]]:
    """Plan the days of given riders of one kitchen each; what grew too old is left out."""
    import pyvrp  # noqa: PLC0415  As above.

    kitchens = len(ground.kitchens)
    home_of = {rider: next(k for k in range(kitchens) if ground.employs[rider][k]) for rider in riders}
    depots = [
        pyvrp.Depot(
            location=number,
            tw_early=max(0, kitchen.open[0] - ground.load),
            tw_late=kitchen.open[1],
            service_duration=ground.load,
        )
        for number, kitchen in enumerate(ground.kitchens)
    ]
    depots += [pyvrp.Depot(location=number) for number in range(kitchens)]
    kinds = [
        pyvrp.VehicleType(
            capacity=[ground.riders[rider].capacity, ground.max_age],
            start_depot=home,
            end_depot=kitchens + home,
            fixed_cost=RIDER_COST,
            tw_early=ground.riders[rider].window[0],
            tw_late=ground.riders[rider].window[1],
            reload_depots=[home],
            profile=home,
        )
        for rider, home in home_of.items()
    ]
    clients = [
        pyvrp.Client(
            location=kitchens + index,
            delivery=[order.amount, _age_stood_for(ground, index, caution)],
            service_duration=order.service_seconds,
            tw_early=order.window[0],
            tw_late=order.window[1],
            prize=PRIZE * min(order.priority, 1000),
            required=False,
        )
        for index, order in enumerate(ground.orders)
    ]
    data = _data(ground, clients, depots, kinds, folded=False)
    best, seen = _run(data, meter=meter, until=until, rounds=rounds, seed=seed)
    return _held(ground, best, list(home_of)), {leg for day in seen for leg in day}


def _age_stood_for(ground: Ground, index: int, caution: float) -> int:
    """Give what a door adds to the age of a trip's last meal, about."""
    steps: list[int] = []
    for durations in ground.durations:
        near = sorted(
            durations[index + 1][other + 1]
            for other in range(len(ground.orders))
            if other != index and durations[index + 1][other + 1] >= 0
        )[:NEIGHBOURS]
        steps += [sum(near) // max(1, len(near))] if near else []
    step = min(steps, default=0)
    return min(ground.max_age, round(caution * (ground.orders[index].service_seconds + step)))


def _data(
    ground: Ground,
    clients: list[pyvrp.Client],
    depots: list[pyvrp.Depot],
    kinds: list[pyvrp.VehicleType],
    *,
    folded: bool,
) -> pyvrp.ProblemData:
    """Give PyVRP the seconds, a profile a kitchen; folded ones end with the last hand-over."""
    import numpy as np  # noqa: PLC0415  As above.
    import pyvrp  # noqa: PLC0415  As above.

    kitchens, size = len(ground.kitchens), len(ground.kitchens) + len(ground.orders)
    service = np.array([0] * kitchens + [order.service_seconds for order in ground.orders])
    distances, durations = [], []
    for number in range(kitchens):
        places = [number, *range(kitchens, size)]
        rides = np.full((size, size), FAR, dtype=np.int64)
        own = np.array(ground.durations[number], dtype=np.int64)
        rides[np.ix_(places, places)] = np.where(own < 0, FAR, own)
        np.fill_diagonal(rides, 0)
        distances.append(rides)
        took = rides.copy()
        if folded:
            took += service[:, None]
            took[kitchens:, :kitchens] = np.where(rides[kitchens:, :kitchens] < FAR, 0, FAR)
            np.fill_diagonal(took, 0)
        durations.append(took)
    places = [pyvrp.Location(x=0, y=0) for _ in range(size)]
    return pyvrp.ProblemData(places, clients, depots, kinds, distances, durations)


@dataclass
class _Turn:
    """Ends PyVRP's search after so many rounds, or when the meter has reached a time."""

    meter: Meter
    until: float
    rounds: int
    work: float

    def __call__(self, _: float) -> bool:
        """Count one round; tell whether it was the last."""
        self.rounds -= 1
        self.meter.did(self.work)
        return self.rounds < 0 or self.meter.now() > self.until


def _run(
    data: pyvrp.ProblemData, *, meter: Meter, until: float, rounds: int, seed: int
) -> tuple[list[list[Leg]], list[list[Leg]]]:
    """Let PyVRP search; give its best days, and those that it turned over."""
    import pyvrp  # noqa: PLC0415  As above.

    turned: list[list[Leg]] = []

    class Keeping(pyvrp.IteratedLocalSearchCallbacks):
        """Keeps the trips at hand now and then."""

        count = 0

        def on_iteration(self, current: Any, candidate: Any, best: Any, cost_evaluator: Any) -> None:  # noqa: ANN401, ARG002  PyVRP's signature.
            """Keep what is at hand."""
            Keeping.count += 1
            if Keeping.count % TURNED_OVER_EVERY == 0:
                turned.extend(_legs(candidate))

    parameters = pyvrp.SolveParams(ils=pyvrp.IteratedLocalSearchParams(callbacks=Keeping()))
    turn = _Turn(meter, until, rounds, WORK_A_CLIENT * data.num_clients)
    found = pyvrp.solve(data, turn, seed=seed, collect_stats=False, params=parameters)
    return _legs(found.best), turned


def _legs(solution: Any) -> list[list[Leg]]:  # noqa: ANN401  PyVRP has no types here.
    """Read the legs of each vehicle's day."""
    days = []
    for route in solution.routes():
        kitchen, mask = int(route.start_depot()), 0
        day = []
        for activity in route:
            if activity.is_client():
                mask |= 1 << activity.idx
            elif mask:
                day.append(Leg(kitchen, mask))
                mask = 0
        if mask:
            day.append(Leg(kitchen, mask))
        days.append(day)
    return days


def _held(ground: Ground, legs: Iterable[Sequence[Leg]], riders: Sequence[int]) -> Days:
    """Give riders the days planned for them, without the doors that a trip or a day cannot hold."""
    days = Days(ground)
    for rider, day in zip(riders, legs, strict=False):
        for leg in day:
            _put(days, without_the_worst(ground, leg), [rider])
    return days


def packed(ground: Ground, legs: Iterable[Leg], riders: Sequence[int]) -> Days:
    """Give trips to riders one after another, the weightiest first: to whoever rides already if they can."""
    days = Days(ground)
    for leg in sorted(legs, key=lambda leg: (-_weight(ground, leg), leg)):
        _put(days, without_the_worst(ground, leg), riders)
    return days


def _weight(ground: Ground, leg: Leg) -> int:
    """Give the weight of the orders of a trip."""
    return sum(ground.orders[order].priority for order in members_of(leg.mask))


def without_the_worst(ground: Ground, leg: Leg) -> Leg:
    """Drop doors from a trip until it keeps its promises: the lightest first."""
    mask = leg.mask
    while mask and not ground.shapes(leg.kitchen, mask):
        parts = [(mask ^ 1 << order, order) for order in members_of(mask)]
        parts.sort(
            key=lambda part: (not ground.shapes(leg.kitchen, part[0]), ground.orders[part[1]].priority)
        )
        mask = parts[0][0]
    return Leg(leg.kitchen, mask)


def _put(days: Days, leg: Leg, riders: Sequence[int]) -> None:
    """Put a leg into the first day that holds it, if any does; those who ride already come first."""
    ground = days.ground
    amount = ground.amount(leg.mask)
    limit = ground.kitchens[leg.kitchen].capacity
    if not leg.mask or (limit is not None and days.cooked[leg.kitchen] + amount > limit):
        return
    shapes = ground.shapes(*leg)
    for rider in sorted(riders, key=lambda rider: not days.legs[rider]):
        if amount > ground.riders[rider].capacity or not ground.employs[rider][leg.kitchen]:
            continue
        for position in range(len(days.legs[rider]) + 1):
            ready, until = days.slot(rider, position, leg.kitchen, is_new=True)
            if shortest_in(shapes, ready + ground.load, until) is not None:
                days.put(Place(0, rider, position, leg, is_new=True))
                return
