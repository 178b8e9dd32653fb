"""Home of sharing the work between riders, where the plan stays as good."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, product

from app.delivery.routing.plan import Route, RoutePlan, Trip, doors_of
from app.delivery.routing.problem import Rider, RoutingProblem

Trips = tuple[Trip, ...]


def fair(problem: RoutingProblem, plan: RoutePlan) -> RoutePlan:
    """Exchange trips between riders as long as that makes the longer of two riders' work shorter.

    No trip changes its time, nobody else is called in and nobody sent home, and the riding stays the same.
    A trip goes to another rider, or for one of theirs, or all later trips of both change hands.
    """
    return replace(plan, routes=tuple(_shared_out(problem, [route for route in plan.routes if route.trips])))


def work_seconds(problem: RoutingProblem, trips: Sequence[Trip]) -> int:
    """Give how long a rider works: each trip from the beginning of its loading to the return."""
    return sum(problem.rules.load_seconds + trip.back - trip.depart for trip in trips)


def _shared_out(problem: RoutingProblem, routes: list[Route]) -> list[Route]:
    """Let the busiest rider who can give work away do so, until nobody can."""
    riders = [problem.rider_by_id[route.rider] for route in routes]
    days = [route.trips for route in routes]
    while True:
        work = [work_seconds(problem, day) for day in days]
        busiest_first = sorted(range(len(days)), key=lambda index: (-work[index], index))
        for place, one in enumerate(busiest_first):
            # From the least busy on: there the most is to be won.
            for other in reversed(busiest_first[place + 1 :]):
                better = _evened(problem, (riders[one], riders[other]), (days[one], days[other]))
                if better is not None:
                    days[one], days[other] = better
                    break
            else:
                continue
            break
        else:
            return [replace(route, trips=day) for route, day in zip(routes, days, strict=True)]


def _evened(
    problem: RoutingProblem, riders: tuple[Rider, Rider], days: tuple[Trips, Trips]
) -> tuple[Trips, Trips] | None:
    """Give the exchange between two riders after which the busier one works least; None if none helps."""
    least = max(work_seconds(problem, day) for day in days)
    ride, best = sum(_change_seconds(problem, day) for day in days), None
    for exchanged in _exchanges(*days):
        longest = max(work_seconds(problem, day) for day in exchanged)
        if (
            longest < least
            and all(exchanged)
            and all(_could_ride(problem, *both) for both in zip(riders, exchanged, strict=True))
            and sum(_change_seconds(problem, day) for day in exchanged) == ride
        ):
            least, best = longest, exchanged
    return best


def _exchanges(ours: Trips, theirs: Trips) -> Iterator[tuple[Trips, Trips]]:
    """Go through the exchanges of one trip for another or none, and of all later trips."""
    for given, taken in product((None, *ours), (None, *theirs)):
        yield _with(ours, given, taken), _with(theirs, taken, given)
    for ours_end, theirs_end in product(range(len(ours) + 1), range(len(theirs) + 1)):
        yield ours[:ours_end] + theirs[theirs_end:], theirs[:theirs_end] + ours[ours_end:]


def _with(day: Trips, given: Trip | None, taken: Trip | None) -> Trips:
    """Give a day without the trip given away and with the one taken, in the order they are ridden."""
    kept = [trip for trip in day if trip is not given]
    return tuple(sorted([*kept, *([taken] if taken else [])], key=lambda trip: (trip.depart, trip.back)))


def _could_ride(problem: RoutingProblem, rider: Rider, day: Trips) -> bool:
    """Tell whether a rider's shift, box, kitchens and time hold all trips of a day at their times."""
    load = problem.rules.load_seconds
    starts, ends = rider.window
    if day[0].depart - load < starts or day[-1].back > ends:
        return False
    if not all(
        problem.employs(trip.kitchen, rider.id)
        and sum(problem.order_by_id[door].amount for door in doors_of(trip)) <= rider.capacity
        for trip in day
    ):
        return False
    return all(
        (change := problem.change_seconds(before.kitchen, after.kitchen)) is not None
        and before.back + change + load <= after.depart
        for before, after in pairwise(day)
    )


def _change_seconds(problem: RoutingProblem, day: Trips) -> int:
    """Give the riding from kitchen to kitchen of a day that can be ridden."""
    return sum(problem.change_seconds(before.kitchen, after.kitchen) or 0 for before, after in pairwise(day))
