"""The demo's rides of a past month: planned round the kitchen, and told in each kitchen's own manner."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from app.delivery.routing.check import violations
from app.delivery.routing.plan import Route
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, Rules
from app.demo.rules.rides import Manner, is_made_up, swept, told

DOORS = 24
LEG_SECONDS = 120


@pytest.fixture(scope="module")
def problem() -> RoutingProblem:
    """Give a kitchen with doors all round it, two minutes from each other, and two riders."""
    numbers = tuple(range(1, DOORS + 1))
    durations = tuple(
        tuple(0 if one == other else LEG_SECONDS for other in range(DOORS + 1)) for one in range(DOORS + 1)
    )
    return RoutingProblem(
        kitchens=(Kitchen(1, (112.98, 28.11), open=(10 * 3600, 13 * 3600)),),
        orders=tuple(
            Order(number, (112.98 + (-1) ** number * 0.01, 28.11 + number / 10_000), service_seconds=150)
            for number in numbers
        ),
        riders=tuple(Rider(number, capacity=8, window=(10 * 3600, 14 * 3600)) for number in (1, 2)),
        matrices={1: Matrix(numbers, durations)},
        rules=Rules(),
    )


def route(problem: RoutingProblem) -> Route:
    return swept(problem).routes[0]


def test_the_plan_keeps_every_promise(problem: RoutingProblem) -> None:
    plan = swept(problem)
    assert sorted(plan.served) == list(range(1, DOORS + 1))
    assert violations(problem, plan) == ()


def test_a_box_that_is_smaller_makes_more_trips(problem: RoutingProblem) -> None:
    small = replace(problem, riders=tuple(replace(each, capacity=1) for each in problem.riders))
    assert len(swept(small).trips) == DOORS > len(swept(problem).trips)


def test_honest_riders_tell_each_door_once_and_never_before_they_are_there(problem: RoutingProblem) -> None:
    ridden = route(problem)
    planned = {stop.order: stop.handover for trip in ridden.trips for stop in trip.stops}
    said = list(told(ridden, Manner.HONEST, Random(1)))  # noqa: S311 - repeatable
    assert [each.order for each in said] == list(planned)
    assert all(0 <= each.second - planned[each.order] < 60 for each in said)
    assert not is_made_up(ridden, Manner.HONEST)


def test_who_is_at_two_places_tells_two_runs_at_once(problem: RoutingProblem) -> None:
    ridden = route(problem)
    said = {each.order: each.second for each in told(ridden, Manner.TWICE, Random(1))}  # noqa: S311
    first, second = (trip.stops[0].order for trip in ridden.trips[:2])
    assert 0 < said[second] - said[first] <= 2 * 60
    assert is_made_up(ridden, Manner.TWICE)


def test_who_races_tells_a_whole_run_within_a_minute_or_two(problem: RoutingProblem) -> None:
    ridden = route(problem)
    said = {each.order: each.second for each in told(ridden, Manner.RACING, Random(1))}  # noqa: S311
    seconds = [said[stop.order] for stop in ridden.trips[0].stops]
    assert max(seconds) - min(seconds) < LEG_SECONDS
    assert is_made_up(ridden, Manner.RACING)


def test_who_proves_nothing_tells_of_less_than_half(problem: RoutingProblem) -> None:
    ridden = route(problem)
    said = [len(list(told(ridden, Manner.UNPROVEN, Random(seed)))) for seed in range(40)]  # noqa: S311
    doors = sum(len(trip.stops) for trip in ridden.trips)
    assert 0.3 < sum(said) / (40 * doors) < 0.5
