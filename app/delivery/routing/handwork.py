"""Home of changing a plan by hand: what a person asks for is done as it was asked.

Nothing is refused for a promise that it breaks; the independent check tells each one afterwards. Doors keep
their order, and no trip moves but those that are changed. A changed plan keeps its bounds only as far as they
still hold: each part of a bound was found for the plan's own figures in the graver parts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.delivery.routing.check import violations
from app.delivery.routing.plan import Objective, Route, RoutePlan, Trip, doors_of, objective_of
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.trips import Ground
from app.delivery.routing.timetable import Candidate, Place, Timetable, ridden_soonest
from app.text import Text

Days = Mapping[int, tuple[Trip, ...]]
"""Each rider's trips."""


class NoSuchPlace(LookupError):
    """The plan has no such trip, door or rider, or the door cannot go there."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a door may go: into a trip at a position, or on a trip of its own in the gap before that."""

    rider: int
    number: int
    is_own_trip: bool
    position: int


@dataclass(frozen=True, slots=True)
class Choice:
    """A spot for a door: when its meal would be handed over, what that costs, and what it would break.

    `behind` and `before` are the doors around it, None the kitchen; `riders` and `ride_seconds` are what the
    plan costs more, or less where they are negative.
    """

    spot: Spot
    depart: int
    handover: int
    behind: int | None
    before: int | None
    riders: int
    ride_seconds: int
    broken: tuple[Text, ...]


def choices(problem: RoutingProblem, plan: RoutePlan, order: int) -> tuple[Choice, ...]:
    """Give where a door could go, those that keep every promise first, the cheaper before the dearer.

    Of each trip it is the best position, of a rider's gaps those that a trip fits into.
    Raises: NoSuchPlace for a door that cannot be on any trip.
    """
    lacking = _lacking(problem, plan, order)
    known = {str(each) for each in violations(problem, plan)}
    found = []
    for candidate in _best_places(lacking, order, _spot_held(plan, order)):
        changed = _with_candidate(plan, lacking, candidate)
        broken = tuple(said for said in violations(problem, changed) if str(said) not in known)
        found.append(_choice(plan, changed, candidate, broken))
    return tuple(
        sorted(found, key=lambda each: (len(each.broken), each.riders, each.ride_seconds, each.depart))
    )


def with_door(problem: RoutingProblem, plan: RoutePlan, order: int, spot: Spot) -> RoutePlan:
    """Put a door where a choice said, wherever it was before.

    Raises: NoSuchPlace.
    """
    lacking = _lacking(problem, plan, order)
    for candidate in lacking.candidates(order):
        if _spot_of(candidate) == spot:
            return _with_candidate(plan, lacking, candidate)
    raise NoSuchPlace


def with_rider(problem: RoutingProblem, plan: RoutePlan, place: Place, rider: int) -> RoutePlan:
    """Let another rider ride a trip.

    Raises: NoSuchPlace.
    """
    days = _days_of(problem, plan)
    trip = _trip_at(days, place)
    if rider not in days:
        raise NoSuchPlace
    days[place.rider] = tuple(each for each in days[place.rider] if each is not trip)
    days[rider] = (*days[rider], trip)
    return _changed(problem, plan, days)


def departing(problem: RoutingProblem, plan: RoutePlan, place: Place, depart: int) -> RoutePlan:
    """Let a trip depart at another second, and ride as soon as possible from then on.

    Raises: NoSuchPlace.
    """
    days = _days_of(problem, plan)
    trip = _trip_at(days, place)
    moved = ridden_soonest(problem, trip.kitchen, depart, doors_of(trip))
    days[place.rider] = tuple(moved if each is trip else each for each in days[place.rider])
    return _changed(problem, plan, days)


def _days_of(problem: RoutingProblem, plan: RoutePlan) -> dict[int, tuple[Trip, ...]]:
    return {rider.id: () for rider in problem.riders} | {route.rider: route.trips for route in plan.routes}


def _trip_at(days: Days, place: Place) -> Trip:
    trips = days.get(place.rider, ())
    if not 0 <= place.number < len(trips):
        raise NoSuchPlace
    return trips[place.number]


def _lacking(problem: RoutingProblem, plan: RoutePlan, order: int) -> Timetable:
    """Lay the plan out without a door, which may be none of its doors yet."""
    if order not in problem.order_by_id:
        raise NoSuchPlace
    doors = [*(each for each in plan.served if each != order), order]
    days = Timetable(problem, Ground(problem, doors), _days_of(problem, plan))
    for place in days.places:
        held = doors_of(days.trip(place))
        if order in held:
            return days.lacking(place, held.index(order))
    return days


def _best_places(lacking: Timetable, order: int, held: Spot | None) -> list[Candidate]:
    """Give each trip's best position for a door, and the gaps where it could have a trip of its own."""
    best: dict[Place, tuple[tuple[bool, tuple[int, int]], Candidate]] = {}
    for candidate in lacking.candidates(order):
        is_broken = lacking.departure(candidate) is None
        if _spot_of(candidate) == held or (candidate.place.is_gap and is_broken):
            continue
        rank = is_broken, candidate.cost
        if candidate.place not in best or rank < best[candidate.place][0]:
            best[candidate.place] = rank, candidate
    return [candidate for _, candidate in best.values()]


def _spot_held(plan: RoutePlan, order: int) -> Spot | None:
    """Give the spot that a door has, as the plan without it would name that."""
    for route in plan.routes:
        for number, trip in enumerate(route.trips):
            doors = doors_of(trip)
            if order in doors:
                return Spot(route.rider, number, len(doors) == 1, doors.index(order))
    return None


def _spot_of(candidate: Candidate) -> Spot:
    place = candidate.place
    return Spot(place.rider, place.number, place.is_gap, candidate.position)


def _with_candidate(plan: RoutePlan, lacking: Timetable, candidate: Candidate) -> RoutePlan:
    """Put a door somewhere; a trip that cannot take it in time departs as planned."""
    depart = lacking.departure(candidate)
    if depart is None:
        if candidate.place.is_gap:
            raise NoSuchPlace
        depart = lacking.trip(candidate.place).depart
    return _changed(lacking.problem, plan, lacking.with_door(candidate, depart).trips)


def _choice(plan: RoutePlan, changed: RoutePlan, candidate: Candidate, broken: tuple[Text, ...]) -> Choice:
    doors, position = candidate.doors, candidate.position
    trip, stop = next(
        (trip, stop) for trip in changed.trips for stop in trip.stops if stop.order == doors[position]
    )
    return Choice(
        spot=_spot_of(candidate),
        depart=trip.depart,
        handover=stop.handover,
        behind=doors[position - 1] if position else None,
        before=doors[position + 1] if position + 1 < len(doors) else None,
        riders=changed.objective.riders - plan.objective.riders,
        ride_seconds=changed.objective.ride - plan.objective.ride,
        broken=broken,
    )


def _changed(problem: RoutingProblem, plan: RoutePlan, days: Days) -> RoutePlan:
    """Make a plan of these days; who left them is left out still, and who came is not any more."""
    routes = tuple(
        Route(rider, tuple(sorted(trips, key=lambda trip: trip.depart)))
        for rider, trips in days.items()
        if trips
    )
    carried = {stop.order for route in routes for trip in route.trips for stop in trip.stops}
    objective = objective_of(problem, routes)
    bound = Objective(*_bounds_left(plan, objective))
    return RoutePlan(
        routes=routes,
        unserved=tuple(left for left in plan.unserved if left.order not in carried),
        objective=objective,
        bound=bound,
        proven=bound == objective,
        seconds=plan.seconds,
    )


def _bounds_left(plan: RoutePlan, objective: Objective) -> Iterator[int]:
    """Give each part of the plan's bound while the graver parts are what they were, then nothing.

    A plan that breaks promises may cost less than any sound one.
    """
    still = True
    for part in ("unserved_weight", "riders", "ride"):
        reached = getattr(objective, part)
        yield min(getattr(plan.bound, part), reached) if still else 0
        still = still and reached == getattr(plan.objective, part)
