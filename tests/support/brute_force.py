"""The best plan of a tiny problem, by going through every plan there is, to check the planner against.

It shares no code with the planner. Every sequence of doors that keeps the promises is a trip; a rider's day
is trips in a row, kept by the set of doors that it has carried; what riders carry is put together set by set.
Of two ways to the same set the one that is nowhere better is forgotten: seven orders take about a second.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from operator import le
from typing import NamedTuple, TypeVar

from app.delivery.routing.plan import Objective
from app.delivery.routing.problem import Rider, RoutingProblem

One = TypeVar("One")
Figures = tuple[int, ...]
"""Figures of which less is better, each by itself."""


class _Way(NamedTuple):
    """Doors ridden in order: departed at t from `first` to `last`, back at max(t + `lasts`, `until`)."""

    ride: int
    first: int
    last: int
    lasts: int
    until: int

    def back(self, ready: int) -> int | None:
        """Give when the rider is back who could depart at a second; None when that is too late."""
        depart = max(ready, self.first)
        return None if depart > self.last else max(depart + self.lasts, self.until)


class BruteForce:
    """Every plan of a problem of a handful of orders, by what it leaves behind and whom it calls in."""

    def __init__(self, problem: RoutingProblem) -> None:
        """Go through all plans; `least_ride` is by the weight left behind and the riders called in."""
        self._problem = problem
        self._amounts = [self._sum_of("amount", carried) for carried in range(1 << len(problem.orders))]
        # A kitchen that could cook for everybody is no limit, and need not be counted.
        self._limited = {
            kitchen.id: kitchen.capacity
            for kitchen in problem.kitchens
            if kitchen.capacity is not None and kitchen.capacity < self._amounts[-1]
        }
        self._ways = {kitchen.id: self._ways_from(kitchen.id) for kitchen in problem.kitchens}
        self.least_ride = self._together()

    @property
    def best(self) -> Objective:
        """Give the objective of the best plan there is."""
        weight, riders = min(self.least_ride)
        return Objective(weight, riders, self.least_ride[weight, riders])

    def least_given(self, reached: Objective) -> Objective:
        """Give the least that each part can come to where the graver ones are as some plan has them."""
        weight, riders = reached.unserved_weight, reached.riders
        return Objective(
            self.best.unserved_weight,
            min(least for left, least in self.least_ride if left == weight),
            # A plan that one rider less rides as fast is not kept, so fewer riders bound it too.
            min(
                ride
                for (left, called), ride in self.least_ride.items()
                if left == weight and called <= riders
            ),
        )

    def _sum_of(self, figure: str, carried: int) -> int:
        orders = self._problem.orders
        return sum(getattr(order, figure) for place, order in enumerate(orders) if carried >> place & 1)

    def _ways_from(self, kitchen: int) -> dict[int, list[_Way]]:
        """Give the ways to ride each set of doors, but for those that are nowhere better than another."""
        found: dict[int, list[_Way]] = defaultdict(list)
        for carried, way in self._sequences(kitchen):
            found[carried].append(way)
        return {
            carried: _undominated(ways, lambda way: (way.ride, way.first, -way.last, way.lasts, way.until))
            for carried, ways in found.items()
        }

    def _sequences(self, kitchen: int) -> Iterator[tuple[int, _Way]]:
        """Go through every sequence of doors that one trip could visit, with its set."""
        problem = self._problem
        opens, closes = problem.kitchen_by_id[kitchen].open
        box = max((rider.capacity for rider in problem.riders), default=0)
        # So far: the set, the last door, the riding, the departures, and when the rider can ride on.
        start: tuple[int, int | None, _Way] = (0, None, _Way(0, opens, closes, 0, 0))
        waiting = [start]
        while waiting:
            carried, door, so_far = waiting.pop()
            for place, order in enumerate(problem.orders):
                extended = carried | 1 << place
                if extended == carried or self._amounts[extended] > box:
                    continue
                if not problem.serves(kitchen, order.id):
                    continue
                step = problem.ride_seconds(kitchen, door, order.id)
                # Handed over at max(t + lasts, until), young enough only if t is not too early.
                lasts, until = so_far.lasts + step, max(so_far.until + step, order.window[0])
                first = max(so_far.first, until - problem.rules.max_age_seconds)
                last = min(so_far.last, order.window[1] - lasts)
                if lasts > problem.rules.max_age_seconds or until > order.window[1] or first > last:
                    continue
                service, ride = order.service_seconds, so_far.ride + step
                on = _Way(ride, first, last, lasts + service, until + service)
                waiting.append((extended, order.id, on))
                home = problem.ride_seconds(kitchen, order.id, None)
                yield (
                    extended,
                    _Way(ride + home, first, last, on.lasts + home, on.until + home),
                )

    def _together(self) -> dict[tuple[int, int], int]:
        """Put riders' days together: for each set the riders, the riding and the meals cooked."""
        nobody = (0, 0, *(0 for _ in self._limited))
        carried_by_all: dict[int, list[Figures]] = {0: [nobody]}
        known: dict[object, dict[int, list[Figures]]] = {}
        for rider in self._problem.riders:
            kind = (rider.kitchens, rider.capacity, rider.window)
            if kind not in known:
                known[kind] = self._days_of(rider)
            days = known[kind]
            found: dict[int, list[Figures]] = defaultdict(list)
            for carried, plans in carried_by_all.items():
                found[carried] += plans
                for more, ridden in days.items():
                    if not more & carried:
                        found[carried | more] += [
                            (plan[0] + 1, *map(sum, zip(plan[1:], day, strict=True)))
                            for plan in plans
                            for day in ridden
                        ]
            carried_by_all = {
                carried: _undominated(filter(self._can_be_cooked, plans), tuple)
                for carried, plans in found.items()
            }
        everybody = self._sum_of("priority", (1 << len(self._problem.orders)) - 1)
        least: dict[tuple[int, int], int] = {}
        for carried, plans in carried_by_all.items():
            left = everybody - self._sum_of("priority", carried)
            for riders, ride, *_ in plans:
                least[left, riders] = min(ride, least.get((left, riders), ride))
        return least

    def _can_be_cooked(self, figures: Figures) -> bool:
        cooked = figures[len(figures) - len(self._limited) :]
        return all(meals <= most for meals, most in zip(cooked, self._limited.values(), strict=True))

    def _days_of(self, rider: Rider) -> dict[int, list[Figures]]:
        """Give one rider's days by the set that they carry: the riding and the meals cooked."""
        # Of each set and each kitchen of the last trip: when the rider is free, the riding and the meals.
        free: dict[int, dict[int | None, list[Figures]]] = defaultdict(lambda: defaultdict(list))
        free[0][None] = [(rider.window[0], 0, *(0 for _ in self._limited))]
        for carried in range(1 << len(self._problem.orders)):
            for at, states in free[carried].items():
                best = _undominated(filter(self._can_be_cooked, states), tuple)
                free[carried][at] = best
                for state in best:
                    for more, kitchen, after in self._next_trips(rider, carried, at, state):
                        free[carried | more][kitchen].append(after)
        return {
            carried: _undominated([state[1:] for states in by.values() for state in states], tuple)
            for carried, by in free.items()
            if carried
        }

    def _next_trips(
        self, rider: Rider, carried: int, at: int | None, state: Figures
    ) -> Iterator[tuple[int, int, Figures]]:
        """Go through the trips that a rider could ride next, with what they carry and when they are back."""
        problem = self._problem
        ready, ride, *cooked = state
        for kitchen, ways in self._ways.items():
            change = 0 if at is None else problem.change_seconds(at, kitchen)
            if change is None or not problem.employs(kitchen, rider.id):
                continue
            for more, choices in ways.items():
                if more & carried or self._amounts[more] > rider.capacity:
                    continue
                meals = [
                    so_far + self._amounts[more] * (limited == kitchen)
                    for limited, so_far in zip(self._limited, cooked, strict=True)
                ]
                for way in choices:
                    back = way.back(ready + change + problem.rules.load_seconds)
                    if back is not None and back <= rider.window[1]:
                        yield more, kitchen, (back, ride + change + way.ride, *meals)


def _undominated(some: Iterable[One], figures: Callable[[One], Figures]) -> list[One]:
    """Keep of some things those that no other is as good as in every figure."""
    kept: list[tuple[Figures, One]] = []
    for own, one in sorted({figures(one): one for one in some}.items()):
        if not any(all(map(le, other, own)) for other, _ in kept):
            kept.append((own, one))
    return [one for _, one in kept]
