"""What holds of every plan of a small problem, judged by brute force and by what must stay equal."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.delivery.routing.plan import Objective
from app.delivery.routing.problem import Kitchen, Matrix, Order, Rider, RoutingProblem, Rules, Window
from app.delivery.routing.solver import Effort, solve
from tests.support.brute_force import BruteForce
from tests.unit.routing.drawn import problems
from tests.unit.routing.instances import LUNCH, SHIFT, on_a_street, street

LITTLE = Effort(work=0.5)
LONGER = 600
"""Seconds by which clocks are shifted and shifts made longer."""

drawn = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@settings(drawn, max_examples=40)
@given(problem=problems())
def test_brute_force_agrees_with_every_bound_and_every_proof(problem: RoutingProblem) -> None:
    plan, all_plans = solve(problem, LITTLE), BruteForce(problem)
    reached, least = plan.objective, all_plans.least_given(plan.objective)
    assert reached >= all_plans.best
    assert plan.bound.unserved_weight <= least.unserved_weight
    assert plan.bound.riders <= least.riders
    assert plan.bound.ride <= least.ride
    if plan.proven:
        assert reached == all_plans.best


@settings(drawn, max_examples=25)
@given(problem=problems(most_kitchens=1))
def test_no_plan_of_one_kitchen_is_better_than_the_planner_s(problem: RoutingProblem) -> None:
    assert solve(problem, Effort(work=2)).objective == BruteForce(problem).best


def test_a_door_on_the_way_of_one_kitchen_is_served_though_another_has_no_rider() -> None:
    (_, two), far = street(100, 1000, kitchen=2), ((0, 100, 950), (100, 0, 500), (950, 400, 0))
    orders, near = street(100, 100)
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=LUNCH), Kitchen(2, open=LUNCH)),
        orders=orders,
        riders=(Rider(11, kitchens=(2,), window=SHIFT),),
        matrices={1: near[1], 2: replace(two[2], durations=far)},
    )
    plan = solve(problem, LITTLE)
    assert plan.objective == BruteForce(problem).best == Objective(0, 1, 1550)


def test_what_the_proof_leaves_of_the_effort_goes_to_the_search_again() -> None:
    """Two riders change between two kitchens; the first search alone comes to 576 seconds of riding."""
    doors = (
        Order(1, amount=2, service_seconds=0, priority=3, window=(40_066, 46_066), kitchens=(1, 2)),
        Order(2, amount=2, service_seconds=0, priority=3, window=(40_107, 42_807)),
        Order(3, amount=1, service_seconds=60, priority=1, window=(40_015, 40_915)),
        Order(4, amount=1, service_seconds=60, priority=2, window=(39_879, 42_579), kitchens=(1,)),
        Order(5, amount=3, service_seconds=0, priority=1, window=(41_636, 42_536)),
    )
    near_one = (
        (0, 142, 145, 69, 27, 132),
        (25, 0, 41, 2, 12, 12),
        (143, 136, 0, 105, 25, 103),
        (132, 21, 40, 0, 44, 145),
        (79, 1, 75, 70, 0, 114),
        (53, 110, 8, 9, 31, 0),
    )
    near_two = (
        (0, 44, 16, 27, 33, 29),
        (29, 0, 19, 35, 60, 35),
        (60, 26, 0, 7, 45, 57),
        (15, 27, 40, 0, 28, 10),
        (50, 5, 24, 44, 0, 27),
        (1, 41, 20, 25, 33, 0),
    )
    ids = tuple(door.id for door in doors)
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=(40_500, 41_359)), Kitchen(2, open=(40_500, 41_001))),
        orders=doors,
        riders=(
            Rider(11, capacity=2, window=(39_597, 41_000)),
            Rider(12, capacity=4, window=(39_589, 44_000)),
        ),
        matrices={1: Matrix(ids, near_one), 2: Matrix(ids, near_two)},
        rules=Rules(max_age_seconds=500),
        kitchen_durations=((0, 443), (300, 0)),
    )
    plan, best = solve(problem, Effort(work=3)), BruteForce(problem).best
    assert plan.objective == best == Objective(0, 1, 490)
    assert plan.bound <= best


@pytest.mark.parametrize(
    ("problem", "best"),
    [
        (on_a_street(100, 130, 160), Objective(0, 1, 320)),
        (on_a_street(100, 130, 160, capacity=1), Objective(0, 1, 780)),
        (on_a_street(400, 420, -400, -420), Objective(0, 1, 1680)),
        (on_a_street(100, 2000, riders=0), Objective(2, 0, 0)),
    ],
)
def test_brute_force_finds_what_is_plain_to_see(problem: RoutingProblem, best: Objective) -> None:
    assert BruteForce(problem).best == best


@drawn
@given(problem=problems(most_orders=5), order=st.randoms(use_true_random=False))
def test_other_numbers_another_order_and_another_hour_change_no_proven_objective(
    problem: RoutingProblem, order: random.Random
) -> None:
    plan, other = solve(problem, LITTLE), solve(_renamed(_moved(problem), order), LITTLE)
    if plan.proven and other.proven:
        assert plan.objective == other.objective


@drawn
@given(problem=problems(most_orders=5), factor=st.integers(2, 3))
def test_minutes_as_many_times_as_long_are_as_many_times_the_riding(
    problem: RoutingProblem, factor: int
) -> None:
    plan, other = solve(problem, LITTLE), solve(_stretched(problem, factor), LITTLE)
    if plan.proven and other.proven:
        assert other.objective == replace(plan.objective, ride=factor * plan.objective.ride)


@drawn
@given(problem=problems(most_orders=5), what=st.sampled_from(["rider", "box", "shift", "capacity"]))
def test_more_of_anything_never_makes_a_proven_plan_worse(problem: RoutingProblem, what: str) -> None:
    riders, kitchens = problem.riders, problem.kitchens
    more = {
        "rider": replace(problem, riders=(*riders, Rider(99, capacity=6, window=(39_000, 44_000)))),
        "box": replace(problem, riders=tuple(replace(one, capacity=one.capacity + 2) for one in riders)),
        "shift": replace(problem, riders=tuple(replace(one, window=_wider(one.window)) for one in riders)),
        "capacity": replace(problem, kitchens=tuple(replace(one, capacity=None) for one in kitchens)),
    }[what]
    before, after = solve(problem, LITTLE), solve(more, LITTLE)
    if before.proven and after.proven:
        assert after.objective <= before.objective


def _wider(window: Window) -> Window:
    return window[0] - LONGER, window[1] + LONGER


def _moved(problem: RoutingProblem) -> RoutingProblem:
    """Shift every clock."""

    def moved(window: Window) -> Window:
        return window[0] + LONGER, window[1] + LONGER

    return replace(
        problem,
        kitchens=tuple(replace(one, open=moved(one.open)) for one in problem.kitchens),
        orders=tuple(replace(one, window=moved(one.window)) for one in problem.orders),
        riders=tuple(replace(one, window=moved(one.window)) for one in problem.riders),
    )


def _stretched(problem: RoutingProblem, factor: int) -> RoutingProblem:
    """Let every span last so many times as long, counted from a moment before all."""
    zero, rules = 38_000, problem.rules

    def later(window: Window) -> Window:
        start, end = (zero + factor * (second - zero) for second in window)
        return start, end

    return replace(
        problem,
        rules=replace(
            rules,
            max_age_seconds=factor * rules.max_age_seconds,
            load_seconds=factor * rules.load_seconds,
        ),
        kitchens=tuple(replace(one, open=later(one.open)) for one in problem.kitchens),
        orders=tuple(
            replace(one, window=later(one.window), service_seconds=factor * one.service_seconds)
            for one in problem.orders
        ),
        riders=tuple(replace(one, window=later(one.window)) for one in problem.riders),
        matrices={
            kitchen: replace(matrix, durations=_times(matrix.durations, factor))
            for kitchen, matrix in problem.matrices.items()
        },
        kitchen_durations=problem.kitchen_durations and _times(problem.kitchen_durations, factor),
    )


def _times(rows: tuple[tuple[int, ...], ...], factor: int) -> tuple[tuple[int, ...], ...]:
    return tuple(tuple(factor * seconds for seconds in row) for row in rows)


def _renamed(problem: RoutingProblem, order: random.Random) -> RoutingProblem:
    """Give orders other numbers, and name orders and riders in another order."""
    ids = [one.id for one in problem.orders]
    renamed = dict(zip(ids, order.sample(range(100, 200), len(ids)), strict=True))
    orders = [replace(one, id=renamed[one.id]) for one in problem.orders]
    return replace(
        problem,
        orders=tuple(order.sample(orders, len(orders))),
        riders=tuple(reversed(problem.riders)),
        matrices={
            kitchen: replace(matrix, orders=tuple(renamed[one] for one in matrix.orders))
            for kitchen, matrix in problem.matrices.items()
        },
    )
