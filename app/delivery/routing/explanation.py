"""Home of explaining a plan to a person: how tight each trip is, and what moving a door elsewhere would cost.

A move is weighed with everything else left as the plan has it: the doors of both trips keep their order, and
no other trip departs at another time.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.delivery.routing.plan import RoutePlan, doors_of, trip_ride_seconds
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.timetable import Place, Timetable


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
    days = Timetable.of(problem, plan)
    found = [_explained_trip(days, place) for place in days.places]
    return tuple(sorted(found, key=lambda trip: (trip.depart, trip.rider)))


def _explained_trip(days: Timetable, place: Place) -> ExplainedTrip:
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


def _explained_stops(days: Timetable, place: Place) -> Iterator[ExplainedStop]:
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


def _cheapest_move(days: Timetable, place: Place, position: int) -> Move | None:
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
