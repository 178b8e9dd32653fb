"""Home of the search for good plans: take some doors out of the trips, put them back better, again and again.

Trips and riders' shifts are one model here: a door is put into a trip only where the rider's whole day still
holds, and a new trip only where a rider has the time for it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import NamedTuple

from app.delivery.routing.plan import Objective
from app.delivery.routing.solver.meter import Meter
from app.delivery.routing.solver.trips import Ground, Shape, members_of

LEFT_OUT_FEE = 1500
RIDER_FEE = 2500
"""What leaving out a weight of one, or calling in a rider, costs the search against a second of riding."""

HOTTEST = 120.0
COLDEST = 2.0
"""Worse plans are walked through by so many seconds at first and at last."""

OVERLOOKED = 0.02
"""A place is overlooked now and then, so that the search does not always go the same way."""

MOST_TAKEN_OUT = 14

AROUND_MISSING = 0.5
"""As often around the doors left out as anywhere."""

WHOLE_LEGS = 0.3
"""Now and then whole legs must go, to free a rider's time."""

WORK_A_ROUND = 1e-4
WORK_A_WAY = 5e-6
"""A round takes so much work for each order, and for each way through doors that is new."""

_NEVER = 10**9


class Leg(NamedTuple):
    """One trip of a day: the kitchen and the set of its orders."""

    kitchen: int
    mask: int


class Place(NamedTuple):
    """Where an order could go: into leg `position` of a rider, or as a new leg there."""

    cost: int
    rider: int
    position: int
    leg: Leg
    is_new: bool


class Days:
    """The riders' days: each a list of legs, with the earliest and latest times that they allow.

    `free[r][p]` is when rider r can be back from the leg before p; `due[r][p]` is when r must be free for leg
    p at its kitchen at the latest, so that it and all later legs still hold.
    """

    def __init__(self, ground: Ground, legs: Iterable[Sequence[Leg]] | None = None) -> None:
        """Begin with the given legs, or with empty days."""
        self.ground = ground
        self.legs = [list(day) for day in legs] if legs is not None else [[] for _ in ground.riders]
        self.free: list[list[int]] = [[] for _ in ground.riders]
        self.due: list[list[int]] = [[] for _ in ground.riders]
        self.rides: list[list[int]] = [[] for _ in ground.riders]
        self.cooked = [0] * len(ground.kitchens)
        for rider, day in enumerate(self.legs):
            self._timed(rider)
            for leg in day:
                self.cooked[leg.kitchen] += ground.amount(leg.mask)

    def copy(self) -> Days:
        """Give days of the same legs that can be changed apart."""
        twin = Days.__new__(Days)
        twin.ground = self.ground
        twin.legs = [list(day) for day in self.legs]
        twin.free, twin.due, twin.rides = list(self.free), list(self.due), list(self.rides)
        twin.cooked = list(self.cooked)
        return twin

    def _timed(self, rider: int) -> None:
        """Compute a rider's times again after a change."""
        ground, day = self.ground, self.legs[rider]
        starts, ends = ground.riders[rider].window
        free, due = [starts], [ends] * (len(day) + 1)
        for position in range(len(day) - 1, -1, -1):
            leg = day[position]
            until = due[position + 1]
            if position + 1 < len(day):
                until -= self.change(leg.kitchen, day[position + 1].kitchen)
            due[position] = latest_start(ground.shapes(leg.kitchen, leg.mask), until, ground.load)
        for position, leg in enumerate(day):
            ready = free[-1]
            if position:
                ready += self.change(day[position - 1].kitchen, leg.kitchen)
            free.append(soonest_back(ground.shapes(leg.kitchen, leg.mask), ready + ground.load))
        self.free[rider], self.due[rider] = free, due
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

    def remove(self, order: int) -> None:
        """Take an order out of its leg, and the leg out of the day when it was the last."""
        bit = 1 << order
        for rider, day in enumerate(self.legs):
            for position, leg in enumerate(day):
                if leg.mask & bit:
                    rest = Leg(leg.kitchen, leg.mask ^ bit)
                    if rest.mask and self.ground.shapes(*rest):
                        day[position] = rest
                    else:
                        del day[position]
                        self.cooked[leg.kitchen] -= self.ground.amount(rest.mask)
                    self.cooked[leg.kitchen] -= self.ground.orders[order].amount
                    self._timed(rider)
                    return

    def put(self, place: Place) -> None:
        """Put an order into its place."""
        day = self.legs[place.rider]
        if place.is_new:
            day.insert(place.position, place.leg)
            added = place.leg.mask
        else:
            added = place.leg.mask ^ day[place.position].mask
            day[place.position] = place.leg
        self.cooked[place.leg.kitchen] += self.ground.amount(added)
        self._timed(place.rider)

    def served(self) -> int:
        """Give the set of orders that these days carry."""
        found = 0
        for day in self.legs:
            for leg in day:
                found |= leg.mask
        return found

    def slot(self, rider: int, position: int, kitchen: int, *, is_new: bool) -> tuple[int, int]:
        """Give from when a rider could load a leg at a kitchen, and when they must be back from it."""
        day = self.legs[rider]
        ready, after = self.free[rider][position], position if is_new else position + 1
        if position:
            ready += self.change(day[position - 1].kitchen, kitchen)
        until = self.due[rider][after]
        if after < len(day):
            until -= self.change(kitchen, day[after].kitchen)
        return ready, until


def soonest_back(shapes: Sequence[Shape], depart: int) -> int:
    """Give the earliest return of a leg that cannot depart before a second."""
    return min(
        (max(depart, shape.early) + shape.length for shape in shapes if depart <= shape.late), default=_NEVER
    )


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


@dataclass
class Search:
    """A search with its own randomness: the same seed and rounds walk the same way.

    `open_riders` are the riders who may be called in; `deadline` (of the meter) stops a search before its
    rounds are done; past it, doors only get trips of their own, which cost no thought.
    """

    ground: Ground
    random: Random
    meter: Meter
    deadline: float
    open_riders: Sequence[int]
    seen: set[Leg] = field(default_factory=set)
    _near: dict[int, list[int]] = field(default_factory=dict)

    def near(self, order: int) -> list[int]:
        """List an order's neighbours, the nearest first."""
        known = self._near.get(order)
        if known is None:
            others = range(len(self.ground.orders))
            known = self._near[order] = sorted(others, key=lambda other: (self._apart(order, other), other))
        return known

    def _apart(self, order: int, other: int) -> int:
        """Give the seconds between two doors around the kitchen that has them nearest."""
        return min(
            (
                durations[order + 1][other + 1] + durations[other + 1][order + 1]
                for durations in self.ground.durations
                if durations[order + 1][other + 1] >= 0
            ),
            default=_NEVER,
        )

    def improved(self, days: Days, rounds: int) -> Days:
        """Search from given days for a number of rounds; give the best found."""
        days = days.copy()
        self._recreate(days, self._missing(days))
        best, best_objective = days, days.objective()
        cost = self._cost(best_objective, days)
        for step in range(rounds):
            if self.meter.now() > self.deadline:
                break
            trial = days.copy()
            self._ruin(trial)
            self._recreate(trial, self._missing(trial))
            objective = trial.objective()
            trial_cost = self._cost(objective, trial)
            heat = HOTTEST * (COLDEST / HOTTEST) ** (step / rounds)
            if trial_cost < cost - heat * math.log(self.random.random() or 1e-9):
                days, cost = trial, trial_cost
                if objective < best_objective:
                    best, best_objective = trial, objective
        return best

    def _cost(self, objective: Objective, days: Days) -> int:
        """Weigh a plan in one number: seconds of riding, and of loading while somebody goes without."""
        loading = self.ground.load * sum(map(len, days.legs)) if objective.unserved_weight else 0
        return (
            objective.unserved_weight * LEFT_OUT_FEE + objective.riders * RIDER_FEE + objective.ride + loading
        )

    def _missing(self, days: Days) -> list[int]:
        """List the orders that days do not carry."""
        served = days.served()
        return [order for order in range(len(self.ground.orders)) if not served >> order & 1]

    def _ruin(self, days: Days) -> None:
        """Take out doors near a chosen one, sometimes with their whole legs."""
        missing = self._missing(days)
        count = len(self.ground.orders)
        around_missing = bool(missing) and self.random.random() < AROUND_MISSING
        centre = self.random.choice(missing) if around_missing else self.random.randrange(count)
        wanted = self.random.randint(1, min(MOST_TAKEN_OUT, count))
        whole_legs = self.random.random() < WHOLE_LEGS
        served = days.served()
        for order in self.near(centre):
            if wanted <= 0:
                return
            if not served >> order & 1:
                continue
            out = self._leg_of(days, order) if whole_legs else 1 << order
            for one in members_of(out & served):
                days.remove(one)
                wanted -= 1
            served &= ~out

    @staticmethod
    def _leg_of(days: Days, order: int) -> int:
        """Give the set of orders that ride with one."""
        return next(leg.mask for day in days.legs for leg in day if leg.mask >> order & 1)

    def _recreate(self, days: Days, missing: list[int]) -> None:
        """Put orders where they cost least, in an order of their own each time."""
        keys: dict[int, Callable[[int], float]] = {
            0: lambda _: self.random.random(),
            1: lambda order: -max(d[0][order + 1] for d in self.ground.durations),
            2: lambda order: self.ground.orders[order].window[1],
            3: lambda order: max(d[0][order + 1] for d in self.ground.durations),
        }
        by = keys[self.random.choice((0, 0, 1, 2, 3))]
        missing = sorted(missing, key=lambda order: (-self.ground.orders[order].priority, by(order)))
        self.meter.did(WORK_A_ROUND * len(self.ground.orders))
        for order in missing:
            tried = self.ground.ways_tried
            place = self._cheapest(days, order)
            self.meter.did(WORK_A_WAY * (self.ground.ways_tried - tried))
            if place is not None:
                days.put(place)
                self.seen.add(place.leg)

    def _cheapest(self, days: Days, order: int) -> Place | None:
        """Find the place where an order costs least."""
        best: Place | None = None
        tried: set[tuple[object, ...]] = set()
        for rider in self.open_riders:
            if not days.legs[rider]:
                kind = self._kind(rider)
                if kind in tried:
                    continue
                tried.add(kind)
            for place in self._places(days, order, rider):
                if (best is None or place.cost < best.cost) and self.random.random() > OVERLOOKED:
                    best = place
        return best

    def _kind(self, rider: int) -> tuple[object, ...]:
        """Give what tells a rider apart from others for planning."""
        who = self.ground.riders[rider]
        return who.window, who.capacity, who.kitchens

    def _places(self, days: Days, order: int, rider: int) -> Iterable[Place]:
        """Go through the places of one rider's day that would hold an order."""
        ground = self.ground
        amount = ground.orders[order].amount
        if amount > ground.riders[rider].capacity:
            return
        for number, kitchen in enumerate(ground.kitchens):
            is_full = kitchen.capacity is not None and days.cooked[number] + amount > kitchen.capacity
            if ground.serves[number][order] and ground.employs[rider][number] and not is_full:
                yield from self._new_legs(days, order, rider, number)
                if self.meter.now() <= self.deadline:
                    yield from self._longer_legs(days, order, rider, number)

    def _new_legs(self, days: Days, order: int, rider: int, kitchen: int) -> Iterable[Place]:
        """Go through the places of a rider's day where a leg for one order alone would hold."""
        ground, day = self.ground, days.legs[rider]
        alone = ground.shapes(kitchen, 1 << order)
        fee = 0 if day else RIDER_FEE
        for position in range(len(day) + 1):
            ready, until = days.slot(rider, position, kitchen, is_new=True)
            shape = shortest_in(alone, ready + ground.load, until)
            if shape is not None:
                leg = Leg(kitchen, 1 << order)
                yield Place(shape.ride + ground.load + fee, rider, position, leg, is_new=True)

    def _longer_legs(self, days: Days, order: int, rider: int, kitchen: int) -> Iterable[Place]:
        """Go through the legs of a rider's day that would hold one more order."""
        ground, bit = self.ground, 1 << order
        room = ground.riders[rider].capacity - ground.orders[order].amount
        for position, leg in enumerate(days.legs[rider]):
            if leg.kitchen != kitchen or not ground.might_hold(kitchen, leg.mask, order):
                continue
            if ground.amount(leg.mask) > room:
                continue
            longer = Leg(kitchen, leg.mask | bit)
            ready, until = days.slot(rider, position, kitchen, is_new=False)
            shape = shortest_in(ground.shapes(*longer), ready + ground.load, until)
            if shape is not None:
                yield Place(shape.ride - days.rides[rider][position], rider, position, longer, is_new=False)


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
