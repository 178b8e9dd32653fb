"""Home of what is more than one kitchen: circles that overlap, and a district on a pool of processes."""

from __future__ import annotations

import multiprocessing
import resource
from collections import Counter
from dataclasses import replace
from statistics import mean
from time import monotonic

from app.delivery.routing.check import violations
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver import Effort, solve
from bench.routing.instances import circles, district, province

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
    """Print how a district is planned by a pool of processes, and how much of it is proven."""
    problems = district(KITCHENS, ORDERS_EACH)
    began = monotonic()
    with multiprocessing.get_context("spawn").Pool(workers) as pool:
        plans = pool.map(_planned, [(problem, seconds) for problem in problems], chunksize=1)
    took = monotonic() - began
    for problem, plan in zip(problems, plans, strict=True):
        assert not violations(problem, plan)
    counts = Counter(plan.proven for plan in plans)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        "| kitchens | orders | processes | took s | proven | seconds a kitchen, mean | largest process MB |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {KITCHENS} | {KITCHENS * ORDERS_EACH} | {workers} | {took:.0f} | {counts[True]} of {len(plans)} "
        f"| {mean(plan.seconds for plan in plans):.1f} | {peak:.0f} |"
    )


def show_province(*, seconds: float, workers: int) -> None:
    """Print how 20,000 orders are planned in one call."""
    problem = province(PROVINCE_KITCHENS, ORDERS_EACH)
    began = monotonic()
    plan = solve(problem, Effort(seconds=seconds, workers=workers))
    took = monotonic() - began
    assert not violations(problem, plan)
    print("| kitchens | orders | processes | given s | took s, loading included | left out | riders |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    print(
        f"| {PROVINCE_KITCHENS} | {len(problem.orders)} | {workers} | {seconds:.0f} | {took:.0f} "
        f"| {plan.objective.unserved_weight} | {plan.objective.riders} |"
    )


def _planned(asked: tuple[RoutingProblem, float]) -> RoutePlan:
    problem, seconds = asked
    return solve(problem, Effort(seconds=seconds))
