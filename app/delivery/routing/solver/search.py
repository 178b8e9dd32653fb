"""Home of the search for good plans: take some doors out of the runs, put them back better, again and again.

Runs and riders' shifts are one model here: a door is put into a run only where the rider's whole day still
holds, and a new run only where a rider has the time for it.

Source: Christiaens and Vanden Berghe (2020), Slack induction by string removals for vehicle routing problems.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from random import Random
from typing import NamedTuple

from app.delivery.routing.solver.days import Days, Leg
from app.delivery.routing.solver.drafts import Clock, Day, Draft, NoTime
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.runs import NEVER, Run, Runs
from app.delivery.routing.solver.trips import Ground, members_of

LEFT_OUT_FEE = 1500
RIDER_FEE = 2500
"""What leaving out a weight of one, or calling in a rider, costs the search against a second of riding."""

HOTTEST = 60.0
COOL = 10.0
COLDEST = 2.0
"""Worse plans are walked through by so many seconds at first (a good one from less) and at last."""

OVERLOOKED = 0.02
"""A place is overlooked now and then, so that the search does not always go the same way."""

MOST_TAKEN_OUT = 6
"""Few doors at a time: much is tried, and what is put back elsewhere makes room for one left out."""

AROUND_MISSING = 0.2
"""So often around the doors left out, else anywhere."""

WHOLE_RUNS = 0.3
"""Now and then whole runs must go, to free a rider's time."""

ROUNDS_A_PAIR = 3
"""A search ends after so many rounds for each pair of orders: a small problem is soon searched."""

PACKINGS = 40
UNEVEN = 0.3
"""So often are whole runs given out anew, each time as if they were up to so much shorter."""

FIRST_DRAFT = 0.5
"""So much time a first draft may take, however little was given."""

WORK_A_ROUND = 1e-4
WORK_A_LOOK = 3e-6
"""A round takes so much work, and each look at a run whether it would hold a door."""


class _Wish(NamedTuple):
    """An order, a rider who might carry it, and the kitchens that might cook for it."""

    order: int
    rider: int
    kitchens: Sequence[int]


class Place(NamedTuple):
    """Where an order could go: into a rider's run at a place, or as a run of its own before one."""

    rider: int
    position: int
    run: Run
    place: int | None


class Search:
    """A search with its own randomness: the same seed and the same time walk the same way.

    `riders` are those who may be called in.
    """

    def __init__(self, ground: Ground, random: Random, meter: Meter, riders: Sequence[int]) -> None:
        """Lay out what is asked again and again."""
        self.ground, self.random, self.meter, self.riders = ground, random, meter, riders
        self.runs, self.clock = Runs(ground), Clock(ground)
        self.weights = [order.priority for order in ground.orders]
        self.kitchens = [
            [number for number, employed in enumerate(employs) if employed] for employs in ground.employs
        ]
        self.far = [
            max(rides[0][order + 1] for rides in ground.durations) for order in range(len(self.weights))
        ]
        self.alone = [
            [self.runs.of(number, (order,)) if serves[order] else None for order in range(len(self.weights))]
            for number, serves in enumerate(ground.serves)
        ]
        self._near: dict[int, list[int]] = {}

    def empty(self) -> Draft:
        """Give the draft in which nobody rides."""
        days = [self.clock.day(rider, ()) for rider in range(len(self.ground.riders))]
        return Draft(days, self.weights, len(self.ground.kitchens))

    def packed(self, trips: Iterable[tuple[int, Sequence[int]]]) -> Draft:
        """Give trips to riders, the weightiest first: to whoever rides already if they can."""
        draft = self.empty()
        runs = [run for kitchen, doors in trips if (run := self._cut_short(kitchen, doors)) is not None]
        for run in sorted(runs, key=lambda run: (-self._weight(run), run.kitchen, run.mask)):
            self._put_whole(draft, run)
        return draft

    def packed_again(self, draft: Draft) -> Draft | None:
        """Give a draft's runs to those who may be called in, the longest about first; None if some stay."""
        runs = [run for day in draft.days for run in day.runs]
        for attempt in range(PACKINGS):
            self.meter.did(WORK_A_LOOK * len(runs) * len(self.riders))
            lengths = [run.length * (1 - UNEVEN * self.random.random() * bool(attempt)) for run in runs]
            twin = self.empty()
            for _, run in sorted(zip(lengths, runs, strict=True), key=lambda pair: (-pair[0], pair[1].mask)):
                self._put_whole(twin, run)
            if twin.left == draft.left:
                return twin
        return None

    def _cut_short(self, kitchen: int, doors: Sequence[int]) -> Run | None:
        """Drop doors from the end of a trip until it keeps its promises."""
        for end in range(len(doors), 0, -1):
            run = self.runs.of(kitchen, tuple(doors[:end]))
            if run is not None:
                return run
        return None

    def _weight(self, run: Run) -> int:
        return sum(self.weights[order] for order in run.doors)

    def _put_whole(self, draft: Draft, run: Run) -> None:
        """Put a run into the first gap that holds it, if any does."""
        if self._is_full(draft, run.kitchen, run.amount):
            return
        for rider in sorted(self.riders, key=lambda rider: not draft.days[rider].runs):
            if run.amount > self.ground.riders[rider].capacity or run.kitchen not in self.kitchens[rider]:
                continue
            for position, gap in enumerate(draft.days[rider].gaps):
                if self.clock.holds(run, gap):
                    self._put(draft, run.doors, Place(rider, position, run, None))
                    return

    def _is_full(self, draft: Draft, kitchen: int, amount: int) -> bool:
        """Tell whether a kitchen cannot cook so many meals more."""
        capacity = self.ground.kitchens[kitchen].capacity
        return capacity is not None and draft.cooked[kitchen] + amount > capacity

    def without(self, draft: Draft, rider: int) -> Draft:
        """Give the draft in which a rider stays at home."""
        twin = draft.copy()
        for run in draft.days[rider].runs:
            self._forget(twin, run, None)
        twin.change(rider, self.clock.day(rider, ()))
        return twin

    def draft_of(self, days: Days) -> Draft:
        """Give days as a draft, each leg in the way that it is ridden."""
        draft = self.empty()
        for rider in range(len(self.ground.riders)):
            for position, (shape, _) in enumerate(days.timed_shapes(rider)):
                run = self.runs.of(shape.kitchen, shape.doors)
                if run is not None:
                    self._put(draft, run.doors, Place(rider, position, run, None))
        return draft

    def improved(
        self, draft: Draft, deadline: float, *, until_served: bool = True, is_hot: bool | None = None
    ) -> Draft:
        """Search until the meter reaches a deadline, or nobody is left out; give the best draft found.

        A hot search walks through worse plans at first, which is for drafts that are far from good.
        """
        draft = draft.copy()
        self.recreate(draft, max(deadline, self.meter.passed + FIRST_DRAFT))
        best, fee, began = draft, self._fee(draft), self.meter.now()
        hottest = HOTTEST if (until_served if is_hot is None else is_hot) else COOL
        rounds = ROUNDS_A_PAIR * len(self.weights) ** 2
        for step in range(rounds):
            now = self.meter.now()
            if now >= deadline or (until_served and not best.left):
                break
            trial = draft.copy()
            self._ruin(trial)
            self.recreate(trial, deadline)
            passed = max(step / rounds, (now - began) / (deadline - began))
            heat = hottest * (COLDEST / hottest) ** passed
            trial_fee = self._fee(trial)
            if trial_fee < fee - heat * math.log(self.random.random() or 1e-9):
                draft, fee = trial, trial_fee
                if draft.cost < best.cost:
                    best = draft
        return best

    def _fee(self, draft: Draft) -> int:
        """Weigh a draft in one number: seconds of riding, and of loading since they make room for others."""
        loading = self.ground.load * draft.runs
        return draft.left * LEFT_OUT_FEE + draft.riders * RIDER_FEE + draft.ride + loading

    def _ruin(self, draft: Draft) -> None:
        """Take out doors near a chosen one, sometimes with their whole runs."""
        around_missing = bool(draft.missing) and self.random.random() < AROUND_MISSING
        count = len(self.weights)
        centre = self.random.choice(sorted(draft.missing)) if around_missing else self.random.randrange(count)
        wanted = self.random.randint(1, MOST_TAKEN_OUT)
        whole_runs = self.random.random() < WHOLE_RUNS
        out = 0
        for order in self._neighbours(centre):
            if out.bit_count() >= wanted:
                break
            if draft.rider_of[order] is not None:
                out |= draft.run_of(order).mask if whole_runs else 1 << order
        self._take_out(draft, out)

    def _neighbours(self, order: int) -> list[int]:
        """List the orders from the nearest of one to the farthest: itself first."""
        known = self._near.get(order)
        if known is None:
            apart = [
                min(
                    (
                        rides[order + 1][other + 1] + rides[other + 1][order + 1]
                        for rides in self.ground.durations
                        if rides[order + 1][other + 1] >= 0
                    ),
                    default=NEVER,
                )
                for other in range(len(self.weights))
            ]
            known = self._near[order] = sorted(range(len(apart)), key=lambda other: (apart[other], other))
        return known

    def _take_out(self, draft: Draft, out: int) -> None:
        """Take orders out of their runs; what then holds no longer goes too."""
        riders = {draft.rider_of[order] for order in members_of(out)}
        for rider in sorted(rider for rider in riders if rider is not None):
            kept: list[Run] = []
            for run in draft.days[rider].runs:
                shorter = run if not run.mask & out else self._without(run, out)
                if shorter is not None:
                    kept.append(shorter)
                self._forget(draft, run, shorter)
            try:
                day = self.clock.day(rider, tuple(kept))
            except NoTime:
                # Only where a matrix is not made of roads does leaving out a door make a run longer.
                for run in kept:
                    self._forget(draft, run, None)
                day = self.clock.day(rider, ())
            draft.change(rider, day)

    def _without(self, run: Run, out: int) -> Run | None:
        """Give what is left of a run, if it still is one."""
        doors = tuple(door for door in run.doors if not out >> door & 1)
        return self.runs.of(run.kitchen, doors) if doors else None

    def _forget(self, draft: Draft, run: Run, shorter: Run | None) -> None:
        """Count out of a draft the orders that a run carried and its shorter one does not."""
        gone = run.mask if shorter is None else run.mask ^ shorter.mask
        for order in members_of(gone):
            draft.rider_of[order] = None
            draft.missing.add(order)
            draft.left += self.weights[order]
            draft.cooked[run.kitchen] -= self.runs.amount[order]

    def recreate(self, draft: Draft, deadline: float) -> None:
        """Put missing orders where they cost least, in an order of their own each time.

        Past the deadline they only get runs of their own, which cost no thought.
        """
        by = self.random.choice((*[self._at_random] * 3, self._far, self._near_by, self._last))
        missing = sorted(draft.missing, key=lambda order: (-self.weights[order], by(order), order))
        self.meter.did(WORK_A_ROUND)
        for order in missing:
            self.meter.did(WORK_A_LOOK * (draft.runs + len(self.riders)))
            place = self._cheapest(draft, order, only_alone=self.meter.now() > deadline)
            if place is not None:
                self._put(draft, (order,), place)

    def _at_random(self, _: int) -> float:
        return self.random.random()

    def _far(self, order: int) -> float:
        return -self.far[order]

    def _near_by(self, order: int) -> float:
        return self.far[order]

    def _last(self, order: int) -> float:
        return self.ground.orders[order].window[1]

    def _put(self, draft: Draft, orders: Sequence[int], place: Place) -> None:
        """Put orders into their place."""
        rider, position, run, at = place
        runs = draft.days[rider].runs
        if at is not None:
            run = self.runs.joined(run, orders[0], at)
        behind = runs[position if at is None else position + 1 :]
        draft.change(rider, self.clock.day(rider, (*runs[:position], run, *behind)))
        for order in orders:
            draft.rider_of[order] = rider
            draft.missing.discard(order)
            draft.left -= self.weights[order]
            draft.cooked[run.kitchen] += self.runs.amount[order]

    def _cheapest(self, draft: Draft, order: int, *, only_alone: bool) -> Place | None:
        """Find the place where an order costs least."""
        amount = self.runs.amount[order]
        open_kitchens = [
            number
            for number in range(len(self.ground.kitchens))
            if self.alone[number][order] is not None and not self._is_full(draft, number, amount)
        ]
        cost, found, tried = NEVER, None, set[tuple[object, ...]]()
        for rider in self.riders:
            who = self.ground.riders[rider]
            if amount > who.capacity:
                continue
            if not draft.days[rider].runs:
                kind = (who.window, who.capacity, who.kitchens)
                if kind in tried:
                    continue
                tried.add(kind)
            wish = _Wish(order, rider, open_kitchens)
            if not only_alone:
                cost, found = self._in_company(draft.days[rider], wish, (cost, found))
            cost, found = self._on_its_own(draft.days[rider], wish, (cost, found))
        return found

    def _in_company(self, day: Day, wish: _Wish, best: tuple[int, Place | None]) -> tuple[int, Place | None]:
        """Look at the runs of a rider's day for a cheaper place than the best so far."""
        (cost, found), (order, rider, kitchens) = best, wish
        room = self.ground.riders[rider].capacity - self.runs.amount[order]
        overlooks, longer = self.random.random, self.runs.longer
        for position, (run, ready, until) in enumerate(day.slots):
            if run.amount > room or run.kitchen not in kitchens:
                continue
            ways = run.into.get(order)
            for ride, late, back, length, place in longer(run, order) if ways is None else ways:
                if ride >= cost:
                    break
                if ready <= late and ready + length <= until and back <= until:
                    if overlooks() > OVERLOOKED:
                        cost, found = ride, Place(rider, position, run, place)
                    break
        return cost, found

    def _on_its_own(self, day: Day, wish: _Wish, best: tuple[int, Place | None]) -> tuple[int, Place | None]:
        """Look at the gaps of a rider's day for a cheaper place than the best so far."""
        (cost, found), (order, rider, kitchens) = best, wish
        for kitchen in kitchens:
            run = self.alone[kitchen][order]
            if run is None or kitchen not in self.kitchens[rider]:
                continue
            price = run.ride + self.ground.load + (0 if day.runs else RIDER_FEE)
            if price >= cost or day.widest < self.ground.load + run.length:
                continue
            for position, gap in enumerate(day.gaps):
                if self.clock.holds(run, gap):
                    if self.random.random() > OVERLOOKED:
                        cost, found = price, Place(rider, position, run, None)
                    break
        return cost, found

    def days(self, draft: Draft) -> Days:
        """Give a draft's days with the best order of doors for each run."""
        for day in draft.days:
            for run in day.runs:
                self.ground.remember(run.kitchen, run.doors)
        return Days(self.ground, [[Leg(run.kitchen, run.mask) for run in day.runs] for day in draft.days])


def most_useful_first(ground: Ground) -> list[int]:
    """List the riders who may be called in, long shifts and large boxes first."""
    riders = ground.riders
    return sorted(
        (rider for rider in range(len(riders)) if any(ground.employs[rider])),
        key=lambda rider: (
            riders[rider].window[0] - riders[rider].window[1],
            -riders[rider].capacity,
            riders[rider].id,
        ),
    )
