"""Home of PyVRP's two models of the problem, each the best of its kind.

*Trips*: a vehicle rides one trip and may be away for the meals' greatest age at most; services are folded
into the minutes between doors, and the way back counts for cost only, so that a route's duration is exactly
the age of its last meal. Riders are given to the trips afterwards.

*Reloads*: a vehicle is a rider who comes back to load again. A limit for each trip cannot be said there, so
the age is stood for by a second load: each door's service and a part of the way to its neighbours.
"""

from __future__ import annotations

import pyvrp

from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from bench.routing.riding import Doors, best_of, given_to_riders, in_days
from bench.routing.stopwatch import Until, now

NEIGHBOURS = 3
CAUTIONS = (0.8, 1.0, 1.2)
PRIZE = 100_000
RIDER_COST = 20_000


def trips_first(problem: RoutingProblem, seconds: float) -> RoutePlan:
    """Plan trips with PyVRP, then give them to riders."""
    began = now()
    kitchen = problem.kitchens[0]
    model = pyvrp.Model()
    places = _places(model, problem)
    start = model.add_depot(places[0])
    model.add_vehicle_type(
        num_available=len(problem.orders),
        capacity=[max(rider.capacity for rider in problem.riders)],
        start_depot=start,
        end_depot=start,
        fixed_cost=problem.rules.load_seconds,
        tw_early=kitchen.open[0],
        start_late=kitchen.open[1],
        tw_late=kitchen.open[1] + problem.rules.max_age_seconds,
        shift_duration=problem.rules.max_age_seconds,
    )
    for place, order in zip(places[1:], problem.orders, strict=True):
        model.add_client(place, delivery=[order.amount], tw_early=order.window[0], tw_late=order.window[1])
    _edges(model, problem, places, folded=True)
    found = model.solve(Until(seconds), seed=1, display=False)
    took = now() - began
    return given_to_riders(problem, _trips(problem, found.best.routes()), took)


def with_reloads(problem: RoutingProblem, seconds: float) -> RoutePlan:
    """Plan riders' days with PyVRP, the age stood for by a load, with more or less caution."""
    return best_of(_with_reloads(problem, seconds / len(CAUTIONS), caution) for caution in CAUTIONS)


def _with_reloads(problem: RoutingProblem, seconds: float, caution: float) -> RoutePlan:
    """Plan riders' days with one caution."""
    began = now()
    kitchen, load = problem.kitchens[0], problem.rules.load_seconds
    model = pyvrp.Model()
    places = _places(model, problem)
    loading = model.add_depot(
        places[0], tw_early=kitchen.open[0] - load, tw_late=kitchen.open[1], service_duration=load
    )
    home = model.add_depot(places[0])
    ages = [_age_stood_for(problem, number, caution) for number in range(len(problem.orders))]
    kinds: dict[tuple[int, tuple[int, int]], int] = {}
    for rider in problem.riders:
        kinds[rider.capacity, rider.window] = kinds.get((rider.capacity, rider.window), 0) + 1
    for (capacity, window), count in kinds.items():
        model.add_vehicle_type(
            num_available=count,
            capacity=[capacity, problem.rules.max_age_seconds],
            start_depot=loading,
            end_depot=home,
            fixed_cost=RIDER_COST,
            tw_early=window[0],
            tw_late=window[1],
            reload_depots=[loading],
        )
    for place, order, age in zip(places[1:], problem.orders, ages, strict=True):
        model.add_client(
            place,
            delivery=[order.amount, age],
            service_duration=order.service_seconds,
            tw_early=order.window[0],
            tw_late=order.window[1],
            prize=PRIZE * order.priority,
            required=False,
        )
    _edges(model, problem, places, folded=False)
    found = model.solve(Until(seconds), seed=1, display=False)
    took = now() - began
    trips = _trips(problem, found.best.routes())
    days = in_days(problem, _days(problem, found.best.routes()), took)
    return best_of([days, given_to_riders(problem, trips, took)])


def _age_stood_for(problem: RoutingProblem, number: int, caution: float) -> int:
    """Give what a door adds to the age of a trip's last meal, about."""
    rides = problem.matrices[problem.kitchens[0].id].durations
    near = sorted(rides[number + 1][: number + 1] + rides[number + 1][number + 2 :])[:NEIGHBOURS]
    step = sum(near) / max(1, len(near))
    return min(
        problem.rules.max_age_seconds, round(caution * (problem.orders[number].service_seconds + step))
    )


def _places(model: pyvrp.Model, problem: RoutingProblem) -> list[pyvrp.Location]:
    """Give the model the kitchen and the doors, in the matrix's order."""
    return [model.add_location(0, 0) for _ in range(len(problem.orders) + 1)]


def _edges(
    model: pyvrp.Model, problem: RoutingProblem, places: list[pyvrp.Location], *, folded: bool
) -> None:
    """Give the model the seconds; folded ones end with the last hand-over."""
    rides = problem.matrices[problem.kitchens[0].id].durations
    for row, start in enumerate(places):
        for column, end in enumerate(places):
            if row == column:
                continue
            service = problem.orders[row - 1].service_seconds if folded and row else 0
            duration = 0 if folded and not column else rides[row][column] + service
            model.add_edge(start, end, distance=rides[row][column], duration=duration)


def _days(problem: RoutingProblem, routes: list[pyvrp.Route]) -> list[list[Doors]]:
    """Read the trips of each route."""
    ids = [order.id for order in problem.orders]
    days: list[list[Doors]] = []
    for route in routes:
        day: list[list[int]] = [[]]
        for activity in route:
            if activity.is_client():
                day[-1].append(ids[activity.idx])
            elif day[-1]:
                day.append([])
        days.append([doors for doors in day if doors])
    return days


def _trips(problem: RoutingProblem, routes: list[pyvrp.Route]) -> list[Doors]:
    """Read all trips."""
    return [doors for day in _days(problem, routes) for doors in day]
