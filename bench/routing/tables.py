"""Home of the bench's tables: gaps among equals, how often worse, what was left out, what was proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import mean, median

from app.delivery.routing.plan import Objective
from bench.routing.measures import OURS, Row


def show(rows: Sequence[Row]) -> None:
    """Print a line for each size, planner and span.

    *Worse* counts the instances with more weight left out or more riders than the best plan known; the gap is
    the riding above that plan's, among the others. No proven bound may lie above the best plan of anybody.
    """
    best = _best(rows)
    _assert_honest(rows, best)
    print(
        "\n| orders | riders | planner | given s | took s, median | left out, sum | riders, sum "
        "| worse | gap, median | gap, mean | gap, worst | proven |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    groups: dict[tuple[int, int, str, float], list[Row]] = defaultdict(list)
    for row in rows:
        groups[row.case.orders, row.case.riders, row.planner, row.given].append(row)
    for (orders, riders, planner, given), group in groups.items():
        print(f"| {orders} | {riders} | {planner} | {given:g} | {_told(group, best)} |", flush=True)


def _best(rows: Iterable[Row]) -> dict[str, Objective]:
    """Give the best objective that anybody reached, by instance."""
    best: dict[str, Objective] = {}
    for row in rows:
        name = row.case.problem.name
        best[name] = min(best.get(name, row.plan.objective), row.plan.objective)
    return best


def _assert_honest(rows: Iterable[Row], best: dict[str, Objective]) -> None:
    """Hold that no proven bound lies above the best plan of any planner."""
    for row in rows:
        bound, known = row.plan.bound, best[row.case.problem.name]
        assert bound.unserved_weight <= known.unserved_weight, row
        if row.plan.objective.unserved_weight == known.unserved_weight:
            assert bound.riders <= known.riders, row
            if row.plan.objective.riders == known.riders:
                assert bound.ride <= known.ride, row


def _told(group: Sequence[Row], best: dict[str, Objective]) -> str:
    reached = [(row.plan.objective, best[row.case.problem.name]) for row in group]
    gaps = [ours.ride / known.ride - 1 for ours, known in reached if _graver(ours) == _graver(known)]
    worse = len(reached) - len(gaps)
    gap = f"{median(gaps):.2%} | {mean(gaps):.2%} | {max(gaps):.2%}" if gaps else "– | – | –"
    proven = f"{sum(row.plan.proven for row in group)} of {len(group)}" if group[0].planner == OURS else ""
    return (
        f"{median(row.took for row in group):.1f} | {sum(ours.unserved_weight for ours, _ in reached)} "
        f"| {sum(ours.riders for ours, _ in reached)} | {worse} of {len(reached)} | {gap} | {proven}"
    )


def _graver(objective: Objective) -> tuple[int, int]:
    return objective.unserved_weight, objective.riders
