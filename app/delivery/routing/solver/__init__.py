"""Home of the planner: a problem and an effort in, a plan that keeps every promise out.

First the orders that no trip can serve get their reason. Then a first plan is made within moments; then a
model over whole trips improves it and proves what it can. The goal's order is kept throughout: least weight
left out, then fewest riders, then least riding.

The same problem, effort and seed give the same plan as long as the machine is quick enough to do the work
that the seconds stand for; where it is not, the clock ends the work and the plan may differ.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from time import monotonic

from app.delivery.routing.check import violations
from app.delivery.routing.plan import (
    NOTHING,
    Objective,
    Route,
    RoutePlan,
    Stop,
    Trip,
    Unserved,
    objective_of,
)
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.assignment import load_engine
from app.delivery.routing.solver.opening import opened
from app.delivery.routing.solver.parts import added_up, independent_parts
from app.delivery.routing.solver.preflight import hopeless, left_behind, sent_elsewhere, set_aside_as
from app.delivery.routing.solver.proof import improved_and_bounded
from app.delivery.routing.solver.search import Days
from app.delivery.routing.solver.trips import Ground, Shape

_SPAWN = multiprocessing.get_context("spawn")
"""A forked process would inherit the threads of engines and servers half-way through."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to plan: seconds at most (the engine's loading apart), processor cores, and the seed."""

    seconds: float = 10.0
    workers: int = 1
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Progress:
    """How far planning is: parts done of all, parts proven, and the bounds of those done."""

    done: int
    parts: int
    proven: int
    bound: Objective


class BrokenPlan(AssertionError):
    """The planner made a plan that breaks a promise: a fault of ours, never of the problem."""


def solve(
    problem: RoutingProblem,
    effort: Effort | None = None,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
) -> RoutePlan:
    """Plan a sitting's rides; an interrupt (Ctrl-C) ends the work with the best plan so far.

    `tell` is called after each part of the problem that is done.

    Raises: BrokenPlan when the plan found breaks a promise; no such plan is ever handed out.
    """
    effort = effort or Effort()
    load_engine()
    began = monotonic()
    parts = independent_parts(problem)
    answers: list[RoutePlan] = []
    for answer in _answers(parts, effort, began):
        answers.append(answer)
        bound = added_up((some.objective, some.bound) for some in answers)
        tell(Progress(len(answers), len(parts), sum(some.proven for some in answers), bound))
    routes = tuple(route for answer in answers for route in answer.routes)
    aside = tuple(set_aside_as(one) for one in problem.set_aside)
    objective = objective_of(problem, routes)
    bound = added_up((answer.objective, answer.bound) for answer in answers)
    lost = objective.unserved_weight - sum(answer.objective.unserved_weight for answer in answers)
    bound = Objective(bound.unserved_weight + lost, bound.riders, bound.ride)
    plan = RoutePlan(
        routes=routes,
        unserved=aside
        + tuple(sent_elsewhere(problem, left) for answer in answers for left in answer.unserved),
        objective=objective,
        bound=bound,
        proven=bound == objective,
        seconds=monotonic() - began,
    )
    broken = violations(problem, plan)
    if broken:
        raise BrokenPlan([str(sentence) for sentence in broken])
    return plan


def _answers(parts: Sequence[RoutingProblem], effort: Effort, began: float) -> Iterator[RoutePlan]:
    """Plan parts one after another, or side by side in processes; time that one spares is the others'."""
    total = sum(1 + len(part.orders) for part in parts)
    workers = min(effort.workers, len(parts))
    if workers > 1:
        share = [effort.seconds * workers * (1 + len(part.orders)) / total for part in parts]
        asked = [replace(effort, seconds=min(seconds, effort.seconds), workers=1) for seconds in share]
        with ProcessPoolExecutor(workers, _SPAWN, initializer=load_engine) as pool:
            yield from (answer for answer, _ in pool.map(_planned, parts, asked))
        return
    is_over = False
    for part in parts:
        left = 0.0 if is_over else max(0.0, began + effort.seconds - monotonic())
        weight = 1 + len(part.orders)
        answer, was_interrupted = _planned(part, replace(effort, seconds=left * weight / total))
        is_over = is_over or was_interrupted
        yield answer
        total -= weight


def _planned(problem: RoutingProblem, effort: Effort) -> tuple[RoutePlan, bool]:
    """Plan kitchens that have to do with each other, and tell whether an interrupt ended the work."""
    began = monotonic()
    without_hope = hopeless(problem)
    ground = Ground(problem, [order.id for order in problem.orders if order.id not in without_hope])
    known = [Days(ground)]
    bound, was_interrupted = NOTHING, False
    try:
        days, seen = opened(ground, effort.seed, effort.seconds, began)
        known.append(days)
        days, bound = improved_and_bounded(days, seen, began + effort.seconds, tell=known.append)
        known.append(days)
    except KeyboardInterrupt:
        was_interrupted = True
    days = known[-1]
    routes = _timetable(days)
    objective = objective_of(problem, routes)
    lost = objective.unserved_weight - days.objective().unserved_weight
    plan = RoutePlan(
        routes=routes,
        unserved=tuple(without_hope.values()) + _left_behind(days),
        objective=objective,
        bound=Objective(bound.unserved_weight + lost, bound.riders, bound.ride),
        proven=bound == days.objective(),
        seconds=monotonic() - began,
    )
    return plan, was_interrupted


def _left_behind(days: Days) -> tuple[Unserved, ...]:
    """Answer for the orders that found no place."""
    served = days.served()
    return tuple(
        left_behind(days.ground, index, days.cooked)
        for index in range(len(days.ground.orders))
        if not served >> index & 1
    )


def _timetable(days: Days) -> tuple[Route, ...]:
    """Give every leg its shortest way and its earliest departure."""
    routes = []
    for rider, day in enumerate(days.legs):
        if day:
            trips = tuple(_trip(days.ground, shape, depart) for shape, depart in days.timed_shapes(rider))
            routes.append(Route(days.ground.riders[rider].id, trips))
    return tuple(routes)


def _trip(ground: Ground, shape: Shape, depart: int) -> Trip:
    """Ride a shape from a departure on, waiting at doors that open later."""
    durations = ground.durations[shape.kitchen]
    stops, clock, place = [], depart, 0
    for door in shape.doors:
        order = ground.orders[door]
        handover = max(clock + durations[place][door + 1], order.window[0])
        stops.append(Stop(order.id, handover))
        clock, place = handover + order.service_seconds, door + 1
    return Trip(ground.kitchens[shape.kitchen].id, depart, tuple(stops), clock + durations[place][0])
