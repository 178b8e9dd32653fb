"""Home of the model over whole trips: each order on one trip or left out, trips within the riders' time.

It forgets only when a trip is ridden and by whom, so that its least cost is a proven bound for every plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from typing import Any

from app.delivery.routing.solver.pricing import Column, Prices
from app.delivery.routing.solver.search import Leg
from app.delivery.routing.solver.trips import Ground, members_of


class Goal(IntEnum):
    """The parts of the goal, the graver first."""

    UNSERVED = 1
    RIDERS = 2
    RIDE = 3


UNIT = {Goal.UNSERVED: 1000, Goal.RIDERS: 1000, Goal.RIDE: 1}
"""Weights and riders are counted in thousandths, so that rounding in the linear model stays far below one."""


SPANS = 10
"""The day is cut into so many parts; every run of them is a span that riders' time must suffice for."""


@dataclass(frozen=True)
class Limits:
    """What the graver goals reached and must not lose."""

    unserved: int | None = None
    riders: int | None = None


@dataclass(frozen=True)
class Relaxed:
    """The linear model's least cost in units of its goal, with the prices that prove it."""

    value: float
    prices: Prices


class Master:
    """The linear model over the trips known so far."""

    def __init__(self, ground: Ground, goal: Goal, limits: Limits, *, engine: str = "GLOP") -> None:
        """Lay the rows; trips are added as they are found."""
        from ortools.linear_solver import pywraplp  # noqa: PLC0415  Only planning pays for the engine.

        self.ground = ground
        self.goal = goal
        self.model: Any = pywraplp.Solver.CreateSolver(engine)
        self.whole = engine != "GLOP"
        self.done = pywraplp.Solver.OPTIMAL
        self.good = pywraplp.Solver.FEASIBLE
        self.impossible = pywraplp.Solver.INFEASIBLE
        self.trips: dict[tuple[int, int, int, int, int], Any] = {}
        infinity = self.model.infinity()
        self.order_rows = [self.model.Constraint(1, 1) for _ in ground.orders]
        self.meal_rows = [
            self.model.Constraint(-infinity, infinity if kitchen.capacity is None else kitchen.capacity)
            for kitchen in ground.kitchens
        ]
        self.goal_row = self.model.Constraint(-infinity, infinity)
        self.time_row = self.model.Constraint(-infinity, 0)
        self.span_rows: dict[tuple[int, int], Any] | None = None
        self._left_out(limits)
        self._riders(limits)
        self.model.Objective().SetMinimization()

    def _left_out(self, limits: Limits) -> None:
        """Let each order be left out, at its weight, within what the graver goal reached."""
        most = self.model.infinity() if limits.unserved is None else limits.unserved
        row = self.model.Constraint(-self.model.infinity(), most)
        for order, order_row in zip(self.ground.orders, self.order_rows, strict=True):
            left_out = self._variable()
            order_row.SetCoefficient(left_out, 1)
            row.SetCoefficient(left_out, order.priority)
            if self.goal is Goal.UNSERVED:
                self._cost(left_out, order.priority)

    def _riders(self, limits: Limits) -> None:
        """Let each rider be called in for their time."""
        most = self.model.infinity() if limits.riders is None else limits.riders
        row = self.model.Constraint(-self.model.infinity(), most)
        self.called = []
        for rider in range(len(self.ground.riders)):
            called = self._variable()
            self.called.append(called)
            self.time_row.SetCoefficient(called, -useful_seconds(self.ground, rider))
            row.SetCoefficient(called, 1)
            if self.goal is Goal.RIDERS:
                self._cost(called, 1)

    def _cost(self, variable: Any, cost: int) -> None:  # noqa: ANN401  As below.
        """Let a variable count towards the goal."""
        self.model.Objective().SetCoefficient(variable, UNIT[self.goal] * cost)
        self.goal_row.SetCoefficient(variable, cost)

    def _variable(self) -> Any:  # noqa: ANN401  The engine's variables have no types.
        """Make a share from nought to one; whole in the whole model."""
        return self.model.IntVar(0, 1, "") if self.whole else self.model.NumVar(0, 1, "")

    def add_column(self, column: Column) -> None:
        """Add a trip with what its departure times say of when riders are needed."""
        shape = column.shape
        key = (shape.kitchen, column.mask, shape.ride, shape.early, shape.late)
        if not self._added(key):
            return
        size = self.ground.load + shape.length
        first, last = shape.early - self.ground.load, shape.late - self.ground.load
        for (start, end), row in self._span_rows().items():
            needed = min(_shared(first, first + size, start, end), _shared(last, last + size, start, end))
            if needed:
                row.SetCoefficient(self.trips[key], needed)

    def _span_rows(self) -> dict[tuple[int, int], Any]:
        """Give a row for each span of the day: what trips need of it is at most what riders have of it."""
        if self.span_rows is None:
            spans = [useful_span(self.ground, rider) for rider in range(len(self.ground.riders))]
            start, end = min(span[0] for span in spans), max(span[1] for span in spans)
            marks = sorted({start + (end - start) * part // SPANS for part in range(SPANS + 1)})
            self.span_rows = {
                span: self.model.Constraint(-self.model.infinity(), 0) for span in combinations(marks, 2)
            }
            for (from_, until), row in self.span_rows.items():
                for called, shift in zip(self.called, spans, strict=True):
                    row.SetCoefficient(called, -_shared(*shift, from_, until))
        return self.span_rows

    def add(self, kitchen: int, mask: int, *, ride: int) -> bool:
        """Add a trip; tell whether it was new."""
        return self._added((kitchen, mask, ride, 0, 0))

    def _added(self, key: tuple[int, int, int, int, int]) -> bool:
        """Add a trip's doors, meals, time and cost; tell whether it was new."""
        kitchen, mask, ride, *_ = key
        if key in self.trips:
            return False
        trip = self.trips[key] = self._variable()
        members = members_of(mask)
        for order in members:
            self.order_rows[order].SetCoefficient(trip, 1)
        orders = [self.ground.orders[order] for order in members]
        self.meal_rows[kitchen].SetCoefficient(trip, sum(order.amount for order in orders))
        busy = self.ground.load + ride + sum(order.service_seconds for order in orders)
        self.time_row.SetCoefficient(trip, busy)
        if self.goal is Goal.RIDE:
            self._cost(trip, ride)
        return True

    def relaxed(self) -> Relaxed | None:
        """Solve the linear model; None when the engine finds no answer."""
        if self.model.Solve() != self.done:
            return None
        return Relaxed(
            value=self.model.Objective().Value(),
            prices=Prices(
                ride=1.0 if self.goal is Goal.RIDE else 0.0,
                busy=max(0.0, -self.time_row.dual_value()),
                orders=tuple(row.dual_value() for row in self.order_rows),
                meals=tuple(min(0.0, row.dual_value()) for row in self.meal_rows),
            ),
        )

    def best_below(self, reached: int, seconds: float) -> tuple[list[Leg] | None, int | None]:
        """Find the whole model's best trips that cost less than what was reached.

        Gives the trips, if any were found in the seconds, and what nothing can cost less than, if that is
        known: the cost reached itself when there is nothing below it.
        """
        if seconds <= 0:
            return None, None
        self.goal_row.SetUb(reached - 1)
        self.model.SetTimeLimit(int(seconds * 1000) + 1)
        status = self.model.Solve()
        if status == self.impossible:
            return None, reached
        if status not in (self.done, self.good):
            return None, None
        cost = round(self.model.Objective().Value() / UNIT[self.goal])
        return self.chosen(), cost if status == self.done else None

    def forbid_together(self, legs: Iterable[Leg]) -> None:
        """Rule out that all of some trips are ridden, since the riders' days cannot hold them."""
        wanted = set(legs)
        row = self.model.Constraint(-self.model.infinity(), len(wanted) - 1)
        for (kitchen, mask, *_), trip in self.trips.items():
            if Leg(kitchen, mask) in wanted:
                row.SetCoefficient(trip, 1)

    def chosen(self) -> list[Leg]:
        """Give the trips that the whole model rides."""
        ridden = 0.5
        return [Leg(key[0], key[1]) for key, trip in self.trips.items() if trip.solution_value() > ridden]


def _shared(start: int, end: int, other_start: int, other_end: int) -> int:
    """Give the seconds that two spans share."""
    return max(0, min(end, other_end) - max(start, other_start))


def useful_span(ground: Ground, rider: int) -> tuple[int, int]:
    """Give the span of a rider's shift in which a trip, its loading included, can lie at all."""
    start, end = ground.riders[rider].window
    kitchens = [k for k in range(len(ground.kitchens)) if ground.employs[rider][k]]
    if not kitchens:
        return start, start
    opening = min(ground.kitchens[k].open[0] for k in kitchens) - ground.load
    home = max(
        (
            order.service_seconds + ground.durations[k][index + 1][0]
            for k in kitchens
            for index, order in enumerate(ground.orders)
            if ground.serves[k][index]
        ),
        default=0,
    )
    closing = max(ground.kitchens[k].open[1] for k in kitchens) + ground.max_age + home
    return max(start, opening), min(end, closing)


def useful_seconds(ground: Ground, rider: int) -> int:
    """Give the seconds of a rider's shift in which trips can lie."""
    start, end = useful_span(ground, rider)
    return max(0, end - start)
