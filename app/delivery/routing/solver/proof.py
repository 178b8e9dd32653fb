"""Home of what is proven about a plan, and of the better plans that looking for a proof turns up."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from time import monotonic

from app.delivery.routing.plan import NOTHING, Objective
from app.delivery.routing.solver.assignment import assigned
from app.delivery.routing.solver.master import UNIT, Goal, Limits, Master, Relaxed
from app.delivery.routing.solver.pricing import Column, TooManyTrips, best_paying, priced
from app.delivery.routing.solver.search import Days, Leg
from app.delivery.routing.solver.trips import Ground

ROUNDING = 1e-3
"""Bounds are rounded up only when they pass a whole number by more than the linear engine's own error."""

PAYS = 1e-6
"""A trip is worth adding when it pays more than the linear engine's own error."""

COLUMNS_A_ROUND = 200
MOST_COLUMNS = 12_000
MOST_SCHEDULES = 12

MOST_FOR_HUNGER = 0.5
"""Where somebody goes without, most of the time is spent on that."""

STAGES = (0.03, 0.12, 0.4, 1.0)
"""A part of the gap goes first: a better plan found there makes the gap smaller for the rest."""


def improved_and_bounded(days: Days, pool: Iterable[Leg], until: float) -> tuple[Days, Objective]:
    """Improve days over whole trips and give proven bounds of each part of their objective.

    `until` (monotonic seconds) ends the work; what is not proven by then is bounded by nothing.
    """
    if not days.ground.orders or not days.ground.riders:
        return days, _given(days)
    proof = _Proof(days, {leg for leg in pool if days.ground.shapes(*leg)}, until)
    bound = [0, min(1, days.objective().riders), 0]
    for goal in Goal:
        left = until - monotonic()
        share = (
            MOST_FOR_HUNGER if goal is Goal.UNSERVED and days.objective().unserved_weight else 1 / (4 - goal)
        )
        bound[goal - 1] = proof.bounded(goal, monotonic() + share * left)
    objective = proof.days.objective()
    return proof.days, Objective(*(min(pair) for pair in zip(bound, _parts(objective), strict=True)))


def _given(days: Days) -> Objective:
    """Bound a plan that could not be otherwise."""
    return days.objective() if not any(days.legs) else NOTHING


def _parts(objective: Objective) -> tuple[int, int, int]:
    """Give an objective's parts, the graver first."""
    return objective.unserved_weight, objective.riders, objective.ride


@dataclass
class _Proof:
    """The best days known so far, and the trips known to be worth something."""

    days: Days
    pool: set[Leg]
    until: float

    @property
    def ground(self) -> Ground:
        """Give the problem in indices."""
        return self.days.ground

    def bounded(self, goal: Goal, deadline: float) -> int:
        """Prove what can be proven of one part of the goal by a deadline, and improve the days on the way."""
        bound = 1 if goal is Goal.RIDERS and self._reached(Goal.RIDERS) else 0
        try:
            relaxed = self._priced_out(goal, deadline)
        except TooManyTrips:
            relaxed = None
        if relaxed is None:
            self._improved_from_pool(goal, deadline)
            return min(bound, self._reached(goal))
        bound = max(bound, _rounded_up(relaxed.value, goal))
        for share in STAGES:
            if bound >= self._reached(goal):
                return bound
            until = deadline if share == 1 else (monotonic() + deadline) / 2
            try:
                columns, limit = self._worth_riding(goal, relaxed, share, until)
            except TooManyTrips:
                break
            proven = self._chosen_among(goal, columns, until)
            bound = max(bound, min(proven, _rounded_up(relaxed.value + limit, goal)))
        return min(bound, self._reached(goal))

    def _improved_from_pool(self, goal: Goal, deadline: float) -> None:
        """Choose among the trips that turned up so far; good plans may come of it, but no proof."""
        known = [
            Column(shape, leg.mask, 0) for leg in sorted(self.pool) for shape in self.ground.shapes(*leg)
        ]
        self._chosen_among(goal, known[:MOST_COLUMNS], deadline)

    def _reached(self, goal: Goal) -> int:
        """Give what the best days reach in one part of the goal."""
        return _parts(self.days.objective())[goal - 1]

    def _limits(self, goal: Goal) -> Limits:
        """Give what the graver goals reached."""
        return Limits(
            unserved=self._reached(Goal.UNSERVED) if goal > Goal.UNSERVED else None,
            riders=self._reached(Goal.RIDERS) if goal > Goal.RIDERS else None,
        )

    def _priced_out(self, goal: Goal, deadline: float) -> Relaxed | None:
        """Solve the linear model over all trips there are, by adding those that pay until none does.

        Raises: TooManyTrips when that takes too long.
        """
        master = Master(self.ground, goal, self._limits(goal))
        self.pool.update(leg for day in self.days.legs for leg in day)
        for leg in sorted(self.pool):
            master.add(leg.kitchen, leg.mask, ride=self.ground.shapes(*leg)[0].ride)
        while True:
            relaxed = master.relaxed()
            if relaxed is None:
                return None
            added = False
            for kitchen in range(len(self.ground.kitchens)):
                found = best_paying(self.ground, kitchen, relaxed.prices, pays=PAYS, deadline=deadline)
                for column in sorted(found, key=lambda one: (one.price, one.mask))[:COLUMNS_A_ROUND]:
                    added |= master.add(kitchen, column.mask, ride=column.shape.ride)
                    self.pool.add(Leg(kitchen, column.mask))
            if not added:
                return relaxed

    def _worth_riding(
        self, goal: Goal, relaxed: Relaxed, share: float, deadline: float
    ) -> tuple[list[Column], float]:
        """List the trips that a better plan than the best known could ride, up to a share of the gap.

        Gives them with a limit: a plan with any other trip costs more than the linear model by at least that.

        Raises: TooManyTrips when there are too many to go through.
        """
        limit = share * (UNIT[goal] * (self._reached(goal) - 1) - relaxed.value) + 2 * ROUNDING
        columns = [
            column
            for kitchen in range(len(self.ground.kitchens))
            for column in priced(self.ground, kitchen, relaxed.prices, limit=limit, deadline=deadline)
        ]
        if len(columns) > MOST_COLUMNS:
            columns.sort(key=lambda column: (column.price, column.mask, column.shape))
            limit = min(limit, columns[MOST_COLUMNS].price)
            columns = columns[:MOST_COLUMNS]
        return columns, limit

    def _chosen_among(self, goal: Goal, columns: list[Column], deadline: float) -> int:
        """Choose among given trips until they fit the riders' days or nothing better is left.

        Gives what no plan of these trips alone can cost less than.
        """
        model = Master(self.ground, goal, self._limits(goal), engine="SCIP")
        for column in columns:
            model.add_column(column)
        bound = 0
        for _ in range(MOST_SCHEDULES):
            legs, least = model.best_below(self._reached(goal), deadline - monotonic())
            bound = max(bound, least or 0)
            if legs is None:
                return bound
            riders = self._reached(Goal.RIDERS) - 1 if goal is Goal.RIDERS else self._limits(goal).riders
            answer = assigned(self.ground, legs, deadline=deadline, riders=riders)
            if answer.days is not None and answer.days.objective() < self.days.objective():
                self.days = answer.days
            elif not answer.is_certain:
                return bound
            if bound >= self._reached(goal):
                return bound
            if answer.is_certain:
                model.forbid_together(legs)
        return bound


def _rounded_up(value: float, goal: Goal) -> int:
    """Give the least whole cost that is not below a value in units of its goal."""
    return ceil(value / UNIT[goal] - ROUNDING)
