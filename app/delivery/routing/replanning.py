"""Home of planning again while a day runs: what is on its way stays, and little else changes.

Two plans are made of what is left. One keeps every trip, later where it must be, and puts each door that lost
its place where that costs least; the other is planned anew, its routes given to those who ride now. The
lesser weight left without a meal decides; between equals a change counts as so many seconds of riding.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.delivery.routing.check import violations
from app.delivery.routing.familiarity import familiar
from app.delivery.routing.plan import (
    Objective,
    Reason,
    Route,
    RoutePlan,
    Trip,
    Unserved,
    doors_of,
    objective_of,
)
from app.delivery.routing.problem import Kitchen, Order, Rider, RoutingProblem
from app.delivery.routing.solver import BrokenPlan, Effort, Stop, solve
from app.delivery.routing.solver.parts import rows_of
from app.delivery.routing.solver.trips import Ground
from app.delivery.routing.timetable import Place, Timetable, ridden_soonest
from app.text import text

CHANGE_SECONDS = 300
"""What it costs, in seconds of riding, that a door changes hands; half of it when only its time changes."""

Visit = tuple[int, int]
"""Who hands over, and at which second of the day."""


@dataclass(frozen=True, slots=True)
class News:
    """What has happened since a plan was made: the second it is, who dropped out, and trips to be kept.

    `kept` trips are named by their rider and departure; those that are being loaded are kept anyway, but for
    the `waiting`, which could not leave when they should have: no kitchen has anything ready before `ready`.
    """

    at: int
    gone: frozenset[int] = frozenset()
    kept: frozenset[tuple[int, int]] = frozenset()
    waiting: frozenset[tuple[int, int]] = frozenset()
    ready: int = 0

    def has_begun(self, rider: int, trip: Trip, load_seconds: int) -> bool:
        """Tell whether a trip is being loaded or on its way."""
        return trip.depart - load_seconds <= self.at and (rider, trip.depart) not in self.waiting


@dataclass(frozen=True, slots=True)
class Change:
    """A door that changes hands or time: its visit before and now, None where there is none; never both."""

    order: int
    before: Visit | None
    after: Visit | None

    @property
    def changes_hands(self) -> bool:
        """Tell whether another rider comes, or nobody, or somebody at last."""
        return (self.before and self.before[0]) != (self.after and self.after[0])

    @property
    def shift_seconds(self) -> int:
        """Give by how much an order that is carried before and after is earlier or later."""
        return abs(self.after[1] - self.before[1]) if self.before and self.after else 0


@dataclass(frozen=True, slots=True)
class Replanned:
    """The plan from now on, with all of what was before, and every door that is not as it was."""

    plan: RoutePlan
    changes: tuple[Change, ...]


def replanned(
    problem: RoutingProblem,
    plan: RoutePlan,
    news: News,
    effort: Effort,
    *,
    change_seconds: int = CHANGE_SECONDS,
    stop: Stop | None = None,
) -> Replanned:
    """Plan a day again, from a second on.

    `problem` is the day as it is known now: orders may have come or gone since `plan` was made. The new
    plan's bound is of what could still be decided.

    Raises: BrokenPlan, as `solve` does.
    """
    known = _without_cancelled(problem, plan)
    fixed = _fixed(problem, known, news)
    rest = _Rest.of(problem, fixed, news)
    anew = solve(rest.problem, effort, stop=stop, is_shared_fairly=False)
    anew = familiar(rest.problem, anew, rest.known_slots(known))
    before = visits_of(known)
    riding = {route.rider for route in known.routes if route.trips}

    def cost(some: RoutePlan) -> tuple[int, int]:
        halves = sum(1 + change.changes_hands for change in changes(before, visits_of(some)))
        halves += 2 * len(set(some.riders) - riding)
        return some.objective.unserved_weight, some.objective.ride + change_seconds * halves // 2

    plans = [
        _plan_of(problem, _mended(problem, known, fixed, news), anew),
        _plan_of(problem, rest.joined(anew.routes), anew),
    ]
    # A trip that is to be kept may not fit any more: a shift ends earlier, a kitchen cooks less.
    sound = [some for some in plans if not violations(problem, some)]
    if not sound:
        raise BrokenPlan([str(sentence) for sentence in violations(problem, plans[-1])])
    best = min(sound, key=cost)
    return Replanned(best, tuple(changes(before, visits_of(best))))


def visits_of(plan: RoutePlan) -> dict[int, Visit]:
    """Give who hands over each order that a plan carries, and when."""
    return {
        stop.order: (route.rider, stop.handover)
        for route in plan.routes
        for trip in route.trips
        for stop in trip.stops
    }


def changes(before: Mapping[int, Visit], after: Mapping[int, Visit]) -> Iterator[Change]:
    """Compare the visits of two plans, by order; less than three minutes are no change."""
    for order in sorted(before.keys() | after.keys()):
        change = Change(order, before.get(order), after.get(order))
        if change.changes_hands or change.shift_seconds >= _NOTICED:
            yield change


_NOTICED = 180


def _without_cancelled(problem: RoutingProblem, plan: RoutePlan) -> RoutePlan:
    """Leave out of a plan the doors and the riders that the problem does not know any more."""
    routes = []
    for route in plan.routes:
        if route.rider in problem.rider_by_id:
            trips = [_still_due(problem, trip) for trip in route.trips]
            routes.append(Route(route.rider, tuple(trip for trip in trips if trip.stops)))
    kept = tuple(route for route in routes if route.trips)
    return replace(plan, routes=kept, objective=objective_of(problem, kept))


def _still_due(problem: RoutingProblem, trip: Trip) -> Trip:
    doors = doors_of(trip)
    due = [door for door in doors if door in problem.order_by_id]
    return trip if len(due) == len(doors) else ridden_soonest(problem, trip.kitchen, trip.depart, due)


_Trips = Mapping[int, tuple[Trip, ...]]


def _fixed(problem: RoutingProblem, plan: RoutePlan, news: News) -> _Trips:
    """Give each rider's trips that stay: being loaded or on their way, or wished to be kept."""
    return {
        route.rider: tuple(
            trip
            for trip in route.trips
            if news.has_begun(route.rider, trip, problem.rules.load_seconds)
            or ((route.rider, trip.depart) in news.kept and route.rider not in news.gone)
        )
        for route in plan.routes
    }


def _carried(fixed: _Trips) -> set[int]:
    return {door for trips in fixed.values() for trip in trips for door in doors_of(trip)}


def _less_cooked(problem: RoutingProblem, trips: Iterable[Trip], ready: int) -> tuple[Kitchen, ...]:
    """Give the kitchens with what they can still cook beside given trips, open once meals are ready."""
    cooked: Counter[int] = Counter()
    for trip in trips:
        cooked[trip.kitchen] += sum(problem.order_by_id[door].amount for door in doors_of(trip))
    return tuple(
        replace(
            kitchen,
            open=(max(kitchen.open[0], min(ready, kitchen.open[1])), kitchen.open[1]),
            capacity=None if kitchen.capacity is None else max(0, kitchen.capacity - cooked[kitchen.id]),
        )
        for kitchen in problem.kitchens
    )


def _narrowed(
    problem: RoutingProblem, orders: set[int], riders: Sequence[Rider], kitchens: tuple[Kitchen, ...]
) -> RoutingProblem:
    """Give the problem of some of the orders and other riders."""
    return replace(
        problem,
        kitchens=kitchens,
        orders=tuple(order for order in problem.orders if order.id in orders),
        riders=tuple(riders),
        matrices={
            kitchen: rows_of(matrix, orders | {aside.id for aside in problem.set_aside})
            for kitchen, matrix in problem.matrices.items()
        },
    )


# ---- Anew ----


@dataclass(frozen=True, slots=True)
class _Rest:
    """What can still be decided: a problem whose riders are the spans between the trips that stay.

    `owner` gives a span its rider. Beside a trip that stays a span is for that trip's kitchen alone.
    """

    problem: RoutingProblem
    fixed: _Trips
    owner: Mapping[int, int]

    @classmethod
    def of(cls, problem: RoutingProblem, fixed: _Trips, news: News) -> _Rest:
        """Take the trips that stay out of a problem."""
        carried = _carried(fixed)
        spans: list[Rider] = []
        owner: dict[int, int] = {}
        for rider in problem.riders:
            if rider.id not in news.gone:
                for span in _spans(problem, rider, fixed.get(rider.id, ()), news.at):
                    owner[len(spans)] = rider.id
                    spans.append(replace(span, id=len(spans)))
        kitchens = _less_cooked(problem, (trip for trips in fixed.values() for trip in trips), news.ready)
        left = problem.order_by_id.keys() - carried
        return cls(_narrowed(problem, left, spans, kitchens), fixed, owner)

    def known_slots(self, plan: RoutePlan) -> dict[int, int]:
        """Give each order the span in which its rider would hand it over, by the plan so far."""
        return {
            order: span.id
            for order, (rider, handover) in visits_of(plan).items()
            for span in self.problem.riders
            if self.owner[span.id] == rider and span.window[0] <= handover <= span.window[1]
        }

    def joined(self, routes: Iterable[Route]) -> _Trips:
        """Put the trips of the spans beside those that stay."""
        trips: defaultdict[int, tuple[Trip, ...]] = defaultdict(tuple, self.fixed)
        for route in routes:
            trips[self.owner[route.rider]] += route.trips
        return {rider: tuple(sorted(day, key=lambda trip: trip.depart)) for rider, day in trips.items()}


def _spans(problem: RoutingProblem, rider: Rider, fixed: Sequence[Trip], at: int) -> Iterator[Rider]:
    """Give the spans in which a rider is free from a second on."""
    starts, ends = max(rider.window[0], at), rider.window[1]
    bounds = [(starts, None), *((trip.back, trip.kitchen) for trip in fixed)]
    limits = [*((trip.depart - problem.rules.load_seconds, trip.kitchen) for trip in fixed), (ends, None)]
    for (since, behind), (until, before) in zip(bounds, limits, strict=True):
        beside = {kitchen for kitchen in (behind, before) if kitchen is not None}
        if max(since, at) < until and len(beside) < 2:  # noqa: PLR2004  Between two kitchens there is no time.
            kitchens = tuple(beside) or rider.kitchens
            yield replace(rider, window=(max(since, at), until), kitchens=kitchens)


# ---- Mended ----


def _mended(problem: RoutingProblem, plan: RoutePlan, fixed: _Trips, news: News) -> _Trips:
    """Keep every trip, and put each door that lost its place where that costs least."""
    lost = {rider: trips for rider, trips in fixed.items() if rider in news.gone}
    riders = [
        replace(rider, window=(max(rider.window[0], news.at), rider.window[1]))
        for rider in problem.riders
        if rider.id not in news.gone and rider.window[1] > news.at
    ]
    orders = problem.order_by_id.keys() - _carried(lost)
    kitchens = _less_cooked(problem, (trip for trips in lost.values() for trip in trips), news.ready)
    narrowed = _narrowed(problem, orders, riders, kitchens)
    days = Timetable(narrowed, Ground(narrowed, orders), {rider.id: () for rider in riders})
    for route in plan.routes:
        if route.rider in narrowed.rider_by_id:
            days = _kept(days, route, fixed)
    waiting = orders - _carried(days.trips)
    for order in sorted(waiting, key=lambda each: _urgency(problem.order_by_id[each])):
        days = _with_order(days, order, fixed) or days
    over = {rider: trips for rider, trips in fixed.items() if rider not in narrowed.rider_by_id}
    return {**days.trips, **over}


def _kept(days: Timetable, route: Route, fixed: _Trips) -> Timetable:
    """Let a rider ride the trips as they are, or later where they must be; one that cannot be is left out."""
    for trip in route.trips:
        day = days.trips[route.rider]
        if trip not in fixed.get(route.rider, ()):
            behind = Place(route.rider, len(day), is_gap=True)
            departures = days.departures(behind, trip.kitchen, doors_of(trip))
            if departures is None:
                continue
            earliest, latest = departures
            depart = min(max(trip.depart, earliest), latest)
            day = (*day, trip if depart == trip.depart else _at(days.problem, trip, depart))
        else:
            day = (*day, trip)
        days = replace(days, trips={**days.trips, route.rider: day})
    return days


def _at(problem: RoutingProblem, trip: Trip, depart: int) -> Trip:
    return ridden_soonest(problem, trip.kitchen, depart, doors_of(trip))


def _urgency(order: Order) -> tuple[int, int, int]:
    return -order.priority, order.window[1], order.id


def _with_order(days: Timetable, order: int, fixed: _Trips) -> Timetable | None:
    """Put an order where it costs least; None when no trip that may change has room for it."""
    for candidate in sorted(days.candidates(order), key=lambda each: each.cost):
        place = candidate.place
        if place.is_gap or days.trip(place) not in fixed.get(place.rider, ()):
            depart = days.departure(candidate)
            if depart is not None:
                return days.with_door(candidate, depart)
    return None


def _plan_of(problem: RoutingProblem, trips: _Trips, anew: RoutePlan) -> RoutePlan:
    """Make a plan of trips; whatever it leaves out has the reason that planning anew found, if it did."""
    routes = tuple(Route(rider, day) for rider, day in sorted(trips.items()) if day)
    carried = {door for route in routes for trip in route.trips for door in doors_of(trip)}
    told = {left.order: left for left in anew.unserved if left.reason is not Reason.DUPLICATE}
    aside = [left for left in anew.unserved if left.reason is Reason.DUPLICATE]
    expected = [order.id for order in problem.orders] + [
        other.id for other in problem.set_aside if not other.is_duplicate
    ]
    left_out = [told.get(order) or _no_room(order) for order in expected if order not in carried]
    objective = objective_of(problem, routes)
    # Beside a trip of another kitchen a rider could do more than a span is asked to.
    weight = anew.bound.unserved_weight if len(problem.kitchens) == 1 else 0
    bound = Objective(min(weight, objective.unserved_weight), 0, 0)
    return RoutePlan(routes, (*left_out, *aside), objective, bound, bound == objective, anew.seconds)


def _no_room(order: int) -> Unserved:
    return Unserved(
        order,
        Reason.RIDER_TIME,
        text("No trip has room for order {order} any more: call in one more rider.", order=order),
    )
