"""How long the planner works: by the clock, by work done, and until somebody asks it to end."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from threading import Timer
from time import monotonic

import pytest

from app.delivery.routing.check import violations
from app.delivery.routing.documents import plan_to_json
from app.delivery.routing.problem import Kitchen, RoutingProblem
from app.delivery.routing.solver import Effort, Stop, solve
from app.delivery.routing.solver.meter import Meter
from tests.unit.routing.instances import LUNCH, on_a_street, street

DOORS = [(-1) ** index * (40 + 23 * index) for index in range(30)]


def crowded() -> RoutingProblem:
    """Doors that one rider cannot all serve, so that no proof ends the planning early."""
    problem = on_a_street(*DOORS, riders=1, capacity=3)
    return replace(
        problem,
        orders=tuple(
            replace(order, priority=1 + order.id % 3, window=(LUNCH[0] + 90 * order.id, LUNCH[1]))
            for order in problem.orders
        ),
    )


def _keep_busy() -> None:
    until = monotonic() + 20
    while monotonic() < until:
        pass


def test_the_same_work_gives_the_same_plan_to_the_letter_on_a_busy_machine_too() -> None:
    problem, effort = crowded(), Effort(work=0.4)
    quiet = plan_to_json(solve(problem, effort))
    crowd = [multiprocessing.get_context("spawn").Process(target=_keep_busy) for _ in range(3)]
    for one in crowd:
        one.start()
    try:
        assert plan_to_json(solve(problem, effort)) == quiet
    finally:
        for one in crowd:
            one.kill()
            one.join()


def test_more_work_is_a_better_plan_or_an_equal_one() -> None:
    little, more = (solve(crowded(), Effort(work=work)) for work in (0.05, 1.0))
    assert more.objective <= little.objective
    assert more.seconds > little.seconds


def test_the_same_work_gives_the_same_plan_on_any_number_of_cores() -> None:
    orders, near_one = street(*DOORS[:14])
    others, near_two = street(*DOORS[6:20], kitchen=2, first_id=40)
    riders = on_a_street(riders=4).riders
    problem = RoutingProblem(
        kitchens=(Kitchen(1, open=LUNCH), Kitchen(2, open=LUNCH)),
        orders=(*orders, *others),
        riders=tuple(replace(rider, kitchens=(1 + index % 2,)) for index, rider in enumerate(riders)),
        matrices=near_one | near_two,
    )
    one, two = (plan_to_json(solve(problem, Effort(work=0.5, workers=workers))) for workers in (1, 2))
    assert one == two


@pytest.mark.parametrize("effort", [Effort(seconds=600), Effort(work=600)], ids=["by the clock", "by work"])
def test_asking_to_end_gives_the_best_plan_so_far_soon(effort: Effort) -> None:
    stop = Stop()
    timer = Timer(1.0, stop.ask)
    timer.start()
    began = monotonic()
    plan = solve(crowded(), effort, stop=stop)
    assert monotonic() - began < 60
    assert plan.served
    assert not violations(crowded(), plan)
    assert not plan.proven


def test_an_end_that_was_asked_for_before_still_gives_a_plan() -> None:
    stop = Stop()
    stop.ask()
    plan = solve(on_a_street(100, 130, -200), Effort(seconds=600), stop=stop)
    assert sorted(plan.served) == [1, 2, 3]


def test_a_wish_to_end_interrupts_only_the_engines_under_way() -> None:
    stop, heard = Stop(), list[str]()
    with stop.interrupting(lambda: heard.append("done before")):
        pass
    with stop.interrupting(lambda: heard.append("under way")):
        stop.ask()
    assert heard == ["under way"]


def test_a_meter_of_work_passes_by_work_alone() -> None:
    meter = Meter(10, is_by_work=True)
    assert meter.now() == 0
    meter.did(2.5)
    assert meter.now() == meter.passed == 2.5
    meter.stop.ask()
    assert meter.now() > meter.limit
    assert meter.passed == 2.5
