"""Home of explaining a plan to a person: how tight each trip is, and what moving a door elsewhere would cost.

A move is weighed with everything else left as the plan has it: the doors of both trips keep their order, and
no other trip departs at another time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise

from app.delivery.routing.faults import LATEST_SECOND
from app.delivery.routing.plan import Objective, Route, RoutePlan, Stop, Trip, objective_of, trip_ride_seconds
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.trips import Ground


@dataclass(frozen=True, slots=True)
class Move:
    """Another place for a door: a trip of a rider between two doors (None: the kitchen), or one of its own.

    `riders` and `ride_seconds` are what it costs, or saves where they are negative.
    """

    order: int
    rider: int
    kitchen: int
    depart: int
    behind: int | None
    before: int | None
    is_own_trip: bool
    riders: int
    ride_seconds: int


@dataclass(frozen=True, slots=True)
class ExplainedStop:
    """A hand-over: the meal's age, the wait at the door, and how much later it could be at this door.

    `move` is the place where the door would cost least, None when no other trip could take it.
    """

    order: int
    handover: int
    age_seconds: int
    wait_seconds: int
    spare_seconds: int
    move: Move | None


@dataclass(frozen=True, slots=True)
class ExplainedTrip:
    """A trip: what its time goes into, what is in the box, and how much later it could depart."""

    rider: int
    kitchen: int
    load_at: int
    depart: int
    back: int
    ride_seconds: int
    service_seconds: int
    wait_seconds: int
    spare_seconds: int
    meals: int
    capacity: int
    stops: tuple[ExplainedStop, ...]


def explained(problem: RoutingProblem, plan: RoutePlan) -> tuple[ExplainedTrip, ...]:
    """Explain each trip of a plan that keeps its promises, by departure and rider."""
    trips: dict[int, tuple[Trip, ...]] = {rider.id: () for rider in problem.riders}
    trips.update((route.rider, route.trips) for route in plan.routes)
    days = _Days(problem, Ground(problem, plan.served), trips)
    found = [_explained_trip(days, place) for place in days.places]
    return tuple(sorted(found, key=lambda trip: (trip.depart, trip.rider)))


def doors_of(trip: Trip) -> tuple[int, ...]:
    """Give the orders of a trip in the order in which they are handed over."""
    return tuple(stop.order for stop in trip.stops)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a trip stands: the rider, and its number among theirs; `is_gap`: the time before it instead."""

    rider: int
    number: int
    is_gap: bool = False


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A place that might take a door at a position among others, and what it would add."""

    riders: int
    ride_seconds: int
    place: _Place
    kitchen: int
    doors: tuple[int, ...]
    position: int

    @property
    def cost(self) -> tuple[int, int]:
        """Give what candidates are ordered by."""
        return self.riders, self.ride_seconds


@dataclass(frozen=True)
class _Days:
    """The riders' days: each a sequence of trips with gaps between them, empty for who stays at home."""

    problem: RoutingProblem
    ground: Ground
    trips: Mapping[int, tuple[Trip, ...]]

    @property
    def places(self) -> list[_Place]:
        """Give where every trip stands."""
        return [_Place(rider, number) for rider, trips in self.trips.items() for number in range(len(trips))]

    @property
    def gaps(self) -> list[_Place]:
        """Give where one more trip could be; of those alike who stay at home one rider is enough."""
        found, at_home = [], set()
        for rider, trips in self.trips.items():
            who = self.problem.rider_by_id[rider]
            kind = (who.window, who.capacity, who.kitchens)
            if trips or kind not in at_home:
                found += [_Place(rider, number, is_gap=True) for number in range(len(trips) + 1)]
            if not trips:
                at_home.add(kind)
        return found

    @cached_property
    def _cooked(self) -> Counter[int]:
        cooked: Counter[int] = Counter()
        for trip in (trip for trips in self.trips.values() for trip in trips):
            cooked[trip.kitchen] += self.meals(doors_of(trip))
        return cooked

    def trip(self, place: _Place) -> Trip:
        """Give the trip that stands at a place."""
        return self.trips[place.rider][place.number]

    def meals(self, doors: Iterable[int]) -> int:
        """Give how many meals doors get."""
        return sum(self.problem.order_by_id[door].amount for door in doors)

    def departures(self, place: _Place, kitchen: int, doors: Iterable[int]) -> tuple[int, int] | None:
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

    def _span(self, place: _Place, kitchen: int) -> tuple[int, int]:
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

    def without(self, place: _Place, position: int) -> _Days | None:
        """Give the days without one door; None when the rest of its trip would come too late then."""
        day, trip = self.trips[place.rider], self.trip(place)
        doors = doors_of(trip)
        rest = (*doors[:position], *doors[position + 1 :])
        shorter: tuple[Trip, ...] = ()
        if rest:
            ridden = _ridden(self.problem, trip.kitchen, trip.depart, rest)
            if ridden.back > trip.back or self.departures(place, trip.kitchen, rest) is None:
                return None
            shorter = (ridden,)
        day = (*day[: place.number], *shorter, *day[place.number + 1 :])
        return replace(self, trips={**self.trips, place.rider: day})

    def candidates(self, order: int) -> Iterator[_Candidate]:
        """Go through every position in every trip, and every gap, whatever the rules say of them."""
        for place in self.places:
            kitchen, doors = self.trip(place).kitchen, doors_of(self.trip(place))
            if self.problem.serves(kitchen, order):
                for position in range(len(doors) + 1):
                    ahead, behind = doors[:position], doors[position:]
                    added = self._added(kitchen, ahead, order, behind)
                    yield _Candidate(0, added, place, kitchen, (*ahead, order, *behind), position)
        for gap in self.gaps:
            for kitchen in self.problem.kitchen_by_id:
                if self.problem.serves(kitchen, order):
                    added = self._added(kitchen, (), order, ()) + self._detour(gap, kitchen)
                    yield _Candidate(int(not self.trips[gap.rider]), added, gap, kitchen, (order,), 0)

    def departure(self, candidate: _Candidate) -> int | None:
        """Give when a candidate's trip could depart; None when box, kitchen, rider or time forbid it."""
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
        return departures and departures[0]

    def _added(self, kitchen: int, ahead: Sequence[int], order: int, behind: Sequence[int]) -> int:
        """Give the riding that a door adds between the last of those ahead and the first of those behind."""
        ride = self.problem.ride_seconds
        before, after = ahead[-1] if ahead else None, behind[0] if behind else None
        around = ride(kitchen, before, order) + ride(kitchen, order, after)
        return around if before == after else around - ride(kitchen, before, after)

    def _detour(self, gap: _Place, kitchen: int) -> int:
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


def _explained_trip(days: _Days, place: _Place) -> ExplainedTrip:
    problem, trip = days.problem, days.trip(place)
    doors = doors_of(trip)
    stops = tuple(_explained_stops(days, place))
    departures = days.departures(place, trip.kitchen, doors)
    return ExplainedTrip(
        rider=place.rider,
        kitchen=trip.kitchen,
        load_at=trip.depart - problem.rules.load_seconds,
        depart=trip.depart,
        back=trip.back,
        ride_seconds=trip_ride_seconds(problem, trip),
        service_seconds=sum(problem.order_by_id[door].service_seconds for door in doors),
        wait_seconds=sum(stop.wait_seconds for stop in stops),
        spare_seconds=max(0, departures[1] - trip.depart) if departures else 0,
        meals=days.meals(doors),
        capacity=problem.rider_by_id[place.rider].capacity,
        stops=stops,
    )


def _explained_stops(days: _Days, place: _Place) -> Iterator[ExplainedStop]:
    problem, trip = days.problem, days.trip(place)
    ready, door = trip.depart, None
    for position, stop in enumerate(trip.stops):
        order = problem.order_by_id[stop.order]
        age = stop.handover - trip.depart
        yield ExplainedStop(
            order=stop.order,
            handover=stop.handover,
            age_seconds=age,
            wait_seconds=stop.handover - ready - problem.ride_seconds(trip.kitchen, door, stop.order),
            spare_seconds=min(problem.rules.max_age_seconds - age, order.window[1] - stop.handover),
            move=_cheapest_move(days, place, position),
        )
        ready, door = stop.handover + order.service_seconds, stop.order


def _cheapest_move(days: _Days, place: _Place, position: int) -> Move | None:
    """Give the cheapest other place that could take a door of a trip."""
    trip = days.trip(place)
    order, is_alone = trip.stops[position].order, len(trip.stops) == 1
    lacking = days.without(place, position)
    if lacking is None:
        return None
    now, then = days.objective(), lacking.objective()
    for found in sorted(lacking.candidates(order), key=lambda candidate: candidate.cost):
        if (
            is_alone
            and found.place.is_gap
            and (found.place.rider, found.kitchen) == (place.rider, trip.kitchen)
        ):
            continue  # A trip of its own it has.
        if not is_alone and found.place == place:
            continue
        depart = lacking.departure(found)
        if depart is not None:
            return Move(
                order=order,
                rider=found.place.rider,
                kitchen=found.kitchen,
                depart=depart,
                behind=found.doors[found.position - 1] if found.position else None,
                before=found.doors[found.position + 1] if found.position + 1 < len(found.doors) else None,
                is_own_trip=found.place.is_gap,
                riders=then.riders + found.riders - now.riders,
                ride_seconds=then.ride + found.ride_seconds - now.ride,
            )
    return None


def _ridden(problem: RoutingProblem, kitchen: int, depart: int, doors: Iterable[int]) -> Trip:
    """Ride doors in their order as soon as possible."""
    ready, door = depart, None
    stops = []
    for order in doors:
        arrival = ready + problem.ride_seconds(kitchen, door, order)
        handover = max(arrival, problem.order_by_id[order].window[0])
        stops.append(Stop(order, handover))
        ready, door = handover + problem.order_by_id[order].service_seconds, order
    return Trip(kitchen, depart, tuple(stops), ready + problem.ride_seconds(kitchen, door, None))
