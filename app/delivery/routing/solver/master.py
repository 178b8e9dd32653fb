"""Home of the model over whole trips: each order on one trip or left out, trips within the riders' time.

It forgets only when a trip is ridden and by whom, so that its least cost is a proven bound for every plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import combinations
from math import ceil, floor
from typing import Any

from app.delivery.routing.solver.cuts import Cut, violated
from app.delivery.routing.solver.days import Leg
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.pricing import Column, Prices
from app.delivery.routing.solver.trips import Ground, members_of


class Goal(IntEnum):
    """The parts of the goal, the graver first."""

    UNSERVED = 1
    RIDERS = 2
    RIDE = 3


ROUNDED = 1e-4
"""The whole engine's own error, in units of the goal."""

NOTICED = 1e-9
"""A price below this is the engine's rounding."""

UNIT = {Goal.UNSERVED: 1000, Goal.RIDERS: 1000, Goal.RIDE: 1}
"""Weights and riders are counted in thousandths, so that rounding in the linear model stays far below one."""


UNIT_OF_TIME = 1e-3
"""Among whole trips that are equal in weight or riders, those that leave riders most time come first."""

SPANS = 10
"""The day is cut into so many parts; every run of them is a span that riders' time must suffice for."""


WORK_A_TRIP = 2e-5
WORK_AN_ITERATION = 1e-6
WORK_A_WHOLE_ITERATION = 4e-7
WORK_A_NODE = 1e-4
FEW_TRIPS = 500
"""The engines' work: to lay out a trip, for an iteration on a row or a trip, and for a node on a trip."""


Numbers = tuple[int, int | None]
"""How many trips there shall be at least and at most."""


@dataclass(frozen=True)
class Limits:
    """What the graver goals reached and must not lose."""

    unserved: int | None = None
    riders: int | None = None


ANY_NUMBER = (0, None)
"""As many trips as you like, at least and at most."""

DEAR = 10
"""In the linear model a trip too many or too few costs so many times what was reached."""


PLAINLY = "use_preprocessing: false"
"""Where the linear engine is unsure of its answer, it is asked again without simplifying beforehand."""

OWN_CUTS = "separating/maxroundsroot = 0\nseparating/maxrounds = 0\npresolving/maxrestarts = 0\n"
"""With cuts of our own the whole engine needs none of its own: it takes a tenth of the time without them."""


@dataclass(frozen=True)
class Relaxed:
    """The linear model's least cost in units of its goal, with the prices that prove it.

    It holds for plans of as many trips as `numbers` says, at least and at most; the model itself rides
    `count` of them, in shares.
    """

    value: float
    prices: Prices
    count: float
    numbers: Numbers


class Master:
    """The linear model over the trips known so far."""

    def __init__(
        self, ground: Ground, goal: Goal, limits: Limits, *, meter: Meter, engine: str = "GLOP"
    ) -> None:
        """Lay the rows; trips are added as they are found."""
        from ortools.linear_solver import pywraplp  # noqa: PLC0415  Only planning pays for the engine.

        self.ground = ground
        self.goal = goal
        self.meter = meter
        self.model: Any = pywraplp.Solver.CreateSolver(engine)
        self.whole = engine != "GLOP"
        self.done = pywraplp.Solver.OPTIMAL
        self.good = pywraplp.Solver.FEASIBLE
        self.impossible = pywraplp.Solver.INFEASIBLE
        self.unsolved = pywraplp.Solver.NOT_SOLVED
        self.unsure = pywraplp.Solver.ABNORMAL
        self.trips: dict[tuple[int, int, int, int, int], Any] = {}
        self.cuts: dict[Cut, Any] = {}
        infinity = self.model.infinity()
        self.order_rows = [self.model.Constraint(1, 1) for _ in ground.orders]
        self.meal_rows = [
            self.model.Constraint(-infinity, infinity if kitchen.capacity is None else kitchen.capacity)
            for kitchen in ground.kitchens
        ]
        self.goal_row = self.model.Constraint(-infinity, infinity)
        self.time_row = self.model.Constraint(-infinity, 0)
        self.span_rows: dict[tuple[int, int], Any] | None = None
        self.numbers: Numbers = ANY_NUMBER
        self.astray: list[Any] = []
        self.count_row = self.model.Constraint(-infinity, infinity)
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

    def ride_so_many(self, numbers: Numbers, reached: int) -> None:
        """Let there be so many trips at least and at most; a linear model pays dearly where it cannot.

        What no plan of so many trips can be below stays so: such a plan has none too many and none too few.
        """
        self.numbers = (least, most) = numbers
        self.count_row.SetBounds(least, self.model.infinity() if most is None else most)
        if self.whole:
            return
        if not self.astray:
            self.astray = [self._variable(most=None) for _ in (1, -1)]
        for sign, variable in zip((1, -1), self.astray, strict=True):
            self.count_row.SetCoefficient(variable, sign)
            self.model.Objective().SetCoefficient(variable, UNIT[self.goal] * DEAR * reached)

    def _cost(self, variable: Any, cost: int) -> None:  # noqa: ANN401  As below.
        """Let a variable count towards the goal."""
        self.model.Objective().SetCoefficient(variable, UNIT[self.goal] * cost)
        self.goal_row.SetCoefficient(variable, cost)

    def _variable(self, most: int | None = 1) -> Any:  # noqa: ANN401  The engine has no types.
        """Make a share of at least nought; whole in the whole model.

        In the linear model only the orders' rows keep a trip to one, so that its worth is all in the prices.
        """
        if self.whole:
            return self.model.IntVar(0, 1, "")
        return self.model.NumVar(0, self.model.infinity() if most is None else most, "")

    def add_column(self, kitchen: int, column: Column, *, timed: bool) -> None:
        """Add a trip; a timed one with what its departures say of when riders are needed."""
        key = (kitchen, column.mask, column.ride, column.early, column.late)
        if not self._added(key) or not timed:
            return
        size = self.ground.load + column.length
        first, last = column.early - self.ground.load, column.late - self.ground.load
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
        trip = self.trips[key] = self._variable(most=None)
        members = members_of(mask)
        for order in members:
            self.order_rows[order].SetCoefficient(trip, 1)
        orders = [self.ground.orders[order] for order in members]
        self.meal_rows[kitchen].SetCoefficient(trip, sum(order.amount for order in orders))
        busy = self.ground.load + ride + sum(order.service_seconds for order in orders)
        self.time_row.SetCoefficient(trip, busy)
        self.count_row.SetCoefficient(trip, 1)
        if self.goal is Goal.RIDE:
            self._cost(trip, ride)
        elif self.whole:
            self.model.Objective().SetCoefficient(trip, (self.ground.load + ride) * UNIT_OF_TIME)
        for cut, row in self.cuts.items():
            if held := cut.held(mask):
                row.SetCoefficient(trip, held)
        return True

    def cut(self, most: int, *, with_fives: bool) -> int:
        """Forbid shares that no whole trips have; tell how many cuts there were to add."""
        shares = [(key[1], trip.solution_value()) for key, trip in self.trips.items()]
        found = violated(len(self.ground.orders), shares, most=most, with_fives=with_fives)
        self.keep(found)
        return len(found)

    def keep(self, cuts: Iterable[Cut]) -> None:
        """Let shares of trips keep cuts, as whole trips do."""
        for cut in cuts:
            row = self.cuts[cut] = self.model.Constraint(-self.model.infinity(), cut.most)
            for (_, mask, *_), trip in self.trips.items():
                if held := cut.held(mask):
                    row.SetCoefficient(trip, held)

    def relaxed(self, deadline: float) -> Relaxed | None:
        """Solve the linear model; None when the engine finds no answer by the deadline."""
        if self._solved(deadline) != self.done:
            return None
        return Relaxed(
            value=self.model.Objective().Value(),
            prices=Prices(
                ride=1.0 if self.goal is Goal.RIDE else 0.0,
                busy=max(0.0, -self.time_row.dual_value()),
                orders=tuple(row.dual_value() for row in self.order_rows),
                meals=tuple(min(0.0, row.dual_value()) for row in self.meal_rows),
                cuts=tuple(
                    (cut, -row.dual_value()) for cut, row in self.cuts.items() if row.dual_value() < -NOTICED
                ),
                trip=-self.count_row.dual_value(),
            ),
            count=sum(trip.solution_value() for trip in self.trips.values()),
            numbers=self.numbers,
        )

    def _solved(self, deadline: float) -> int:
        """Let the engine work until a deadline; give what came of it."""
        left = deadline - self.meter.now()
        if left <= 0:
            return int(self.unsolved)
        # Else the engine hears Ctrl-C in our place, and ends this one model by it.
        limits = "misc/catchctrlc = FALSE\n" + (OWN_CUTS if self.cuts else "")
        if not self.meter.is_by_work:
            self.model.SetTimeLimit(int(left * 1000) + 1)
        else:
            nodes = max(1, int(left / (WORK_A_NODE * len(self.trips) + WORK_A_NODE)))
            limits += f"limits/totalnodes = {nodes}\n"
        if self.whole:
            self.model.SetSolverSpecificParametersAsString(limits)
        with self.meter.stop.interrupting(self.model.InterruptSolve):
            status = int(self.model.Solve())
            if status == self.unsure and not self.whole:
                self.model.SetSolverSpecificParametersAsString(PLAINLY)
                status = int(self.model.Solve())
        each = (
            WORK_A_WHOLE_ITERATION * (len(self.trips) + FEW_TRIPS)
            if self.whole
            else WORK_AN_ITERATION * self.model.NumConstraints()
        )
        self.meter.did(WORK_A_TRIP * len(self.trips) + each * self.model.iterations())
        return status

    def best_below(self, reached: int, deadline: float) -> tuple[list[Leg] | None, int | None]:
        """Find the whole model's best trips that cost less than what was reached.

        Gives the trips, if any were found by the deadline, and what nothing can cost less than, if that is
        known: the cost reached itself when there is nothing below it.
        """
        self.goal_row.SetUb(reached - 1)
        status = self._solved(deadline)
        if status == self.impossible:
            return None, reached
        if status not in (self.done, self.good):
            return None, None
        least = self.model.Objective().BestBound() / UNIT[self.goal]
        cost = ceil(least - ROUNDED) if self.goal is Goal.RIDE else floor(least + ROUNDED)
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
    """Give the span of a rider's shift in which a trip, its loading included, can lie at all.

    No trip departs long before its first door opens, and none is home later than from its last door.
    """
    start, end = ground.riders[rider].window
    served = [
        (kitchen, order, home[0])
        for k, kitchen in enumerate(ground.kitchens)
        if ground.employs[rider][k]
        for order, home, serves in zip(ground.orders, ground.durations[k][1:], ground.serves[k], strict=True)
        if serves
    ]
    if not served:
        return start, start
    opening = min(max(kitchen.open[0], order.window[0] - ground.max_age) for kitchen, order, _ in served)
    closing = max(
        min(order.window[1], kitchen.open[1] + ground.max_age) + order.service_seconds + home
        for kitchen, order, home in served
    )
    return max(start, opening - ground.load), min(end, closing)


def useful_seconds(ground: Ground, rider: int) -> int:
    """Give the seconds of a rider's shift in which trips can lie."""
    start, end = useful_span(ground, rider)
    return max(0, end - start)
