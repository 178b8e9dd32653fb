"""Home of where the next sites should open: which places, of those that could be, reach the most. Pure.

*Cover*: open k places so that the most people not yet within reach come within it. Doors that the same places
reach are one group: nothing is lost by that, and CP-SAT proves the choice.

*Nearest* (p-median): open k places so that the minutes to everybody's nearest site sum up to the least. A
Lagrangian relaxation gives the bound: each person pays a price for being served, and the k places that pay
best make a sum that no choice can be below. What is lost is said where doors are gathered.

Only who asks where to open pays for the solver.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from ortools.sat.python import cp_model

Array = NDArray[Any]
_SEED = 1
_ROUNDS = 300
_PATIENCE = 15


@dataclass(frozen=True, slots=True)
class Groups:
    """People who could be won together: how many, and by which places (a row of truths for each group)."""

    weights: Array
    reach: Array

    @property
    def places(self) -> int:
        """Give how many places could be opened."""
        return int(self.reach.shape[1])

    def gained(self, chosen: Sequence[int]) -> int:
        """Give what opening these places wins."""
        if not len(chosen):
            return 0
        return int(self.weights[self.reach[:, list(chosen)].any(axis=1)].sum())


@dataclass(frozen=True, slots=True)
class Sited:
    """Which places to open, what that wins, and what no choice of as many could pass."""

    chosen: tuple[int, ...]
    gained: int
    bound: int

    @property
    def is_proven(self) -> bool:
        """Tell whether no choice is better."""
        return self.bound <= self.gained

    @property
    def gap(self) -> float:
        """Give by which share of what is won a better choice could still be better."""
        return (self.bound - self.gained) / self.gained if self.gained else 0.0


def covering(minutes: Array, now: Array, people: Array, *, within: float) -> Groups:
    """Group the people who are not within reach now by the places that would bring them within it.

    `minutes` has a row for each door and a column for each place; `now` are the minutes to the nearest open
    site.
    """
    left = now > within
    return _merged(people[left], minutes[left] <= within)


def _merged(people: Array, reach: Array) -> Groups:
    """Put together whom the same places reach, and leave out whom none does."""
    held = reach.any(axis=1) & (people > 0)
    people, reach = people[held], reach[held]
    packed = np.ascontiguousarray(np.packbits(reach, axis=1))
    rows = packed.view(np.dtype((np.void, packed.shape[1]))).ravel()
    _, first, which = np.unique(rows, return_index=True, return_inverse=True)
    weights = np.bincount(which.ravel(), weights=people, minlength=len(first)).astype(np.int64)
    return Groups(weights, reach[first])


def place(groups: Groups, count: int, *, seconds: float) -> Sited:
    """Choose so many places, or fewer where more win nothing, by CP-SAT; it ends proven or with a bound.

    It begins with what taking the best place again and again wins. The same groups and count give the same
    answer where it is proven; where several choices win as much, one of them.
    """
    count = min(count, groups.places)
    begun = _greedy(groups, count)
    if not len(groups.weights) or count == 0:
        return Sited(begun, groups.gained(begun), groups.gained(begun))
    model, opened = _model(groups, count, begun)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = _SEED
    solver.parameters.num_workers = 4
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Sited(begun, groups.gained(begun), int(groups.weights.sum()))
    chosen = tuple(place for place, is_open in enumerate(opened) if solver.value(is_open))
    chosen = max(chosen, begun, key=groups.gained)
    return Sited(chosen, groups.gained(chosen), max(int(solver.best_objective_bound), groups.gained(chosen)))


def _model(
    groups: Groups, count: int, begun: Sequence[int]
) -> tuple[cp_model.CpModel, list[cp_model.IntVar]]:
    model = cp_model.CpModel()
    opened = [model.new_bool_var("") for _ in range(groups.places)]
    model.add(sum(opened) <= count)
    won: list[cp_model.IntVar] = []
    for row in groups.reach:
        reaching = [opened[each] for each in np.flatnonzero(row)]
        if len(reaching) == 1:
            won.append(reaching[0])
            continue
        is_won = model.new_bool_var("")
        model.add_bool_or([*reaching, ~is_won])
        won.append(is_won)
    model.maximize(cp_model.LinearExpr.weighted_sum(won, groups.weights.tolist()))
    for each, is_open in enumerate(opened):
        model.add_hint(is_open, each in begun)
    return model, opened


def _greedy(groups: Groups, count: int) -> tuple[int, ...]:
    chosen: list[int] = []
    left = groups.weights.copy()
    for _ in range(count):
        wins = left @ groups.reach
        best = int(wins.argmax()) if len(wins) else 0
        if not len(wins) or wins[best] <= 0:
            break
        chosen.append(best)
        left = np.where(groups.reach[:, best], 0, left)
    return tuple(sorted(chosen))


def curve(
    groups: Groups,
    counts: Sequence[int],
    *,
    seconds: float,
    told: Callable[[int], None] = lambda _count: None,
) -> dict[int, Sited]:
    """Choose for each of these numbers of places; what is left of the seconds goes to the later ones.

    `told` hears of each number that is done.
    """
    found: dict[int, Sited] = {}
    begun = monotonic()
    for turn, count in enumerate(counts):
        left = seconds - (monotonic() - begun)
        found[count] = place(groups, count, seconds=max(1.0, left / (len(counts) - turn)))
        told(count)
    return found


@dataclass(frozen=True, slots=True)
class Median:
    """Which places to open so that sites are near, the person-minutes then, and what no choice goes below."""

    chosen: tuple[int, ...]
    minutes: float
    bound: float

    @property
    def gap(self) -> float:
        """Give by which share of the minutes a better choice could still be better."""
        return max(0.0, (self.minutes - self.bound) / self.minutes) if self.minutes else 0.0


def nearest(minutes: Array, now: Array, people: Array, count: int, *, seconds: float = 60.0) -> Median:
    """Choose so many places that the minutes to everybody's nearest site, old or new, sum up to the least."""
    count = min(count, minutes.shape[1])
    then = np.minimum(minutes, now[:, None])
    prices, step = now.astype(float).copy(), 1.0
    best = _swapped(then, now, people, _nearest_greedy(then, now, people, count))
    total, bound, waited = _minutes(then, now, people, best), 0.0, 0
    until = monotonic() + seconds
    for _ in range(_ROUNDS):
        if monotonic() > until:
            break
        saved = np.minimum(then - prices[:, None], 0.0)
        by_place = people @ saved
        opened = np.argsort(by_place, kind="stable")[:count]
        floor = float(people @ prices + by_place[opened].sum() + people @ np.minimum(now - prices, 0.0))
        waited = 0 if floor > bound + 1e-6 * total else waited + 1
        bound = max(bound, floor)
        found = tuple(sorted(int(each) for each in opened))
        best = min(best, found, key=lambda chosen: _minutes(then, now, people, chosen))
        total = _minutes(then, now, people, best)
        served = (then[:, opened] < prices[:, None]).sum(axis=1) + (now < prices)
        slope = 1.0 - served
        length = float(people @ slope**2)
        if total - bound <= 1e-6 * total or not length:
            break
        step = step / 2 if waited and waited % _PATIENCE == 0 else step
        prices = np.clip(prices + step * (total - floor) / length * slope, 0.0, now)
    best = _swapped(then, now, people, best)
    return Median(best, _minutes(then, now, people, best), min(bound, _minutes(then, now, people, best)))


def _minutes(then: Array, now: Array, people: Array, chosen: Sequence[int]) -> float:
    if not len(chosen):
        return float(people @ now)
    return float(people @ np.minimum(then[:, list(chosen)].min(axis=1), now))


def _nearest_greedy(then: Array, now: Array, people: Array, count: int) -> tuple[int, ...]:
    chosen: list[int] = []
    near = now.astype(float).copy()
    for _ in range(count):
        saved = people @ np.maximum(near[:, None] - then, 0.0)
        best = int(saved.argmax())
        chosen.append(best)
        near = np.minimum(near, then[:, best])
    return tuple(sorted(set(chosen)))


def _swapped(then: Array, now: Array, people: Array, chosen: tuple[int, ...]) -> tuple[int, ...]:
    """Give one place up for another as long as that brings sites nearer."""
    current, total = chosen, _minutes(then, now, people, chosen)
    improved = True
    while improved:
        improved = False
        for out in current:
            kept = [each for each in current if each != out]
            near = np.minimum(then[:, kept].min(axis=1), now) if kept else now
            sums = people @ np.minimum(then, near[:, None])
            best = int(sums.argmin())
            if sums[best] < total - 1e-9 * max(total, 1.0):
                current, total, improved = tuple(sorted({*kept, best})), float(sums[best]), True
                break
    return current
