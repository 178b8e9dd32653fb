"""The explanation of a plan: its minutes add up, and each move costs what it says and keeps every promise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given, settings

from app.delivery.routing.check import violations
from app.delivery.routing.explanation import ExplainedTrip, Move, explained
from app.delivery.routing.plan import RoutePlan, Trip, doors_of, unserved_weight
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem
from app.delivery.routing.timetable import ridden_soonest
from app.delivery.rules.explanation import told
from tests.unit.routing.days import plan_of, planned_days, sound
from tests.unit.routing.instances import ELEVEN, LUNCH, SHIFT, on_a_street


def moved(problem: RoutingProblem, plan: RoutePlan, move: Move) -> RoutePlan:
    """Do what a move says, and leave everything else as it is."""
    routes: dict[int, list[Trip]] = {}
    for route in plan.routes:
        routes[route.rider] = []
        for trip in route.trips:
            doors = tuple(stop.order for stop in trip.stops if stop.order != move.order)
            if len(doors) == len(trip.stops):
                routes[route.rider].append(trip)
            elif doors:
                routes[route.rider].append(ridden_soonest(problem, trip.kitchen, trip.depart, doors))
    day = routes.setdefault(move.rider, [])
    if move.is_own_trip:
        day.append(ridden_soonest(problem, move.kitchen, move.depart, (move.order,)))
        return plan_of(problem, routes)
    beside = {move.behind, move.before}
    into = next(trip for trip in day if beside & {stop.order for stop in trip.stops})
    beside_it = doors_of(into)
    position = len(beside_it) if move.before is None else beside_it.index(move.before)
    longer = (*beside_it[:position], move.order, *beside_it[position:])
    day[day.index(into)] = ridden_soonest(problem, move.kitchen, move.depart, longer)
    return plan_of(problem, routes)


def stops_of(trips: tuple[ExplainedTrip, ...]) -> Iterator[tuple[int, Move | None]]:
    """Give each door's order with its move."""
    return ((stop.order, stop.move) for trip in trips for stop in trip.stops)


@pytest.fixture
def two_trips() -> tuple[RoutingProblem, RoutePlan]:
    """Give a rider who rides to the right and then to the left, and one who stays at home."""
    problem = on_a_street(100, 200, -100, riders=2)
    first = ridden_soonest(problem, 1, ELEVEN, (1, 2))
    second = ridden_soonest(problem, 1, first.back + 300, (3,))
    return problem, sound(problem, {11: [first, second]})


def test_the_minutes_of_a_trip_add_up_to_its_time(two_trips: tuple[RoutingProblem, RoutePlan]) -> None:
    for trip in explained(*two_trips):
        assert trip.ride_seconds + trip.service_seconds + trip.wait_seconds == trip.back - trip.depart


def test_a_trip_tells_its_box_its_loading_and_its_riding(
    two_trips: tuple[RoutingProblem, RoutePlan],
) -> None:
    first, second = explained(*two_trips)
    assert (first.meals, first.capacity, first.load_at) == (2, 10, ELEVEN - 120)
    assert (first.ride_seconds, first.service_seconds, first.wait_seconds) == (400, 240, 0)
    assert (second.ride_seconds, second.service_seconds) == (200, 120)


def test_a_trip_could_leave_as_late_as_the_next_one_allows(
    two_trips: tuple[RoutingProblem, RoutePlan],
) -> None:
    first, _ = explained(*two_trips)
    # Three minutes stand between the return and the loading of the next.
    assert first.spare_seconds == 180


def test_a_door_tells_its_age_and_what_is_left_of_it(two_trips: tuple[RoutingProblem, RoutePlan]) -> None:
    first, _ = explained(*two_trips)
    assert [(stop.age_seconds, stop.spare_seconds) for stop in first.stops] == [(100, 800), (320, 580)]


def test_the_end_of_a_door_s_hours_is_what_is_left_where_it_comes_first() -> None:
    problem = on_a_street(100)
    problem = replace(problem, orders=(replace(problem.orders[0], window=(ELEVEN, ELEVEN + 130)),))
    plan = sound(problem, {11: [ridden_soonest(problem, 1, ELEVEN, (1,))]})
    assert explained(problem, plan)[0].stops[0].spare_seconds == 30


def test_waiting_at_a_door_is_told_apart_from_riding() -> None:
    problem = on_a_street(100)
    problem = replace(problem, orders=(replace(problem.orders[0], window=(ELEVEN + 400, ELEVEN + 900)),))
    plan = sound(problem, {11: [ridden_soonest(problem, 1, ELEVEN, (1,))]})
    (trip,) = explained(problem, plan)
    assert (trip.wait_seconds, trip.stops[0].wait_seconds, trip.ride_seconds) == (300, 300, 200)


def test_a_door_on_the_way_of_another_trip_costs_nothing_there() -> None:
    problem = on_a_street(100, 200, riders=2)
    plan = sound(
        problem,
        {
            11: [ridden_soonest(problem, 1, ELEVEN, (1,))],
            12: [ridden_soonest(problem, 1, ELEVEN + 600, (2,))],
        },
    )
    moves = dict(stops_of(explained(problem, plan)))
    near = moves[1]
    assert near is not None
    # Rider 11 would not be needed, and the 200 seconds of that trip are saved.
    assert (near.rider, near.behind, near.before, near.riders, near.ride_seconds) == (12, None, 2, -1, -200)


def test_who_would_have_to_be_called_in_is_told(two_trips: tuple[RoutingProblem, RoutePlan]) -> None:
    problem, plan = two_trips
    # The box is full, and the shift ends with the second trip.
    until = plan.routes[0].trips[1].back
    full = replace(problem.riders[0], capacity=2, window=(ELEVEN - 120, until))
    problem = replace(problem, riders=(full, problem.riders[1]))
    move = dict(stops_of(explained(problem, plan)))[3]
    assert move is not None
    assert (move.rider, move.riders, move.ride_seconds, move.is_own_trip) == (12, 1, 0, True)


def test_no_other_place_is_told_where_there_is_none() -> None:
    problem = on_a_street(100)
    problem = replace(problem, riders=(Rider(11, window=(ELEVEN - 120, ELEVEN + 320)),))
    plan = sound(problem, {11: [ridden_soonest(problem, 1, ELEVEN, (1,))]})
    assert explained(problem, plan)[0].stops[0].move is None


def test_a_kitchen_that_cooks_no_more_takes_no_door_of_another() -> None:
    orders = (Order(1, window=LUNCH), Order(2, window=LUNCH))
    durations = ((0, 100, 100), (100, 0, 50), (100, 50, 0))
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=LUNCH, capacity=1), Kitchen(2, open=LUNCH, capacity=1)),
        orders=orders,
        riders=(Rider(11, kitchens=(1,), window=SHIFT), Rider(12, kitchens=(2,), window=SHIFT)),
        matrices={1: Matrix((1, 2), durations), 2: Matrix((1, 2), durations)},
    )
    plan = sound(
        problem,
        {11: [ridden_soonest(problem, 1, ELEVEN, (1,))], 12: [ridden_soonest(problem, 2, ELEVEN, (2,))]},
    )
    moves = dict(stops_of(explained(problem, plan)))
    assert all(
        move is None or move.kitchen == kitchen for kitchen, move in zip((1, 2), moves.values(), strict=True)
    )
    roomy = replace(problem, kitchens=tuple(replace(each, capacity=2) for each in problem.kitchens))
    joined = dict(stops_of(explained(roomy, plan)))
    assert joined[1] is not None
    assert (joined[1].kitchen, joined[1].riders) == (2, -1)


@settings(max_examples=60)
@given(planned_days())
def test_every_move_keeps_all_promises_and_costs_what_it_says(
    planned: tuple[RoutingProblem, RoutePlan],
) -> None:
    problem, plan = planned
    assert unserved_weight(problem, plan.served) == 0
    for _, move in stops_of(explained(problem, plan)):
        if move is not None:
            after = moved(problem, plan, move)
            assert violations(problem, after) == ()
            assert after.objective.riders - plan.objective.riders == move.riders
            assert after.objective.ride - plan.objective.ride == move.ride_seconds


@settings(max_examples=25)
@given(planned_days())
def test_no_place_that_the_check_accepts_is_cheaper(planned: tuple[RoutingProblem, RoutePlan]) -> None:
    problem, plan = planned
    for order, move in stops_of(explained(problem, plan)):
        for found in _everywhere(problem, plan, order):
            assert move is not None
            assert (move.riders, move.ride_seconds) <= found


def _everywhere(problem: RoutingProblem, plan: RoutePlan, order: int) -> Iterator[tuple[int, int]]:
    """Try a door in every other trip, behind every door, at every minute; give what each costs.

    A trip that would have to change places with another one of its rider's is no place.
    """
    for route in plan.routes:
        for trip in route.trips:
            doors = [stop.order for stop in trip.stops]
            if order in doors:
                continue
            for before in (*doors, None):
                for depart in range(ELEVEN, LUNCH[1], 60):
                    behind = doors[-1] if before is None else None
                    move = Move(order, route.rider, 1, depart, behind, before, False, 0, 0)  # noqa: FBT003
                    after = moved(problem, plan, move)
                    if _in_turn(plan, after, order) and not violations(problem, after):
                        yield (
                            after.objective.riders - plan.objective.riders,
                            after.objective.ride - plan.objective.ride,
                        )
                        break


def _in_turn(plan: RoutePlan, after: RoutePlan, order: int) -> bool:
    """Tell whether each rider's trips follow each other as before, but for one door."""

    def turns(some: RoutePlan) -> dict[int, list[set[int]]]:
        return {
            route.rider: [doors for trip in route.trips if (doors := {*doors_of(trip)} - {order})]
            for route in some.routes
        }

    before = turns(plan)
    return all(trips == before.get(rider, []) for rider, trips in turns(after).items())


def test_the_words_name_rider_order_and_cost(two_trips: tuple[RoutingProblem, RoutePlan]) -> None:
    (first, doors), (_, last) = told(explained(*two_trips))
    assert str(first) == (
        "Rider 11 loads 2 meals (box: 10) at kitchen 1 at 10:58:00, leaves at 11:00:00, is back at 11:10:40: "
        "6 min 40 s riding, 4 min at doors, 0 s waiting; could leave 3 min later."
    )
    assert str(last[0]) == (
        "11:17:20 order 3: 1 min 40 s after leaving, 13 min 20 s to spare; "
        "with rider 11 at 11:00:00, before order 1, it would cost no more riding."
    )
    assert len(doors) == 2
