"""Home of the bench's tables: gaps among equals, how often worse, what was left out, what was proven."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import mean, median

from app.delivery.routing.plan import Objective
from bench.routing.honesty import assert_honest, best_known
from bench.routing.measures import OURS, Row
from bench.routing.record import KEPT, read


def show(rows: Sequence[Row]) -> None:
    """Print a line for each size, planner and span.

    *Worse* counts the instances with more weight left out or more riders than the best plan known, of this
    run or kept from earlier ones; the gap is the riding above that plan's, among the others. No proven bound
    may lie above the best plan of anybody.
    """
    records = [row.record for row in rows] + (read(KEPT) if KEPT.exists() else [])
    best = best_known((record.instance, Objective(*record.reached)) for record in records)
    for row in rows:
        assert_honest(row.case.problem.name, row.plan, best[row.case.problem.name])
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
