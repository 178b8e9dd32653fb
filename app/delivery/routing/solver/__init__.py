"""Home of the planner: a problem and an effort in, a plan that keeps every promise out.

First the orders that no trip can serve get their reason. Then a first plan is made within moments; then a
model over whole trips improves it and proves what it can. The goal's order is kept throughout: least weight
left out, then fewest riders, then least riding.

By the clock, the same problem, effort and seed give the same plan only as long as the machine is quick enough
to do the work that the seconds stand for. An effort in work gives the same plan always.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.delivery.routing.check import violations
from app.delivery.routing.plan import Objective, RoutePlan, objective_of
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.solver.crew import Crew
from app.delivery.routing.solver.effort import Effort
from app.delivery.routing.solver.meter import Stop
from app.delivery.routing.solver.part import Part
from app.delivery.routing.solver.parts import added_up, independent_parts
from app.delivery.routing.solver.preflight import sent_elsewhere, set_aside_as

__all__ = ["BrokenPlan", "Effort", "Progress", "Stop", "solve"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far planning is: parts done of all, parts proven, and what those done come to and could at best."""

    done: int
    parts: int
    proven: int
    objective: Objective
    bound: Objective


class BrokenPlan(AssertionError):
    """The planner made a plan that breaks a promise: a fault of ours, never of the problem."""


def solve(
    problem: RoutingProblem,
    effort: Effort | None = None,
    *,
    tell: Callable[[Progress], None] = lambda _: None,
    stop: Stop | None = None,
    is_shared_fairly: bool = True,
) -> RoutePlan:
    """Plan a sitting's rides; asking `stop`, from another thread, ends the work with the best plan so far.

    Among plans as good, the work is shared fairly between the riders, unless somebody else gives it to them.
    `tell` is called after each part of the problem that is done. Loading the engines, once a process, comes
    before the seconds begin to count, unless there are many parts.

    Raises: BrokenPlan when the plan found breaks a promise; no such plan is ever handed out.
    """
    effort = effort or Effort()
    parts = independent_parts(problem)
    answers: list[RoutePlan] = []
    with Crew(effort, stop or Stop(), pieces=len(parts)) as crew:
        pieces = [Part(part, effort.seed, is_shared_fairly) for part in parts]
        for answer in crew.answers(pieces, [1 + len(part.orders) for part in parts]):
            answers.append(answer)
            tell(_progress(answers, len(parts)))
        seconds = crew.passed if effort.work is None else sum(answer.seconds for answer in answers)
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
        seconds=seconds,
    )
    broken = violations(problem, plan)
    if broken:
        raise BrokenPlan([str(sentence) for sentence in broken])
    return plan


def _progress(answers: Sequence[RoutePlan], parts: int) -> Progress:
    reached = [some.objective for some in answers]
    return Progress(
        done=len(answers),
        parts=parts,
        proven=sum(some.proven for some in answers),
        objective=Objective(
            sum(each.unserved_weight for each in reached),
            sum(each.riders for each in reached),
            sum(each.ride for each in reached),
        ),
        bound=added_up((some.objective, some.bound) for some in answers),
    )
