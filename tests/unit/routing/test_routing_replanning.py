"""Planning again while a day runs: what is on its way stays, nobody is lost, and little else changes."""

from __future__ import annotations

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.delivery.routing.check import violations
from app.delivery.routing.familiarity import familiar
from app.delivery.routing.plan import Reason, RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.replanning import News, Replanned, replanned, visits_of
from app.delivery.routing.solver import Effort
from app.delivery.routing.timetable import ridden_soonest
from tests.unit.routing.days import plan_of, planned_days, sound
from tests.unit.routing.instances import ELEVEN, LUNCH, on_a_street

LITTLE = Effort(work=0.05)
BEFORE = ELEVEN - 1000


@pytest.fixture
def two_riders() -> tuple[RoutingProblem, RoutePlan]:
    """Give two riders: one rides to the right and then again, the other to the left."""
    problem = on_a_street(100, 200, -100, riders=2)
    first = ridden_soonest(problem, 1, ELEVEN, (1,))
    second = ridden_soonest(problem, 1, first.back + 300, (2,))
    left = ridden_soonest(problem, 1, ELEVEN + 600, (3,))
    return problem, sound(problem, {11: [first, second], 12: [left]})


def again(problem: RoutingProblem, plan: RoutePlan, news: News, change_seconds: int = 300) -> Replanned:
    """Plan again with little effort."""
    return replanned(problem, plan, news, LITTLE, change_seconds=change_seconds)


def test_when_nothing_has_happened_nothing_changes(two_riders: tuple[RoutingProblem, RoutePlan]) -> None:
    problem, plan = two_riders
    found = again(problem, plan, News(BEFORE))
    assert found.changes == ()
    assert found.plan.routes == plan.routes


def test_the_doors_of_who_drops_out_change_hands_and_no_others(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    found = again(problem, plan, News(BEFORE, gone=frozenset({12})))
    assert [change.order for change in found.changes if change.changes_hands] == [3]
    assert found.plan.riders == (11,)
    assert found.plan.objective.unserved_weight == 0


def test_a_trip_that_is_being_loaded_stays_even_of_who_drops_out(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    begun, _ = plan.routes[0].trips
    found = again(problem, plan, News(begun.depart - 60, gone=frozenset({11})))
    assert found.plan.routes[0].trips == (begun,)
    assert {order for order, (rider, _) in visits_of(found.plan).items() if rider == 12} == {2, 3}


def test_a_trip_that_is_to_be_kept_stays_as_it_is(two_riders: tuple[RoutingProblem, RoutePlan]) -> None:
    problem, plan = two_riders
    _, later = plan.routes[0].trips
    kept = frozenset({(11, later.depart)})
    found = again(problem, plan, News(BEFORE, kept=kept), change_seconds=0)
    assert later in found.plan.routes[0].trips


def test_a_new_door_changes_nobody_s_rider(two_riders: tuple[RoutingProblem, RoutePlan]) -> None:
    _, plan = two_riders
    day = on_a_street(100, 200, -100, -150, riders=2)
    found = again(day, plan, News(ELEVEN - 300))
    handed_on = [change for change in found.changes if change.changes_hands]
    assert [(change.order, change.before) for change in handed_on] == [(4, None)]
    assert found.plan.objective.unserved_weight == 0


def test_a_cancelled_door_is_ridden_to_no_more_and_is_no_change(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    day = on_a_street(100, 200, riders=2)
    found = again(day, plan, News(BEFORE))
    assert set(found.plan.served) == {1, 2}
    assert found.changes == ()
    assert problem.order_by_id.keys() - set(found.plan.served) == {3}


def test_what_a_change_costs_decides_between_few_changes_and_less_riding() -> None:
    problem = on_a_street(100, 200, riders=2)
    # Each door has a rider of its own, where one could ride past both.
    wasteful = sound(
        problem,
        {
            11: [ridden_soonest(problem, 1, ELEVEN, (1,))],
            12: [ridden_soonest(problem, 1, ELEVEN + 600, (2,))],
        },
    )
    dear = again(problem, wasteful, News(BEFORE), change_seconds=1000)
    assert dear.changes == ()
    free = again(problem, wasteful, News(BEFORE), change_seconds=0)
    assert free.plan.objective.ride == 400
    assert sum(change.changes_hands for change in free.changes) == 1


def test_where_nobody_is_left_the_door_stays_behind_with_its_reason(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    found = again(problem, plan, News(BEFORE, gone=frozenset({11, 12})))
    assert found.plan.served == ()
    assert {left.reason for left in found.plan.unserved} == {Reason.NO_RIDER}
    assert [change.after for change in found.changes] == [None, None, None]


def test_a_kitchen_that_is_late_moves_every_trip_behind_its_opening(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    opens = ELEVEN + 1200
    late = replace(problem, kitchens=(replace(problem.kitchens[0], open=(opens, LUNCH[1])),))
    found = again(late, plan, News(BEFORE), change_seconds=1000)
    assert min(trip.depart for trip in found.plan.trips) >= opens
    assert found.plan.objective.unserved_weight == 0
    assert not any(change.changes_hands for change in found.changes)


def test_a_kitchen_cooks_no_more_than_it_can_beside_what_is_on_its_way(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    begun, _ = plan.routes[0].trips
    day = on_a_street(100, 200, -100, -150, riders=2)
    full = replace(day, kitchens=(replace(day.kitchens[0], capacity=3),))
    found = again(full, plan, News(begun.depart))
    assert found.plan.objective.unserved_weight == 1
    assert violations(problem, plan) == ()


@settings(max_examples=25)
@given(planned_days(), st.integers(0, 3000), st.sets(st.sampled_from([11, 12, 13]), max_size=2))
def test_what_is_on_its_way_stays_and_nobody_is_lost(
    planned: tuple[RoutingProblem, RoutePlan], after: int, gone: set[int]
) -> None:
    problem, plan = planned
    news = News(ELEVEN - 200 + after, gone=frozenset(gone))
    found = again(problem, plan, news)
    assert violations(problem, found.plan) == ()
    for route in plan.routes:
        day = next((each.trips for each in found.plan.routes if each.rider == route.rider), ())
        begun = [trip for trip in route.trips if trip.depart - 120 <= news.at]
        assert list(day[: len(begun)]) == begun
        assert route.rider not in gone or len(day) == len(begun)
        assert all(trip.depart - 120 >= news.at for trip in day[len(begun) :])
    # Nobody goes without whose trip could have stayed.
    lost = {
        stop.order
        for route in plan.routes
        if route.rider in gone
        for trip in route.trips
        for stop in trip.stops
    }
    assert {left.order for left in found.plan.unserved} <= lost


# ---- Whoever is known at the door ----


def test_routes_go_to_who_knows_the_doors(two_riders: tuple[RoutingProblem, RoutePlan]) -> None:
    problem, plan = two_riders
    swapped = familiar(problem, plan, {1: 12, 2: 12, 3: 11})
    assert {order: rider for order, (rider, _) in visits_of(swapped).items()} == {1: 12, 2: 12, 3: 11}
    assert violations(problem, swapped) == ()


def test_where_nobody_is_known_everybody_keeps_their_route(
    two_riders: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = two_riders
    assert familiar(problem, plan, {}) == plan
    assert familiar(problem, plan, {1: 99}) == plan


@settings(max_examples=40)
@given(planned_days(), st.lists(st.sampled_from([11, 12, 13, 14]), min_size=7, max_size=7))
def test_no_exchange_of_routes_knows_more_doors(
    planned: tuple[RoutingProblem, RoutePlan], known: list[int]
) -> None:
    problem, plan = planned
    riders = (replace(problem.riders[0], capacity=2), *problem.riders[1:])
    problem = replace(problem, riders=riders)
    if violations(problem, plan):
        return
    riding = dict(enumerate(known, start=1))

    def strangers(some: RoutePlan) -> int:
        return sum(riding.get(order) != rider for order, (rider, _) in visits_of(some).items())

    found = familiar(problem, plan, riding)
    assert violations(problem, found) == ()
    assert found.objective == plan.objective
    for order_of_riders in permutations([11, 12, 13], len(plan.routes)):
        days = {rider: list(route.trips) for rider, route in zip(order_of_riders, plan.routes, strict=True)}
        other = plan_of(problem, days)
        if not violations(problem, other):
            assert strangers(found) <= strangers(other)
