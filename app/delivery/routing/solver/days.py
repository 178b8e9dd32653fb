"""Home of the riders' days as sets of doors: each run is ridden in the shortest way that its time allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.delivery.routing.plan import Objective
from app.delivery.routing.solver.trips import Ground, Shape

_NEVER = 10**9


class Leg(NamedTuple):
    """One trip of a day: the kitchen and the set of its orders."""

    kitchen: int
    mask: int


class Days:
    """The riders' days: each a list of legs, with the latest times that they allow.

    `due[r][p]` is when rider r must be free for leg p at its kitchen at the latest, so that it and all later
    legs still hold.
    """

    def __init__(self, ground: Ground, legs: Iterable[Sequence[Leg]] | None = None) -> None:
        """Begin with the given legs, or with empty days."""
        self.ground = ground
        self.legs = [list(day) for day in legs] if legs is not None else [[] for _ in ground.riders]
        self.due: list[list[int]] = [[] for _ in ground.riders]
        self.rides: list[list[int]] = [[] for _ in ground.riders]
        self.cooked = [0] * len(ground.kitchens)
        for rider, day in enumerate(self.legs):
            self._timed(rider)
            for leg in day:
                self.cooked[leg.kitchen] += ground.amount(leg.mask)

    def _timed(self, rider: int) -> None:
        """Compute a rider's latest times, and what each leg then rides."""
        ground, day = self.ground, self.legs[rider]
        due = [ground.riders[rider].window[1]] * (len(day) + 1)
        for position in range(len(day) - 1, -1, -1):
            leg = day[position]
            until = due[position + 1]
            if position + 1 < len(day):
                until -= self.change(leg.kitchen, day[position + 1].kitchen)
            due[position] = latest_start(ground.shapes(leg.kitchen, leg.mask), until, ground.load)
        self.due[rider] = due
        shapes = self.timed_shapes(rider)
        self.rides[rider] = [shape.ride for shape, _ in shapes] or [_NEVER] * len(day)

    def timed_shapes(self, rider: int) -> list[tuple[Shape, int]]:
        """Give, for each leg of a rider's day, the shortest way that its time allows, and its departure."""
        ground, day = self.ground, self.legs[rider]
        ready, found = ground.riders[rider].window[0], []
        for position, leg in enumerate(day):
            if position:
                ready += self.change(day[position - 1].kitchen, leg.kitchen)
            until = self.due[rider][position + 1]
            if position + 1 < len(day):
                until -= self.change(leg.kitchen, day[position + 1].kitchen)
            shape = shortest_in(ground.shapes(leg.kitchen, leg.mask), ready + ground.load, until)
            if shape is None:
                return []
            depart = max(ready + ground.load, shape.early)
            found.append((shape, depart))
            ready = depart + shape.length
        return found

    def change(self, start: int, end: int) -> int:
        """Give the seconds from kitchen to kitchen; more than a day where no rider may change."""
        seconds = self.ground.change[start][end]
        return _NEVER if seconds is None else seconds

    def objective(self) -> Objective:
        """Give what these days cost, counting riding as the shortest that each leg's time allows."""
        served = 0
        ride = 0
        for rider, day in enumerate(self.legs):
            for position, leg in enumerate(day):
                served |= leg.mask
                if position:
                    ride += self.change(day[position - 1].kitchen, leg.kitchen)
            ride += sum(self.rides[rider])
        left = sum(
            order.priority for index, order in enumerate(self.ground.orders) if not served >> index & 1
        )
        return Objective(left, sum(bool(day) for day in self.legs), ride)

    def served(self) -> int:
        """Give the set of orders that these days carry."""
        found = 0
        for day in self.legs:
            for leg in day:
                found |= leg.mask
        return found


def latest_start(shapes: Sequence[Shape], until: int, load: int) -> int:
    """Give the latest second to begin loading a leg that must be back by a second."""
    return max(
        (
            min(shape.late, until - shape.length) - load
            for shape in shapes
            if until - shape.length >= shape.early
        ),
        default=-_NEVER,
    )


def shortest_in(shapes: Sequence[Shape], depart: int, until: int) -> Shape | None:
    """Give the shortest way to ride a leg between two seconds, if there is one."""
    for shape in shapes:
        if max(depart, shape.early) <= min(shape.late, until - shape.length):
            return shape
    return None
