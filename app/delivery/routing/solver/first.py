"""Home of trips made quickly: PyVRP plans them, and the trips that it turns over are kept.

It knows no limit for one trip of many, so a vehicle rides one trip, and its duration is made to be the age
of its last meal: services are folded into the seconds between doors, and the way home takes no time but costs
its riding. That is exact for the trips, and blind for the riders' days.

Source: Wouda, Lan and Kool (2024), PyVRP: a high-performance VRP solver package. INFORMS J. Computing 36(4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.delivery.routing.solver.days import Leg
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.trips import Ground

if TYPE_CHECKING:
    import pyvrp

FAR = 1_000_000
"""No ride takes so long: doors that a kitchen does not serve are as far from it."""

WORK_A_CLIENT = 3e-6
"""A round of PyVRP takes so much work for each order."""

NEIGHBOURS = 25
HISTORY = 60
"""A door is tried beside so many of the nearest, and a plan may be as bad as the one so many rounds before:
half and a fifth of PyVRP's own, since there are seconds here, not minutes. At 120 orders it rides 1.8% less
after one second of a core, 1% after three, and the same after eight."""

TURNED_OVER_EVERY = 7
"""Every so many rounds the trips at hand are kept, so that keeping them costs little."""

Doors = tuple[int, tuple[int, ...]]
"""A kitchen, and the orders of one of its trips as they are visited."""


def trips_first(
    ground: Ground, *, meter: Meter, until: float, rounds: int, seed: int
) -> tuple[list[Doors], list[Leg]]:
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
    data = _data(ground, clients, depots, kinds)
    best, seen = _run(data, meter=meter, until=until, rounds=rounds, seed=seed)
    return best, list(
        dict.fromkeys(Leg(kitchen, sum(1 << door for door in doors)) for kitchen, doors in seen)
    )


def _data(
    ground: Ground,
    clients: list[pyvrp.Client],
    depots: list[pyvrp.Depot],
    kinds: list[pyvrp.VehicleType],
) -> pyvrp.ProblemData:
    """Give PyVRP the seconds, a profile a kitchen: they end with the last hand-over."""
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
        took = rides + service[:, None]
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
) -> tuple[list[Doors], Iterable[Doors]]:
    """Let PyVRP search; give its best trips, and those that it turned over."""
    import pyvrp  # noqa: PLC0415  As above.

    turned: dict[Doors, None] = {}

    class Keeping(pyvrp.IteratedLocalSearchCallbacks):
        """Keeps the trips at hand now and then."""

        count = 0

        def on_iteration(self, current: Any, candidate: Any, best: Any, cost_evaluator: Any) -> None:  # noqa: ANN401, ARG002  PyVRP's signature.
            """Keep what is at hand."""
            Keeping.count += 1
            if Keeping.count % TURNED_OVER_EVERY == 0:
                turned.update(dict.fromkeys(_trips(candidate)))

    parameters = pyvrp.SolveParams(
        ils=pyvrp.IteratedLocalSearchParams(history_length=HISTORY, callbacks=Keeping()),
        neighbourhood=pyvrp.search.NeighbourhoodParams(num_neighbours=NEIGHBOURS),
    )
    turn = _Turn(meter, until, rounds, WORK_A_CLIENT * data.num_clients)
    found = pyvrp.solve(data, turn, seed=seed, collect_stats=False, params=parameters)
    return _trips(found.best), turned


def _trips(solution: Any) -> list[Doors]:  # noqa: ANN401  PyVRP has no types here.
    """Read the trips: one a vehicle."""
    return [
        (
            int(route.start_depot()),
            tuple(activity.idx for activity in route if activity.is_client()),
        )
        for route in solution.routes()
    ]
