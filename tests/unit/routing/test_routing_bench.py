"""The bench holds every proven bound against the best plan of anybody, of this run or of an earlier one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.delivery.routing.plan import Objective, RoutePlan
from app.delivery.routing.solver import Effort, solve
from bench.routing.honesty import assert_honest
from tests.unit.routing.instances import on_a_street


@pytest.fixture(scope="module")
def plan() -> RoutePlan:
    found = solve(on_a_street(100, 130, 160), Effort(work=1))
    assert found.objective == found.bound == Objective(0, 1, 320)
    return found


@pytest.mark.parametrize("known", [Objective(0, 1, 320), Objective(0, 2, 300), Objective(1, 1, 200)])
def test_a_bound_that_no_known_plan_is_below_is_honest(plan: RoutePlan, known: Objective) -> None:
    assert_honest("street", plan, known)


def test_what_is_proven_beside_a_better_plan_is_found_out(plan: RoutePlan) -> None:
    with pytest.raises(AssertionError):
        assert_honest("street", plan, Objective(0, 1, 319))


@pytest.mark.parametrize("bound", [Objective(1, 1, 320), Objective(0, 2, 320), Objective(0, 1, 321)])
def test_a_bound_above_a_known_plan_is_found_out(plan: RoutePlan, bound: Objective) -> None:
    with pytest.raises(AssertionError):
        assert_honest("street", replace(plan, bound=bound, proven=False), plan.objective)
