"""Home of the trips a kitchen could send out: the best orders of visits, and when they may depart.

A sequence of doors, departed at second t, is back at max(t + length, some fixed second): waiting at a door
only ever eats up an early departure. A departure that leads to waiting is therefore never better than a later
one without, and a trip is fully told by its riding seconds, its earliest and latest useful departure, and the
seconds from departure to return.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from app.delivery.routing.problem import RoutingProblem

MOST_STOPS_EXACT = 8
"""Up to here a set of doors is ordered exactly; beyond, a door is put where it fits best."""


class Shape(NamedTuple):
    """One way to ride a set of doors: indices of orders in visiting order, seconds throughout."""

    ride: int
    early: int
    late: int
    length: int
    kitchen: int
    doors: tuple[int, ...]


class _Label(NamedTuple):
    """A way to a last door: departed at t from early to late, handed over at max(t + lag, fixed)."""

    lag: int
    fixed: int
    early: int
    late: int
    doors: tuple[int, ...]


class Ground:
    """A problem in indices: only the orders that some trip can serve, and the trips that serve them."""

    def __init__(self, problem: RoutingProblem, order_ids: Iterable[int]) -> None:
        """Lay out the figures of the given orders."""
        self.problem = problem
        self.orders = [problem.order_by_id[order] for order in order_ids]
        self.kitchens = problem.kitchens
        self.riders = problem.riders
        self.load = problem.rules.load_seconds
        self.max_age = problem.rules.max_age_seconds
        self.serves = [
            [problem.serves(kitchen.id, order.id) for order in self.orders] for kitchen in self.kitchens
        ]
        self.employs = [
            [problem.employs(kitchen.id, rider.id) for kitchen in self.kitchens] for rider in self.riders
        ]
        self.durations = [self._durations_of(index) for index in range(len(self.kitchens))]
        self.change = [
            [problem.change_seconds(start.id, end.id) for end in self.kitchens] for start in self.kitchens
        ]
        self.box = [
            max((rider.capacity for r, rider in enumerate(self.riders) if self.employs[r][k]), default=0)
            for k in range(len(self.kitchens))
        ]
        self._labels: list[dict[int, dict[int, tuple[_Label, ...]]]] = [{} for _ in self.kitchens]
        self._shapes: list[dict[int, tuple[Shape, ...]]] = [{} for _ in self.kitchens]

    def _durations_of(self, kitchen: int) -> list[list[int]]:
        """Give one kitchen's seconds: index 0 is the kitchen, i+1 the order i; -1 where it serves not."""
        own = self.kitchens[kitchen].id
        served = [
            (place, self.problem.matrix_index(own, order.id))
            for place, (order, serves) in enumerate(
                zip(self.orders, self.serves[kitchen], strict=True), start=1
            )
            if serves
        ]
        size = len(self.orders) + 1
        durations = [[-1] * size for _ in range(size)]
        if not served:
            return durations
        rows = self.problem.matrices[own].durations
        ends = [(0, 0), *served]
        for start, row in ends:
            given, own_row = rows[row], durations[start]
            for end, column in ends:
                own_row[end] = given[column]
        return durations

    @cached_property
    def _least_step(self) -> list[list[int]]:
        """Give, per kitchen and order, the least seconds between any hand-over before and the order's own."""
        return [
            [
                min(
                    [
                        self.orders[other].service_seconds + durations[other + 1][order + 1]
                        for other in range(len(self.orders))
                        if other != order and durations[other + 1][order + 1] >= 0
                    ],
                    default=0,
                )
                for order in range(len(self.orders))
            ]
            for durations in self.durations
        ]

    def _takes_too_long(self, kitchen: int, mask: int) -> bool:
        """Tell at a glance that a set's last meal grows too old, however its doors are ridden."""
        if not mask & (mask - 1):
            return False
        steps = [self._least_step[kitchen][member] for member in members_of(mask)]
        return sum(steps) - max(steps) > self.max_age

    def amount(self, mask: int) -> int:
        """Give the meals of a set of orders."""
        return sum(self.orders[order].amount for order in members_of(mask))

    def shapes(self, kitchen: int, mask: int) -> tuple[Shape, ...]:
        """Give the ways to ride a set of doors that no other beats in everything, the shortest ride first.

        A set is a bit mask over the order indices. Nothing is given for a set that no trip can hold.
        """
        known = self._shapes[kitchen].get(mask)
        if known is None:
            known = self._shapes[kitchen][mask] = self._closed(kitchen, mask)
        return known

    def _closed(self, kitchen: int, mask: int) -> tuple[Shape, ...]:
        """Bring the ways to the last doors back to the kitchen."""
        if self.amount(mask) > self.box[kitchen] or self._takes_too_long(kitchen, mask):
            return ()
        ways = (way for labels in self.labels(kitchen, mask).values() for way in labels)
        return _best_shapes([self._back(kitchen, way) for way in ways])

    def ridden(self, kitchen: int, doors: Iterable[int]) -> Shape | None:
        """Give doors ridden in a given order; None when some promise cannot be kept whenever one departs."""
        way = self.way(kitchen, doors)
        return None if way is None else self._back(kitchen, way)

    def _back(self, kitchen: int, way: _Label) -> Shape:
        """Bring a way to a last door back to the kitchen."""
        last = way.doors[-1]
        home = self.orders[last].service_seconds + self.durations[kitchen][last + 1][0]
        service = sum(self.orders[door].service_seconds for door in way.doors)
        early = min(max(way.early, way.fixed - way.lag), way.late)
        length = max(way.lag, way.fixed - early) + home
        return Shape(way.lag + home - service, early, way.late, length, kitchen, way.doors)

    def labels(self, kitchen: int, mask: int) -> dict[int, tuple[_Label, ...]]:
        """Give, for each last door of a set, the ways through the set to it that no other beats."""
        known = self._labels[kitchen].get(mask)
        if known is None:
            known = self._labels[kitchen][mask] = self._found_labels(kitchen, mask)
        return known

    def _found_labels(self, kitchen: int, mask: int) -> dict[int, tuple[_Label, ...]]:
        """Extend the ways through each set that lacks one door by that door."""
        if mask.bit_count() > MOST_STOPS_EXACT:
            return self._inserted_labels(kitchen, mask)
        found = {}
        for last in members_of(mask):
            if not self.serves[kitchen][last]:
                return {}
            rest = mask & ~(1 << last)
            before = [way for ways in self.labels(kitchen, rest).values() for way in ways] if rest else [None]
            extended = [self._extended(kitchen, way, last) for way in before]
            best = _best_labels([way for way in extended if way is not None])
            if best:
                found[last] = best
        return found

    def _inserted_labels(self, kitchen: int, mask: int) -> dict[int, tuple[_Label, ...]]:
        """Put the set's last door everywhere into the ways through the others; good, but not exhaustive."""
        added = mask.bit_length() - 1
        if not self.serves[kitchen][added]:
            return {}
        found: dict[int, list[_Label]] = {}
        for ways in self.labels(kitchen, mask & ~(1 << added)).values():
            for way in ways:
                for place in range(len(way.doors) + 1):
                    label = self.way(kitchen, (*way.doors[:place], added, *way.doors[place:]))
                    if label is not None:
                        found.setdefault(label.doors[-1], []).append(label)
        return {last: _best_labels(ways) for last, ways in found.items()}

    def remember(self, kitchen: int, doors: Sequence[int]) -> None:
        """Know a good way through more doors than are ordered exactly."""
        way = self.way(kitchen, doors) if len(doors) > MOST_STOPS_EXACT else None
        if way is not None:
            mask = sum(1 << door for door in doors)
            ways = dict(self.labels(kitchen, mask))
            ways[doors[-1]] = _best_labels([way, *ways.get(doors[-1], ())])
            self._labels[kitchen][mask] = ways
            self._shapes[kitchen].pop(mask, None)

    def way(self, kitchen: int, doors: Iterable[int]) -> _Label | None:
        """Follow doors in a given order; None when some promise cannot be kept whenever one departs."""
        label = None
        for door in doors:
            label = self._extended(kitchen, label, door)
            if label is None:
                return None
        return label

    def _extended(self, kitchen: int, way: _Label | None, door: int) -> _Label | None:
        """Go on to one more door, inside its window and inside the meals' greatest age."""
        if way is None:
            opens, closes = self.kitchens[kitchen].open
            lag, fixed, early, late = self.durations[kitchen][0][door + 1], 0, opens, closes
            doors: tuple[int, ...] = ()
        else:
            lag, fixed, early, late, doors = way
            last = doors[-1]
            step = self.orders[last].service_seconds + self.durations[kitchen][last + 1][door + 1]
            lag, fixed = lag + step, fixed + step
        opens, closes = self.orders[door].window
        fixed = max(fixed, opens)
        late = min(late, closes - lag)
        early = max(early, fixed - self.max_age)
        if lag > self.max_age or fixed > closes or early > late:
            return None
        return _Label(lag, fixed, early, late, (*doors, door))


def members_of(mask: int) -> list[int]:
    """Give the indices in a set, smallest first.

    >>> members_of(0b1011)
    [0, 1, 3]
    """
    found = []
    while mask:
        lowest = mask & -mask
        found.append(lowest.bit_length() - 1)
        mask ^= lowest
    return found


def _best_labels(labels: list[_Label]) -> tuple[_Label, ...]:
    """Keep the ways that no other beats: as quick, as early and as late at once."""
    if len(labels) < 2:  # noqa: PLR2004  One alone is beaten by none.
        return tuple(labels)
    kept: list[_Label] = []
    for label in sorted(labels):
        if not any(
            other.fixed <= label.fixed and other.early <= label.early and other.late >= label.late
            for other in kept
        ):
            kept.append(label)
    return tuple(kept)


def _best_shapes(shapes: list[Shape]) -> tuple[Shape, ...]:
    """Keep the shapes that no other beats: as short a ride, as early, as late and as soon back at once."""
    kept: list[Shape] = []
    for shape in sorted(shapes):
        if not any(
            other.early <= shape.early and other.late >= shape.late and other.length <= shape.length
            for other in kept
        ):
            kept.append(shape)
    return tuple(kept)
