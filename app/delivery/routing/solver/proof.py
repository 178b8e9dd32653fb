"""Home of what is proven about a plan, and of the better plans that looking for a proof turns up.

For each part of the goal, the graver first: a linear model over all trips there are (trips that pay are added
until none does), cuts while they help, the best whole trips among those known, and at last the best among
every trip that a better plan could ride at all. What comes out must still fit the riders' days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil, floor, sqrt

from app.delivery.routing.plan import NOTHING, Objective
from app.delivery.routing.solver.assignment import assigned
from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.master import UNIT, Goal, Limits, Master, Relaxed
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.pricing import Column, Streets, TooManyTrips
from app.delivery.routing.solver.trips import Ground

ROUNDING = 1e-3
"""Bounds are rounded up only when they pass a whole number by more than the linear engine's own error."""

PAYS = 1e-6
"""A trip is worth adding when it pays more than the linear engine's own error."""

COLUMNS_A_ROUND = 200
CUTS_A_ROUND = 40
MOST_CUTS = 400
MOST_COLUMNS = 12_000
MOST_SCHEDULES = 12

WHOLE_TRIPS_A_UNIT = 1000
"""By work, the whole engine is given no more trips than it gets through: it cannot be stopped on the way."""

SHARES = {Goal.UNSERVED: 0.85, Goal.RIDERS: 0.3, Goal.RIDE: 1.0}
"""Of the time that is left, so much goes to each part of the goal while it is not proven."""

CUTTING = 0.5
"""Of a part's time, so much goes to the linear model; the rest is for whole trips."""

SHARE = 1e-3
"""Less than this of a trip is the linear engine's own error."""

STALLED = 1 / 50
MOST_IN_VAIN = 3
"""Cuts help no more when so many rounds close less than this each of what is left to the next whole bound."""

FITTING = 0.05
"""Of the time for whole trips, so much is left for giving them to riders if the engine ends with its time."""

REFITTING = 0.5
"""Of what is left when better trips are found, so much is at most for giving them to fewer riders."""

RIDING = 0.15
"""Of the time for all parts, so much goes at most to riding the trips that turned up before."""

WORK_A_LEG = 3e-4

FIRST_GAP = {Goal.UNSERVED: 300.0, Goal.RIDERS: 5.0, Goal.RIDE: 5.0}
FIRST_SHARE = 0.001
WIDER = 2.5
"""Trips near the linear model's cost go first (units of the goal): a plan found there leaves little to do."""

Trip = tuple[int, Column]
"""A kitchen and one of its trips."""


def improved_and_bounded(
    days: Days, pool: Iterable[Leg], meter: Meter, *, tell: Callable[[Days], None] = lambda _: None
) -> tuple[Days, Objective]:
    """Improve days over whole trips and give proven bounds of each part of their objective.

    The meter's limit ends the work; what is not proven by then is bounded by nothing. `tell` is called with
    all days that are better than those before.
    """
    if not days.ground.orders or not days.ground.riders:
        return days, days.objective() if not any(days.legs) else NOTHING
    proof = _Proof(days, _ridden(days.ground, pool, meter), meter, tell)
    bound = [0, min(1, days.objective().riders), 0]
    for goal in Goal:
        bound[goal - 1] = proof.bounded(goal, meter.now() + SHARES[goal] * (meter.limit - meter.now()))
        if goal is Goal.RIDERS:
            proof.least_riders = bound[goal - 1]
    return proof.days, Objective(
        *(min(pair) for pair in zip(bound, _parts(proof.days.objective()), strict=True))
    )


def _ridden(ground: Ground, pool: Iterable[Leg], meter: Meter) -> set[Leg]:
    """Ride the trips that turned up, the last ones first, as many as a part of the time allows."""
    deadline = meter.now() + RIDING * (meter.limit - meter.now())
    found = set[Leg]()
    for leg in reversed(list(pool)):
        if meter.now() >= deadline:
            break
        meter.did(WORK_A_LEG)
        if ground.shapes(*leg):
            found.add(leg)
    return found


def _parts(objective: Objective) -> tuple[int, int, int]:
    """Give an objective's parts, the graver first."""
    return objective.unserved_weight, objective.riders, objective.ride


@dataclass(frozen=True)
class _Tried:
    """What came of choosing trips: what none can cost less than, and whether nothing is left to try."""

    bound: int
    is_done: bool


@dataclass
class _Proof:
    """The best days known so far, and the trips known to be worth something."""

    days: Days
    pool: set[Leg]
    meter: Meter
    tell: Callable[[Days], None]
    least_riders: int = 1
    streets: list[Streets] = field(init=False)

    def __post_init__(self) -> None:
        """Lay out the streets once."""
        self.streets = [Streets(self.ground, kitchen) for kitchen in range(len(self.ground.kitchens))]

    @property
    def ground(self) -> Ground:
        """Give the problem in indices."""
        return self.days.ground

    def bounded(self, goal: Goal, deadline: float) -> int:
        """Prove what can be proven of one part of the goal by a deadline, and improve the days on the way."""
        bound = 1 if goal is Goal.RIDERS and self._reached(Goal.RIDERS) else 0
        if bound >= self._reached(goal) or self.meter.now() >= deadline:
            return bound
        master = self._master(goal)
        branches = self._branches(goal, master, self.meter.now() + CUTTING * (deadline - self.meter.now()))
        # While the lowest is open, what is proven of the others says nothing: it has all the time there is.
        bounds = [self._closed(goal, branch, deadline) for branch in branches]
        bound = max(bound, min(bounds, default=0))
        if bound < self._reached(goal):
            self._improved_from(goal, master, deadline)
        return min(bound, self._reached(goal))

    def _branches(self, goal: Goal, master: Master, deadline: float) -> list[Relaxed]:
        """Solve the linear model; where it rides a share of a trip, for fewer trips and for more apart.

        Every plan belongs to one of the answers; there is none where the time was too short.
        """
        root = self._cut_down(goal, master, deadline, with_fives=False)
        if root is None or self._is_settled(goal, root):
            return [] if root is None else [root]
        fewer = floor(root.count + SHARE)
        if root.count - fewer < SHARE:
            return [self._cut_down(goal, master, deadline) or root]
        found = []
        for left, numbers in ((2, (0, fewer)), (1, (fewer + 1, None))):
            master.ride_so_many(numbers, self._reached(goal))
            until = self.meter.now() + (deadline - self.meter.now()) / left
            branch = self._cut_down(goal, master, until)
            found.append(branch or replace(root, numbers=numbers))
            if branch is None and left > 1:
                return [root]
        return sorted(found, key=lambda one: (one.value, one.numbers[0]))

    def _is_settled(self, goal: Goal, relaxed: Relaxed) -> bool:
        """Tell whether nothing better than what was reached can hide behind a linear model's cost."""
        return _rounded_up(relaxed.value, goal) >= self._reached(goal)

    def _cut_down(
        self, goal: Goal, master: Master, deadline: float, *, with_fives: bool = True
    ) -> Relaxed | None:
        """Solve the linear model over all trips there are, and cut it while that helps."""
        relaxed, in_vain = self._priced_out(master, deadline), 0
        while relaxed is not None and in_vain < MOST_IN_VAIN and len(master.cuts) < MOST_CUTS:
            if self._is_settled(goal, relaxed) or self.meter.now() > deadline:
                break
            if not master.cut(CUTS_A_ROUND, with_fives=with_fives):
                break
            further = self._priced_out(master, deadline)
            if further is None:
                break
            is_stalled = further.value - relaxed.value < STALLED * _to_next(further.value, goal)
            relaxed, in_vain = further, in_vain + 1 if is_stalled else 0
        return relaxed

    def _closed(self, goal: Goal, relaxed: Relaxed, deadline: float) -> int:
        """Look at the trips that a better plan could ride, ever farther from the linear model's cost.

        Gives what no plan of as many trips as the model's can cost less than.
        """
        bound = _rounded_up(relaxed.value, goal)
        gap = FIRST_GAP[goal] + relaxed.value * FIRST_SHARE
        while bound < self._reached(goal) and self.meter.now() < deadline:
            whole = UNIT[goal] * (self._reached(goal) - 1) - relaxed.value
            limit = min(gap, whole) + 2 * ROUNDING
            try:
                trips, limit = self._worth_riding(relaxed, limit, deadline)
            except TooManyTrips:
                break
            proven = self._chosen_among(goal, trips, deadline, relaxed)
            bound = max(bound, min(proven, _rounded_up(relaxed.value + limit, goal)))
            if limit < min(gap, whole) or gap >= whole:
                break
            gap *= WIDER
        return bound

    def _master(self, goal: Goal) -> Master:
        """Lay the linear model over the trips known so far."""
        master = Master(self.ground, goal, self._limits(goal), meter=self.meter)
        self.pool.update(leg for day in self.days.legs for leg in day)
        for leg in sorted(self.pool):
            master.add(leg.kitchen, leg.mask, ride=self.ground.shapes(*leg)[0].ride)
        return master

    def _improved_from(self, goal: Goal, master: Master, deadline: float) -> None:
        """Choose among the trips of the linear model; good plans may come of it, but no proof."""
        if self.meter.now() > deadline:
            return
        known = [
            (kitchen, Column(0.0, shape.ride, shape.early, shape.late, shape.length, mask))
            for kitchen, mask in sorted({(key[0], key[1]) for key in master.trips})
            for shape in self.ground.shapes(kitchen, mask)
        ]
        self._chosen_among(goal, known, deadline, None)

    def _reached(self, goal: Goal) -> int:
        """Give what the best days reach in one part of the goal."""
        return _parts(self.days.objective())[goal - 1]

    def _limits(self, goal: Goal) -> Limits:
        """Give what the graver goals reached."""
        return Limits(
            unserved=self._reached(Goal.UNSERVED) if goal > Goal.UNSERVED else None,
            riders=self._reached(Goal.RIDERS) if goal > Goal.RIDERS else None,
        )

    def _priced_out(self, master: Master, deadline: float) -> Relaxed | None:
        """Solve the linear model over all trips there are, by adding those that pay until none does.

        Gives None when that takes too long.
        """
        while (relaxed := master.relaxed(deadline)) is not None:
            try:
                added = self._added_paying(master, relaxed, deadline)
            except TooManyTrips:
                return None
            if not added:
                return relaxed
        return None

    def _added_paying(self, master: Master, relaxed: Relaxed, deadline: float) -> bool:
        """Add trips that pay to the linear model; tell whether there were any.

        Raises: TooManyTrips when looking for them takes too long.
        """
        added = False
        for kitchen, streets in enumerate(self.streets):
            found = streets.priced(relaxed.prices).best_paying(pays=PAYS, meter=self.meter, deadline=deadline)
            for column in sorted(found, key=lambda one: (one.price, one.mask))[:COLUMNS_A_ROUND]:
                added |= master.add(kitchen, column.mask, ride=column.ride)
                self.pool.add(Leg(kitchen, column.mask))
        return added

    def _worth_riding(self, relaxed: Relaxed, limit: float, deadline: float) -> tuple[list[Trip], float]:
        """List the trips that a plan within a limit of the linear model's cost could ride.

        Gives them with the limit that holds: a plan with any other trip costs more by at least that.

        Raises: TooManyTrips when there are too many to go through.
        """
        trips = [
            (kitchen, column)
            for kitchen, streets in enumerate(self.streets)
            for column in streets.priced(relaxed.prices).below(limit, meter=self.meter, deadline=deadline)
        ]
        most = MOST_COLUMNS
        if self.meter.is_by_work:
            most = min(most, ceil(WHOLE_TRIPS_A_UNIT * sqrt(max(0.0, deadline - self.meter.now()))))
        if len(trips) > most:
            trips.sort(key=lambda trip: (trip[1].price, trip))
            limit = min(limit, trips[most][1].price)
            trips = trips[:most]
        return trips, limit

    def _chosen_among(self, goal: Goal, trips: list[Trip], deadline: float, relaxed: Relaxed | None) -> int:
        """Choose among given trips until they fit the riders' days or nothing better is left.

        The linear model that they come from says how many they shall be, and which cuts matter. Gives what no
        plan of these trips alone can cost less than.
        """
        bound = 0
        for timed in (False, True):
            if self.meter.now() > deadline:
                break
            model = Master(self.ground, goal, self._limits(goal), meter=self.meter, engine="SCIP")
            if relaxed is not None:
                model.ride_so_many(relaxed.numbers, self._reached(goal))
                model.keep(cut for cut, _ in relaxed.prices.cuts)
            for kitchen, column in trips:
                model.add_column(kitchen, column, timed=timed)
            outcome = self._tried(goal, model, deadline, tries=MOST_SCHEDULES if timed else 1)
            bound = max(bound, outcome.bound)
            if outcome.is_done or bound >= self._reached(goal):
                break
        return bound

    def _tried(self, goal: Goal, model: Master, deadline: float, *, tries: int) -> _Tried:
        """Choose trips with a whole model, and give them to riders, some times over."""
        bound = 0
        for _ in range(tries):
            chosen_by = deadline - FITTING * max(0.0, deadline - self.meter.now())
            legs, least = model.best_below(self._reached(goal), chosen_by)
            bound = max(bound, least or 0)
            if legs is None:
                return _Tried(bound, is_done=True)
            riders = self._reached(Goal.RIDERS) - 1 if goal is Goal.RIDERS else self._limits(goal).riders
            answer = assigned(self.ground, legs, meter=self.meter, deadline=deadline, riders=riders)
            if answer.days is not None and answer.days.objective() < self.days.objective():
                # Before the riding's turn, riders have theirs; while somebody goes without, all are needed.
                is_last = goal is Goal.RIDE
                self.days = self._with_fewer_riders(answer.days, legs, deadline) if is_last else answer.days
                self.tell(self.days)
                if bound >= self._reached(goal):
                    return _Tried(bound, is_done=True)
            elif answer.is_certain:
                model.forbid_together(legs)
            else:
                return _Tried(bound, is_done=False)
        return _Tried(bound, is_done=False)

    def _with_fewer_riders(self, days: Days, legs: Sequence[Leg], deadline: float) -> Days:
        """Give the same trips to fewer riders while that goes: the model of trips asks for no fewer."""
        while days.objective().riders > self.least_riders:
            until = self.meter.now() + REFITTING * (deadline - self.meter.now())
            riders = days.objective().riders - 1
            answer = assigned(self.ground, legs, meter=self.meter, deadline=until, riders=riders)
            if answer.days is None:
                break
            days = answer.days
        return days


def _to_next(value: float, goal: Goal) -> float:
    """Give how far a value is from raising the bound by one more, in units of its goal."""
    return UNIT[goal] * (_rounded_up(value, goal) + ROUNDING) - value


def _rounded_up(value: float, goal: Goal) -> int:
    """Give the least whole cost that is not below a value in units of its goal."""
    return ceil(value / UNIT[goal] - ROUNDING)
