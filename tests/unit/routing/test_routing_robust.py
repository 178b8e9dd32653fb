"""Whatever a planner hands in: a plan, or an error that says what is wrong, where, and what to do."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from app.delivery.routing.check import violations
from app.delivery.routing.documents import plan_from_json, plan_to_json, problem_from_json, problem_to_json
from app.delivery.routing.faults import BadDocument
from app.delivery.routing.plan import Reason
from app.delivery.routing.problem import Kitchen, RoutingProblem
from app.delivery.routing.solver import Effort, solve
from tests.unit.routing.instances import LUNCH, on_a_street, street

SOON = Effort(work=1)


def spoilt(change: Callable[[dict[str, Any]], object]) -> str:
    """Write three orders on a street, changed by hand."""
    document = json.loads(problem_to_json(on_a_street(100, 130, 160)))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("problem", "reasons"),
    [
        (on_a_street(), []),
        (on_a_street(100), []),
        (on_a_street(100, riders=0), [Reason.NO_RIDER]),
        (on_a_street(2000, -3000), [Reason.OUTSIDE_CIRCLE, Reason.OUTSIDE_CIRCLE]),
        (RoutingProblem(kitchens=(), orders=street(5)[0], riders=(), matrices={}), [Reason.NO_KITCHEN]),
        (
            RoutingProblem(kitchens=(Kitchen(1),), orders=street(5)[0], riders=(), matrices={}),
            [Reason.NO_KITCHEN],
        ),
        (RoutingProblem(kitchens=(), orders=(), riders=(), matrices={}), []),
    ],
    ids=[
        "no orders",
        "one order",
        "no riders",
        "all outside",
        "no kitchen",
        "no matrix",
        "nothing",
    ],
)
def test_a_bare_day_has_a_plan_that_answers_for_every_order(
    problem: RoutingProblem, reasons: list[Reason]
) -> None:
    plan = solve(problem, SOON)
    assert violations(problem, plan) == ()
    assert [left.reason for left in plan.unserved] == reasons
    assert plan.proven


def test_windows_that_exclude_each_other_leave_out_the_lighter_and_say_so() -> None:
    problem = on_a_street(400, -400)
    light, grave = problem.orders
    window = (41_000, 41_010)
    problem = replace(
        problem, orders=(replace(light, window=window), replace(grave, window=window, priority=2))
    )
    plan = solve(problem, SOON)
    assert plan.served == (2,)
    assert [(left.order, left.reason) for left in plan.unserved] == [(1, Reason.RIDER_TIME)]
    assert plan.proven


def test_duplicates_come_back_with_their_reason_and_nothing_is_lost() -> None:
    source = spoilt(lambda document: document["orders"].append(document["orders"][0]))
    plan = solve(problem_from_json(source), SOON)
    assert sorted(plan.served) == [1, 2, 3]
    assert [(left.order, left.reason) for left in plan.unserved] == [(1, Reason.DUPLICATE)]


@pytest.mark.parametrize("weight", [10**9, 10**23, float("inf"), -4, "9", None])
def test_a_plan_of_orders_of_any_weight_is_read_and_checked_again(weight: object) -> None:
    """The orders set aside weigh as much as an order may; what cannot be a weight counts as one."""

    def change(document: dict[str, Any]) -> None:
        document["orders"][0] |= {"priority": weight, "amount": -1}
        document["orders"] += [{"id": 4, "amount": 0, "priority": 10**9}]

    problem = problem_from_json(spoilt(change).replace("Infinity", "1e999"))
    plan = plan_from_json(plan_to_json(solve(problem, SOON)))
    assert violations(problem, plan) == ()
    assert plan.objective.unserved_weight == 10**9 + (weight if weight == 10**9 else 1)


def _cell(value: object) -> Callable[[dict[str, Any]], object]:
    def change(document: dict[str, Any]) -> None:
        document["matrices"]["1"]["durations"][1][2] = value

    return change


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (_cell(-5), "matrices.1.durations[1][2]"),
        (_cell(float("nan")), "$"),
        (_cell(float("inf")), "$"),
        (_cell(81.5), "matrices.1.durations[1][2]"),
        (_cell(None), "matrices.1.durations[1][2]"),
        (_cell(10**12), "matrices.1.durations[1][2]"),
        (lambda document: document["matrices"]["1"]["durations"].pop(), "matrices.1.durations"),
        (lambda document: document["matrices"]["1"]["durations"][2].pop(), "matrices.1.durations[2]"),
        (lambda document: document["matrices"]["1"]["orders"].append(99), "matrices.1"),
        (lambda document: document["matrices"].update({"7": document["matrices"]["1"]}), "matrices"),
        (lambda document: document["riders"].append(document["riders"][0]), "riders[1].id"),
        (lambda document: document.update(kitchen_durations=[[0, 1]]), "kitchen_durations"),
        (lambda document: document["rules"].update(max_age=-1), "rules.max_age"),
    ],
    ids=[
        "negative seconds",
        "NaN",
        "infinite",
        "half a second",
        "no number",
        "too large",
        "a row short",
        "a column short",
        "an unknown order",
        "an unknown kitchen",
        "a rider twice",
        "changes of the wrong size",
        "a negative age",
    ],
)
def test_a_file_that_cannot_be_planned_is_refused_with_the_place_and_the_remedy(
    change: Callable[[dict[str, Any]], object], place: str
) -> None:
    with pytest.raises(BadDocument) as refused:
        problem_from_json(spoilt(change))
    assert any(fault.path.startswith(place) for fault in refused.value.faults)
    assert all(str(fault.remedy).endswith(".") for fault in refused.value.faults)


def test_six_hundred_orders_at_one_kitchen_are_planned() -> None:
    doors = [(-1) ** index * (40 + index % 400) for index in range(600)]
    problem = on_a_street(*doors, riders=60)
    plan = solve(problem, Effort(work=0.5))
    assert violations(problem, plan) == ()
    assert len(plan.served) == 600


def test_many_kitchens_are_planned_as_many_small_problems() -> None:
    parts = [street(60, -90, kitchen=number, first_id=2 * number) for number in range(1, 41)]
    riders = on_a_street(riders=40).riders
    problem = RoutingProblem(
        kitchens=tuple(Kitchen(number, open=LUNCH) for number in range(1, 41)),
        orders=tuple(order for orders, _ in parts for order in orders),
        riders=tuple(replace(rider, kitchens=(1 + index,)) for index, rider in enumerate(riders)),
        matrices={kitchen: matrix for _, near in parts for kitchen, matrix in near.items()},
    )
    plan = solve(problem, Effort(work=4))
    assert len(plan.served) == 80
    assert plan.proven
