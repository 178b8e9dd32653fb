"""Home of VROOM's best model of the problem: a vehicle a trip, away for the meals' greatest age at most.

As with PyVRP, services are folded into the minutes and the way back takes no time, so that the travel time
that VROOM limits is the age of the last meal (waiting at doors apart, which it does not count).
"""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from typing import Any

import numpy as np
import vroom

from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from bench.routing.riding import given_to_riders

EXPLORATION = 5


def trips_first(problem: RoutingProblem, seconds: float) -> RoutePlan:
    """Plan trips with VROOM, then give them to riders."""
    began = monotonic()
    kitchen = problem.kitchens[0]
    rides = np.array(problem.matrices[kitchen.id].durations, dtype=np.uint32)
    service = np.array([0, *(order.service_seconds for order in problem.orders)], dtype=np.uint32)
    folded = rides + service[:, None]
    folded[:, 0] = 0
    np.fill_diagonal(folded, 0)
    model: Any = vroom.Input()
    model.set_durations_matrix("car", folded)
    model.set_costs_matrix("car", rides)
    box = max(rider.capacity for rider in problem.riders)
    closes = kitchen.open[1] + problem.rules.max_age_seconds
    for number in range(len(problem.orders) // 2 + 4):
        model.add_vehicle(
            vroom.Vehicle(
                number + 1,
                start=0,
                end=0,
                capacity=[box],
                time_window=vroom.TimeWindow(kitchen.open[0], closes),
                costs=vroom.VehicleCosts(fixed=problem.rules.load_seconds),
                max_travel_time=problem.rules.max_age_seconds,
            )
        )
    for number, order in enumerate(problem.orders):
        model.add_job(
            vroom.Job(
                order.id,
                location=number + 1,
                delivery=[order.amount],
                priority=min(100, order.priority),
                time_windows=[vroom.TimeWindow(*order.window)],
            )
        )
    found = model.solve(exploration_level=EXPLORATION, nb_threads=1, timeout=timedelta(seconds=seconds))
    took = monotonic() - began
    steps = found.routes
    visits = steps[steps.type == "job"]
    trips = [[int(order) for order in group.id] for _, group in visits.groupby("vehicle_id", sort=True)]
    return given_to_riders(problem, trips, took)
