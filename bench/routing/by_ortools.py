"""Home of the model for OR-Tools' routing library: riders who come back to load again, every promise kept.

The age of meals is a dimension of its own that loading sets back to nought and waiting at doors adds to.
"""

from __future__ import annotations

from time import monotonic
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from bench.routing.riding import Doors, in_days

RELOAD_EVERY = 900
PRIZE = 1_000_000
RIDER_COST = 20_000
BIG = 10_000


def with_reloads(problem: RoutingProblem, seconds: float) -> RoutePlan:
    """Plan riders' days with OR-Tools' routing library."""
    began = monotonic()
    model = _Model(problem)
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    parameters.first_solution_strategy = routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
    parameters.local_search_metaheuristic = routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
    parameters.time_limit.FromMilliseconds(int(seconds * 1000))
    found = model.routing.SolveWithParameters(parameters)
    days = model.days(found) if found else []
    return in_days(problem, days, monotonic() - began)


class _Model:
    """Nodes: 0 is the kitchen, then the orders, then the times that a rider comes back to load."""

    def __init__(self, problem: RoutingProblem) -> None:
        """Lay nodes, dimensions and costs."""
        self.problem = problem
        self.count = len(problem.orders)
        shift = problem.riders[0].window
        reloads = len(problem.riders) * ((shift[1] - shift[0]) // RELOAD_EVERY)
        reloads = min(reloads, self.count)
        self.size = 1 + self.count + reloads
        self.manager = pywrapcp.RoutingIndexManager(self.size, len(problem.riders), 0)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self.rides = problem.matrices[problem.kitchens[0].id].durations
        self._cost()
        self._time()
        self._age()
        self._box()
        for node in range(1, self.size):
            prize = PRIZE * problem.orders[node - 1].priority if node <= self.count else 0
            self.routing.AddDisjunction([self.manager.NodeToIndex(node)], prize)

    def _place(self, node: int) -> int:
        """Give a node's row in the matrix."""
        return node if node <= self.count else 0

    def _ride(self, start: int, end: int) -> int:
        """Give the seconds from node to node."""
        return self.rides[self._place(start)][self._place(end)]

    def _stay(self, node: int) -> int:
        """Give the seconds spent at a node: loading or serving."""
        if 1 <= node <= self.count:
            return self.problem.orders[node - 1].service_seconds
        return self.problem.rules.load_seconds

    def _callback(self, take: Any) -> int:  # noqa: ANN401  A function of two nodes.
        """Register a matrix over the nodes."""
        rows = [[take(start, end) for end in range(self.size)] for start in range(self.size)]
        return int(self.routing.RegisterTransitMatrix(rows))

    def _cost(self) -> None:
        """Let riding cost its seconds, and a rider more than that."""
        self.routing.SetArcCostEvaluatorOfAllVehicles(self._callback(self._ride))
        self.routing.SetFixedCostOfAllVehicles(RIDER_COST)

    def _time(self) -> None:
        """Keep shifts, the kitchen's hours and the doors' windows."""
        took = self._callback(lambda start, end: self._stay(start) + self._ride(start, end))
        self.routing.AddDimension(took, 86_400, 172_800, False, "time")  # noqa: FBT003  The engine's own.
        self.time = self.routing.GetDimensionOrDie("time")
        opens, closes = self.problem.kitchens[0].open
        load = self.problem.rules.load_seconds
        for node in range(1, self.size):
            window = (
                self.problem.orders[node - 1].window if node <= self.count else (opens - load, closes - load)
            )
            self.time.CumulVar(self.manager.NodeToIndex(node)).SetRange(*window)
        for number, rider in enumerate(self.problem.riders):
            start = max(rider.window[0], opens - load)
            self.time.CumulVar(self.routing.Start(number)).SetRange(start, closes - load)
            self.time.CumulVar(self.routing.End(number)).SetMax(rider.window[1])

    def _age(self) -> None:
        """Let no meal grow too old, waiting counted."""

        def older(start: int, end: int) -> int:
            if end > self.count or not end:
                return -BIG
            return self._ride(start, end) + (self._stay(start) if 1 <= start <= self.count else 0)

        self.routing.AddDimension(self._callback(older), BIG, BIG, True, "age")  # noqa: FBT003  As above.
        age = self.routing.GetDimensionOrDie("age")
        engine = self.routing.solver()
        for node in range(1, self.size):
            index = self.manager.NodeToIndex(node)
            if node > self.count:
                age.CumulVar(index).SetRange(0, 0)
                age.SlackVar(index).SetRange(0, 0)
            else:
                age.CumulVar(index).SetRange(0, self.problem.rules.max_age_seconds)
                engine.Add(age.SlackVar(index) >= self.time.SlackVar(index))

    def _box(self) -> None:
        """Fill no box beyond what it holds; loading fills it again."""
        box = max(rider.capacity for rider in self.problem.riders)
        amounts = [
            self.problem.orders[node - 1].amount if 1 <= node <= self.count else -box
            for node in range(self.size)
        ]
        amounts[0] = 0
        filled = int(self.routing.RegisterUnaryTransitVector(amounts))
        self.routing.AddDimensionWithVehicleCapacity(
            filled,
            box,
            [rider.capacity for rider in self.problem.riders],
            True,  # noqa: FBT003  As above.
            "box",
        )
        dimension = self.routing.GetDimensionOrDie("box")
        for node in range(1, self.count + 1):
            dimension.SlackVar(self.manager.NodeToIndex(node)).SetValue(0)

    def days(self, found: Any) -> list[list[Doors]]:  # noqa: ANN401  The engine has no types.
        """Read the riders' trips."""
        days: list[list[Doors]] = []
        for number in range(len(self.problem.riders)):
            day: list[list[int]] = [[]]
            index = self.routing.Start(number)
            while not self.routing.IsEnd(index):
                node = self.manager.IndexToNode(index)
                if 1 <= node <= self.count:
                    day[-1].append(self.problem.orders[node - 1].id)
                else:
                    day.append([])
                index = found.Value(self.routing.NextVar(index))
            days.append([doors for doors in day if doors])
        return days
