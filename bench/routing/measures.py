"""Home of measuring: every planner on every instance, its plan checked by its promises alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from app.delivery.routing.check import violations
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver import Effort, solve
from bench.routing import by_ortools, by_pyvrp, by_vroom
from bench.routing.instances import Case
from bench.routing.record import Record
from bench.routing.stopwatch import now

OURS = "ours"
Planner = Callable[[RoutingProblem, float], RoutePlan]

PLANNERS: dict[str, Planner] = {
    OURS: lambda problem, seconds: solve(problem, Effort(seconds=seconds)),
    "PyVRP, trips first": by_pyvrp.trips_first,
    "PyVRP, reloads": by_pyvrp.with_reloads,
    "VROOM": by_vroom.trips_first,
    "OR-Tools, reloads": by_ortools.with_reloads,
}


@dataclass(frozen=True)
class Row:
    """What one planner made of one instance in the seconds given; `took` is by the clock."""

    case: Case
    planner: str
    given: float
    plan: RoutePlan
    took: float

    @property
    def record(self) -> Record:
        """Give the row as a file keeps it."""
        reached = self.plan.objective
        return Record(
            self.case.problem.name,
            self.case.orders,
            self.planner,
            self.given,
            self.took,
            reached.unserved_weight,
            reached.riders,
            reached.ride,
            self.plan.proven,
        )


BY_PROCESSOR = (OURS, "PyVRP, trips first", "PyVRP, reloads")
"""Who can be limited by the processor's seconds."""


def side_by_side(
    cases: Iterable[Case], spans: Sequence[float], names: Sequence[str] = tuple(PLANNERS)
) -> list[Row]:
    """Let planners plan every instance, one after another on the same machine."""
    rows = []
    for case in cases:
        for given in spans:
            for name in names:
                rows.append(measured(case, name, given))
                print(line(rows[-1]), flush=True)
    return rows


def measured(case: Case, name: str, given: float) -> Row:
    """Let one planner plan one instance, and judge its plan by the promises alone."""
    began = now()
    plan = PLANNERS[name](case.problem, given)
    took = now() - began
    broken = violations(case.problem, plan)
    assert not broken, (name, case.problem.name, [str(sentence) for sentence in broken])
    return Row(case, name, given, plan, took)


def line(row: Row) -> str:
    """Say in one line what a planner made of an instance."""
    reached, bound = row.plan.objective, row.plan.bound
    stated = f"bound {bound.unserved_weight}/{bound.riders}/{bound.ride}" if row.planner == OURS else ""
    return (
        f"{row.case.problem.name:14} {row.planner:20} {row.given:4.0f} s: "
        f"{reached.unserved_weight:3}/{reached.riders:2}/{reached.ride:6} {row.took:6.1f} s "
        f"{'proven' if row.plan.proven else stated}"
    )
