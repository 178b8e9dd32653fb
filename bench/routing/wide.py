"""Home of what is more than one kitchen: circles that overlap, and districts on a pool of processes."""

from __future__ import annotations

import resource
from dataclasses import replace
from time import monotonic

from app.delivery.routing.check import violations
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver import Effort, Progress, solve
from bench.routing.instances import ample, circles, province
from bench.routing.record import Record

KITCHENS, ORDERS_EACH = 66, 30
PROVINCE_KITCHENS = 667


def show_circles(*, seeds: int, seconds: float) -> None:
    """Print what choosing each door's kitchen saves against the nearest kitchen for each."""
    print("| kitchens | orders | seed | nearest kitchen | chosen kitchen | riding saved |")
    print("| --- | --- | --- | --- | --- | --- |")
    for seed in range(1, seeds + 1):
        problem = circles(3, 15, 3, seed=seed)
        fixed = solve(_fixed(problem), Effort(seconds=seconds))
        free = solve(problem, Effort(seconds=seconds))
        assert not violations(problem, free)
        told = [
            f"{plan.objective.unserved_weight}/{plan.objective.riders}/{plan.objective.ride}"
            for plan in (fixed, free)
        ]
        saved = 1 - free.objective.ride / fixed.objective.ride
        print(f"| 3 | 45 | {seed} | {told[0]} | {told[1]} | {saved:.1%} |", flush=True)


def _fixed(problem: RoutingProblem) -> RoutingProblem:
    """Let the nearest kitchen alone cook for each door."""
    orders = []
    for order in problem.orders:
        reached = [kitchen.id for kitchen in problem.kitchens if problem.serves(kitchen.id, order.id)]
        nearest = min(reached, key=lambda kitchen: problem.ride_seconds(kitchen, None, order.id), default=1)
        orders.append(replace(order, kitchens=(nearest,)))
    return replace(problem, orders=tuple(orders))


def show_district(*, seconds: float, workers: int) -> None:
    """Print how a district is planned in one call, and how much of it is proven."""
    _show_together(KITCHENS, seconds=seconds, workers=workers)


def show_province(*, seconds: float, workers: int) -> None:
    """Print how 20,000 orders are planned in one call."""
    _show_together(PROVINCE_KITCHENS, seconds=seconds, workers=workers)


GROWING = (1, 3, 10, 33, 66, 200, PROVINCE_KITCHENS)
ONE_KITCHEN = (30, 60, 120, 300, 600)


def show_growth(*, workers: int) -> list[Record]:
    """Print how long it takes until everybody has a place in a plan, as orders become more."""
    print("| orders | kitchens | processes | took s, loading included | left out | riders | riding s |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    wide = [(f"{workers} processes, 30 a kitchen", province(count, ORDERS_EACH)) for count in GROWING]
    one = [("one kitchen", case.problem) for count in ONE_KITCHEN for case in ample(count, (1,))]
    return [_grown(name, problem, workers) for name, problem in (*wide, *one)]


def _grown(name: str, problem: RoutingProblem, workers: int) -> Record:
    """Plan with no time to spare, so that each kitchen's first plan is its last."""
    began = monotonic()
    plan = solve(problem, Effort(seconds=0.0, workers=workers))
    took, reached, orders = monotonic() - began, plan.objective, len(problem.orders)
    assert not violations(problem, plan)
    print(
        f"| {orders} | {len(problem.kitchens)} | {min(workers, len(problem.kitchens))} | {took:.2f} "
        f"| {reached.unserved_weight} | {reached.riders} | {reached.ride} |",
        flush=True,
    )
    return Record(
        f"growth-{orders}-{len(problem.kitchens)}",
        orders,
        name,
        0.0,
        took,
        reached.unserved_weight,
        reached.riders,
        reached.ride,
        plan.proven,
    )


def _show_together(kitchens: int, *, seconds: float, workers: int) -> None:
    """Print what planning many kitchens takes, loading included, and what comes of it."""
    problem, proven = province(kitchens, ORDERS_EACH), 0

    def hear(progress: Progress) -> None:
        nonlocal proven
        proven = progress.proven

    began = monotonic()
    plan = solve(problem, Effort(seconds=seconds, workers=workers), tell=hear)
    took = monotonic() - began
    assert not violations(problem, plan)
    whose = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    peak = max(resource.getrusage(which).ru_maxrss for which in whose) / 1024
    reached = plan.objective
    print(
        "| kitchens | orders | processes | given s | took s, loading included | left out | riders | riding s "
        "| kitchens proven | largest process MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {kitchens} | {len(problem.orders)} | {workers} | {seconds:.0f} | {took:.0f} "
        f"| {reached.unserved_weight} | {reached.riders} | {reached.ride} | {proven} | {peak:.0f} |"
    )
