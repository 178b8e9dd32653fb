"""Home of small problems drawn at random and held against all plans: bounds, proofs, plans missed."""

from __future__ import annotations

from itertools import islice

from hypothesis import HealthCheck, Phase, given, seed, settings

from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver import Effort, solve
from tests.support.brute_force import BruteForce
from tests.unit.routing.drawn import problems

WORK = 3.0


def show_drawn(*, seconds: float, workers: int) -> None:  # noqa: ARG001  As the others; work is what is given here.
    """Print how many of so many problems were proven, and how many had a better plan that nobody found.

    Raises: AssertionError when a bound is above the best plan there is, or another plan is said to be proven.
    """
    print("| kitchens | problems | proven | best plan missed |\n| --- | --- | --- | --- |")
    for kitchens, count in ((1, 300), (2, 600)):
        held = [_held(problem) for problem in islice(_drawn(kitchens, count), count)]
        proven, missed = (sum(flags) for flags in zip(*held, strict=True))
        print(f"| {kitchens} | {len(held)} | {proven} | {missed} |", flush=True)


def _drawn(kitchens: int, count: int) -> list[RoutingProblem]:
    """Draw problems of so many kitchens; the same ones each time."""
    found: list[RoutingProblem] = []

    @seed(kitchens)
    @settings(
        max_examples=3 * count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(problem=problems(most_kitchens=kitchens))
    def draw(problem: RoutingProblem) -> None:
        if len(problem.kitchens) == kitchens:
            found.append(problem)

    draw()
    return found


def _held(problem: RoutingProblem) -> tuple[bool, bool]:
    """Hold a plan against all plans; tell whether it is proven, and whether a better one was missed."""
    plan, every = solve(problem, Effort(work=WORK)), BruteForce(problem)
    least = every.least_given(plan.objective)
    assert plan.objective >= every.best, (problem, plan)
    assert plan.bound.unserved_weight <= least.unserved_weight, (problem, plan)
    assert plan.bound.riders <= least.riders, (problem, plan)
    assert plan.bound.ride <= least.ride, (problem, plan)
    assert not plan.proven or plan.objective == every.best, (problem, plan)
    return plan.proven, plan.objective != every.best
