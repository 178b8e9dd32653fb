"""Home of riders' days as a plan has them: timed trips, the gaps between, and where one more door could go.

Nothing else moves when a door is put somewhere: doors keep their order, other trips their time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from app.delivery.routing.faults import LATEST_SECOND
from app.delivery.routing.plan import Objective, Route, RoutePlan, Stop, Trip, doors_of, objective_of
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.trips import Ground


@dataclass(frozen=True, slots=True)
class Place:
    """Where a trip stands: the rider, and its number among theirs; `is_gap`: the time before it instead."""

    rider: int
    number: int
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that might take a door at a position among others, and what it would add."""

    riders: int
    ride_seconds: int
    place: Place
    kitchen: int
    doors: tuple[int, ...]
    position: int

    @property
    def cost(self) -> tuple[int, int]:
        """Give what candidates are ordered by."""
        return self.riders, self.ride_seconds


@dataclass(frozen=True)
class Timetable:
    """The riders' days: each a sequence of trips with gaps between them, empty for who stays at home."""

    problem: RoutingProblem
    ground: Ground
    trips: Mapping[int, tuple[Trip, ...]]

    @classmethod
    def of(cls, problem: RoutingProblem, plan: RoutePlan) -> Timetable:
        """Lay out a plan by rider."""
        trips: dict[int, tuple[Trip, ...]] = {rider.id: () for rider in problem.riders}
        trips.update((route.rider, route.trips) for route in plan.routes)
        return cls(problem, Ground(problem, plan.served), trips)

    @property
    def places(self) -> list[Place]:
        """Give where every trip stands."""
        return [Place(rider, number) for rider, trips in self.trips.items() for number in range(len(trips))]

    @property
    def gaps(self) -> list[Place]:
        """Give where one more trip could be; of those alike who stay at home one rider is enough."""
        found, at_home = [], set()
        for rider, trips in self.trips.items():
            who = self.problem.rider_by_id[rider]
            kind = (who.window, who.capacity, who.kitchens)
            if trips or kind not in at_home:
                found += [Place(rider, number, is_gap=True) for number in range(len(trips) + 1)]
            if not trips:
                at_home.add(kind)
        return found

    @cached_property
    def _cooked(self) -> Counter[int]:
        cooked: Counter[int] = Counter()
        for trip in (trip for trips in self.trips.values() for trip in trips):
            cooked[trip.kitchen] += self.meals(doors_of(trip))
        return cooked

    def trip(self, place: Place) -> Trip:
        """Give the trip that stands at a place."""
        return self.trips[place.rider][place.number]

    def meals(self, doors: Iterable[int]) -> int:
        """Give how many meals doors get."""
        return sum(self.problem.order_by_id[door].amount for door in doors)

    def departures(self, place: Place, kitchen: int, doors: Iterable[int]) -> tuple[int, int] | None:
        """Give when doors could be ridden at a place, in their order, at the earliest and at the latest."""
        kitchens = [each.id for each in self.problem.kitchens]
        index = {order.id: index for index, order in enumerate(self.ground.orders)}
        shape = self.ground.ridden(kitchens.index(kitchen), [index[door] for door in doors])
        if shape is None:
            return None
        loads, until = self._span(place, kitchen)
        earliest = max(loads + self.problem.rules.load_seconds, shape.early)
        latest = min(shape.late, until - shape.length)
        return (earliest, latest) if earliest <= latest else None

    def _span(self, place: Place, kitchen: int) -> tuple[int, int]:
        """Give from when a rider could load at a kitchen, and when they must be back from there."""
        problem, trips = self.problem, self.trips[place.rider]
        loads, until = problem.rider_by_id[place.rider].window
        following = place.number if place.is_gap else place.number + 1
        if place.number:
            earlier = trips[place.number - 1]
            change = problem.change_seconds(earlier.kitchen, kitchen)
            loads = LATEST_SECOND if change is None else earlier.back + change
        if following < len(trips):
            later = trips[following]
            change = problem.change_seconds(kitchen, later.kitchen)
            until = 0 if change is None else later.depart - problem.rules.load_seconds - change
        return loads, until

    def without(self, place: Place, position: int) -> Timetable | None:
        """Give the days without one door; None when the rest of its trip would come too late then."""
        days, back = self.lacking(place, position), self.trip(place).back
        if len(self.trip(place).stops) > 1:
            ridden = days.trip(place)
            if ridden.back > back or not all(self._in_time(ridden, stop) for stop in ridden.stops):
                return None
        return days

    def lacking(self, place: Place, position: int) -> Timetable:
        """Give the days without one door, the rest of its trip ridden as soon as possible, in time or not."""
        day, trip = self.trips[place.rider], self.trip(place)
        doors = doors_of(trip)
        rest = (*doors[:position], *doors[position + 1 :])
        shorter = (ridden_soonest(self.problem, trip.kitchen, trip.depart, rest),) if rest else ()
        day = (*day[: place.number], *shorter, *day[place.number + 1 :])
        return replace(self, trips={**self.trips, place.rider: day})

    def _in_time(self, trip: Trip, stop: Stop) -> bool:
        age = stop.handover - trip.depart
        return (
            age <= self.problem.rules.max_age_seconds
            and stop.handover <= self.problem.order_by_id[stop.order].window[1]
        )

    def candidates(self, order: int) -> Iterator[Candidate]:
        """Go through every position in every trip, and every gap, whatever the rules say of them."""
        for place in self.places:
            kitchen, doors = self.trip(place).kitchen, doors_of(self.trip(place))
            if self.problem.serves(kitchen, order):
                for position in range(len(doors) + 1):
                    ahead, behind = doors[:position], doors[position:]
                    added = self._added(kitchen, ahead, order, behind)
                    yield Candidate(0, added, place, kitchen, (*ahead, order, *behind), position)
        for gap in self.gaps:
            for kitchen in self.problem.kitchen_by_id:
                if self.problem.serves(kitchen, order):
                    added = self._added(kitchen, (), order, ()) + self._detour(gap, kitchen)
                    yield Candidate(int(not self.trips[gap.rider]), added, gap, kitchen, (order,), 0)

    def departure(self, candidate: Candidate) -> int | None:
        """Give when a candidate's trip could depart; None when box, kitchen, rider or time forbid it.

        A trip that is planned departs when it did, where that still does.
        """
        problem, place, kitchen = self.problem, candidate.place, candidate.kitchen
        added = candidate.doors[candidate.position]
        limit = problem.kitchen_by_id[kitchen].capacity
        if (
            not problem.employs(kitchen, place.rider)
            or self.meals(candidate.doors) > problem.rider_by_id[place.rider].capacity
            or (limit is not None and self._cooked[kitchen] + self.meals([added]) > limit)
        ):
            return None
        departures = self.departures(place, kitchen, candidate.doors)
        if departures is None:
            return None
        earliest, latest = departures
        return earliest if place.is_gap else min(max(self.trip(place).depart, earliest), latest)

    def with_door(self, candidate: Candidate, depart: int) -> Timetable:
        """Give the days with a door put where a candidate says."""
        place, day = candidate.place, self.trips[candidate.place.rider]
        trip = ridden_soonest(self.problem, candidate.kitchen, depart, candidate.doors)
        behind = day[place.number :] if place.is_gap else day[place.number + 1 :]
        return replace(self, trips={**self.trips, place.rider: (*day[: place.number], trip, *behind)})

    def _added(self, kitchen: int, ahead: Sequence[int], order: int, behind: Sequence[int]) -> int:
        """Give the riding that a door adds between the last of those ahead and the first of those behind."""
        ride = self.problem.ride_seconds
        before, after = ahead[-1] if ahead else None, behind[0] if behind else None
        around = ride(kitchen, before, order) + ride(kitchen, order, after)
        return around if before == after else around - ride(kitchen, before, after)

    def _detour(self, gap: Place, kitchen: int) -> int:
        """Give the riding from kitchen to kitchen that one more trip in a gap adds."""
        trips, change = self.trips[gap.rider], self.problem.change_seconds
        kitchens = [trip.kitchen for trip in trips[max(0, gap.number - 1) : gap.number + 1]]
        before, after = (kitchens, []) if gap.number == len(trips) else (kitchens[:-1], kitchens[-1:])
        with_it, without = [*before, kitchen, *after], [*before, *after]
        return sum(change(*ends) or 0 for ends in pairwise(with_it)) - sum(
            change(*ends) or 0 for ends in pairwise(without)
        )

    def objective(self) -> Objective:
        """Give what these days cost."""
        return objective_of(self.problem, [Route(rider, trips) for rider, trips in self.trips.items()])


def ridden_soonest(problem: RoutingProblem, kitchen: int, depart: int, doors: Iterable[int]) -> Trip:
    """Ride doors in their order as soon as possible."""
    ready, door = depart, None
    stops = []
    for order in doors:
        arrival = ready + problem.ride_seconds(kitchen, door, order)
        handover = max(arrival, problem.order_by_id[order].window[0])
        stops.append(Stop(order, handover))
        ready, door = handover + problem.order_by_id[order].service_seconds, order
    return Trip(kitchen, depart, tuple(stops), ready + problem.ride_seconds(kitchen, door, None))
