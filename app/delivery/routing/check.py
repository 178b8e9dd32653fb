"""Home of the independent check: what a plan promises, recomputed from its times alone.

It knows nothing of how plans are made. It runs on every answer of the solver, on every change made by hand,
and on any plan that somebody hands in.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from app.delivery.routing.plan import Reason, Route, RoutePlan, Trip, objective_of
from app.delivery.routing.problem import RoutingProblem
from app.text import Text, text


def violations(problem: RoutingProblem, plan: RoutePlan) -> tuple[Text, ...]:
    """List every promise that a plan breaks, each as a sentence; nothing means that the plan is sound."""
    strangers = tuple(_names_only_known(problem, plan))
    if strangers:
        return strangers
    found: list[Text] = []
    for route in plan.routes:
        for trip in route.trips:
            for promise in _PROMISES_OF_A_TRIP:
                found += promise(problem, route, trip)
        found += _trips_follow_each_other(problem, route)
    for promise_of_all in _PROMISES_OF_A_PLAN:
        found += promise_of_all(problem, plan)
    return tuple(found)


def time_of_day(seconds: int) -> str:
    """Write seconds after midnight as a clock shows them.

    >>> time_of_day(39_801)
    '11:03:21'
    """
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours:02}:{minutes:02}:{left:02}"


def span(seconds: int) -> Text:
    """Write a span as people say it.

    >>> str(span(200)), str(span(25)), str(span(240))
    ('3 min 20 s', '25 s', '4 min')
    """
    minutes, rest = divmod(seconds, 60)
    if not minutes:
        return text("{seconds} s", seconds=rest)
    if not rest:
        return text("{minutes} min", minutes=minutes)
    return text("{minutes} min {seconds} s", minutes=minutes, seconds=rest)


def _names_only_known(problem: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that a plan speaks of riders, kitchens and orders of its problem only."""
    for route in plan.routes:
        if route.rider not in problem.rider_by_id:
            yield text("The plan sends rider {rider}, whom the problem does not know.", rider=route.rider)
    for trip in plan.trips:
        yield from _carries_only_known(problem, trip)
    named = {*problem.order_by_id, *(aside.id for aside in problem.set_aside)}
    for left in plan.unserved:
        if left.order not in named:
            yield text("The plan leaves out order {order}, which is unknown.", order=left.order)


def _carries_only_known(problem: RoutingProblem, trip: Trip) -> Iterator[Text]:
    """Hold that a trip carries valid orders that its kitchen cooks for."""
    if trip.kitchen not in problem.kitchen_by_id:
        yield text("A trip departs from kitchen {kitchen}, which is unknown.", kitchen=trip.kitchen)
        return
    for stop in trip.stops:
        if stop.order not in problem.order_by_id:
            yield text("A trip carries order {order}, which is unknown or invalid.", order=stop.order)
        elif not problem.serves(trip.kitchen, stop.order):
            yield text(
                "Kitchen {kitchen} does not cook for order {order}.", kitchen=trip.kitchen, order=stop.order
            )


def _carries_something(_: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that a trip visits at least one door."""
    if not trip.stops:
        yield text(
            "Rider {rider}'s trip at {time} visits no door.",
            rider=route.rider,
            time=time_of_day(trip.depart),
        )


def _departs_while_open(problem: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that a trip departs while its kitchen is open."""
    opens, closes = problem.kitchen_by_id[trip.kitchen].open
    if not opens <= trip.depart <= closes:
        yield text(
            "Rider {rider} departs at {time}, but kitchen {kitchen} is open from {opens} to {closes}.",
            rider=route.rider,
            time=time_of_day(trip.depart),
            kitchen=trip.kitchen,
            opens=time_of_day(opens),
            closes=time_of_day(closes),
        )


def _stays_within_shift(problem: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that loading begins after the shift does, and the rider is back before it ends."""
    starts, ends = problem.rider_by_id[route.rider].window
    if trip.depart - problem.rules.load_seconds < starts:
        yield text(
            "Rider {rider} would load from {time}, before the shift starts at {starts}.",
            rider=route.rider,
            time=time_of_day(max(0, trip.depart - problem.rules.load_seconds)),
            starts=time_of_day(starts),
        )
    if trip.back > ends:
        yield text(
            "Rider {rider} is back at {time}, after the shift ends at {ends}.",
            rider=route.rider,
            time=time_of_day(trip.back),
            ends=time_of_day(ends),
        )


def _rides_for_own_kitchen(problem: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that a rider departs only from the kitchens they ride for."""
    if not problem.employs(trip.kitchen, route.rider):
        yield text(
            "Rider {rider} does not ride for kitchen {kitchen}.", rider=route.rider, kitchen=trip.kitchen
        )


def _fits_the_box(problem: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that a trip carries no more meals than the rider's box holds."""
    meals = sum(problem.order_by_id[stop.order].amount for stop in trip.stops)
    capacity = problem.rider_by_id[route.rider].capacity
    if meals > capacity:
        yield text(
            "Rider {rider} carries {meals} meals at {time}, but the box holds {capacity}.",
            rider=route.rider,
            meals=meals,
            time=time_of_day(trip.depart),
            capacity=capacity,
        )


def _hands_over_in_time(problem: RoutingProblem, _: Route, trip: Trip) -> Iterator[Text]:
    """Hold that every meal is handed over inside its window, and young enough, waiting at doors counted."""
    for stop in trip.stops:
        opens, closes = problem.order_by_id[stop.order].window
        if not opens <= stop.handover <= closes:
            yield text(
                "Order {order} is handed over at {time}, outside its window {opens}–{closes}.",
                order=stop.order,
                time=time_of_day(stop.handover),
                opens=time_of_day(opens),
                closes=time_of_day(closes),
            )
        age = stop.handover - trip.depart
        if age > problem.rules.max_age_seconds:
            yield text(
                "Order {order} is handed over {age} after departure; at most {limit} are allowed.",
                order=stop.order,
                age=span(age),
                limit=span(problem.rules.max_age_seconds),
            )


def _leaves_time_to_ride(problem: RoutingProblem, route: Route, trip: Trip) -> Iterator[Text]:
    """Hold that between two doors there is time for the service and the ride, and for the ride back."""
    ready, door = trip.depart, None
    for stop in trip.stops:
        earliest = ready + problem.ride_seconds(trip.kitchen, door, stop.order)
        if stop.handover < earliest:
            yield text(
                "Order {order} is handed over at {time}, but the rider cannot be there before {earliest}.",
                order=stop.order,
                time=time_of_day(stop.handover),
                earliest=time_of_day(earliest),
            )
        ready, door = stop.handover + problem.order_by_id[stop.order].service_seconds, stop.order
    earliest = ready + problem.ride_seconds(trip.kitchen, door, None) if trip.stops else ready
    if trip.back < earliest:
        yield text(
            "Rider {rider} is said to be back at {time}, but cannot be before {earliest}.",
            rider=route.rider,
            time=time_of_day(trip.back),
            earliest=time_of_day(earliest),
        )


def _trips_follow_each_other(problem: RoutingProblem, route: Route) -> Iterator[Text]:
    """Hold that a rider's trips do not overlap, loading and changes of kitchen counted."""
    for before, after in pairwise(route.trips):
        change = problem.change_seconds(before.kitchen, after.kitchen)
        if change is None:
            yield text(
                "Rider {rider} changes from kitchen {start} to {end}, but no ride between them is given.",
                rider=route.rider,
                start=before.kitchen,
                end=after.kitchen,
            )
            continue
        ready = before.back + change
        loads = after.depart - problem.rules.load_seconds
        if loads < ready:
            yield text(
                "Rider {rider} would load from {time}, but is at the kitchen only at {ready}.",
                rider=route.rider,
                time=time_of_day(max(0, loads)),
                ready=time_of_day(ready),
            )


def _one_route_a_rider(_: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that each rider has one route, so that all their trips are seen together."""
    for rider, count in Counter(route.rider for route in plan.routes).items():
        if count > 1:
            yield text("Rider {rider} has {count} routes.", rider=rider, count=count)


def _kitchens_cook_what_they_can(problem: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that no kitchen cooks more meals than it can, over all its trips."""
    cooked: Counter[int] = Counter()
    for trip in plan.trips:
        cooked[trip.kitchen] += sum(problem.order_by_id[stop.order].amount for stop in trip.stops)
    for kitchen in problem.kitchens:
        if kitchen.capacity is not None and cooked[kitchen.id] > kitchen.capacity:
            yield text(
                "Kitchen {kitchen} would cook {meals} meals, but can cook {capacity}.",
                kitchen=kitchen.id,
                meals=cooked[kitchen.id],
                capacity=kitchen.capacity,
            )


def _every_order_has_its_answer(problem: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that every order is carried once, or left out once with its reason."""
    served = Counter(plan.served)
    duplicates = Counter(left.order for left in plan.unserved if left.reason is Reason.DUPLICATE)
    left_out = Counter(left.order for left in plan.unserved if left.reason is not Reason.DUPLICATE)
    expected = Counter(order.id for order in problem.orders)
    expected.update(aside.id for aside in problem.set_aside if not aside.is_duplicate)
    for order in expected:
        if served[order] > 1:
            yield text("Order {order} is carried {count} times.", order=order, count=served[order])
        if served[order] and left_out[order]:
            yield text("Order {order} is carried and left out at once.", order=order)
        if not served[order] and left_out[order] != 1:
            yield text(
                "Order {order} is not carried and is left out {count} times.",
                order=order,
                count=left_out[order],
            )
    wanted = Counter(aside.id for aside in problem.set_aside if aside.is_duplicate)
    for order in sorted({*wanted, *duplicates}):
        if wanted[order] != duplicates[order]:
            yield text(
                "Order {order} stands in the problem with {count} duplicates, in the plan with {stated}.",
                order=order,
                count=wanted[order],
                stated=duplicates[order],
            )


def _objective_is_true(problem: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that the stated objective equals the one recomputed from the visits."""
    true = objective_of(problem, plan.routes)
    for part, stated, recomputed in (
        (text("unserved weight"), plan.objective.unserved_weight, true.unserved_weight),
        (text("number of riders"), plan.objective.riders, true.riders),
        (text("riding time"), plan.objective.ride, true.ride),
    ):
        if stated != recomputed:
            yield text(
                "The plan states {stated} as its {part}, but its visits come to {recomputed}.",
                stated=stated,
                part=part,
                recomputed=recomputed,
            )


def _bound_is_honest(_: RoutingProblem, plan: RoutePlan) -> Iterator[Text]:
    """Hold that no bound lies above the plan, and that a proven plan meets all of them."""
    for part, bound, reached in (
        (text("unserved weight"), plan.bound.unserved_weight, plan.objective.unserved_weight),
        (text("number of riders"), plan.bound.riders, plan.objective.riders),
        (text("riding time"), plan.bound.ride, plan.objective.ride),
    ):
        if bound > reached:
            yield text(
                "The plan claims that no {part} below {bound} is possible, but reaches {reached}.",
                part=part,
                bound=bound,
                reached=reached,
            )
    if plan.proven and plan.bound != plan.objective:
        yield text("The plan claims to be proven, but its bounds do not meet its objective.")


_PROMISES_OF_A_TRIP = (
    _carries_something,
    _departs_while_open,
    _stays_within_shift,
    _rides_for_own_kitchen,
    _fits_the_box,
    _hands_over_in_time,
    _leaves_time_to_ride,
)

_PROMISES_OF_A_PLAN = (
    _one_route_a_rider,
    _kitchens_cook_what_they_can,
    _every_order_has_its_answer,
    _objective_is_true,
    _bound_is_honest,
)
