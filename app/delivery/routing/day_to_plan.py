"""Home of planning a kitchen's day, anew or with little changed, in this process or in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.delivery.routing.familiarity import familiar
from app.delivery.routing.plan import RoutePlan
from app.delivery.routing.problem import RoutingProblem
from app.delivery.routing.replanning import CHANGE_SECONDS, News, replanned
from app.delivery.routing.solver import BrokenPlan, Effort, Stop, solve
from app.delivery.routing.solver.share import Share


@dataclass(frozen=True, slots=True)
class DayToPlan:
    """What planning a kitchen's day needs.

    `known` gives orders their rider; `base` is the plan in force, or one with locked runs, and `news` what
    happened since.
    """

    problem: RoutingProblem
    known: Mapping[int, int]
    base: RoutePlan | None = None
    news: News | None = None
    change_seconds: int = CHANGE_SECONDS

    def planned(self, effort: Effort, stop: Stop | None) -> RoutePlan:
        """Plan the day: anew, or in few changes to the plan that it is based on.

        Raises: BrokenPlan when what must stay does not fit the day any more.
        """
        if self.base is None or self.news is None:
            return familiar(self.problem, solve(self.problem, effort, stop=stop), self.known)
        return replanned(
            self.problem, self.base, self.news, effort, change_seconds=self.change_seconds, stop=stop
        ).plan


@dataclass(frozen=True, slots=True)
class DayAmongOthers:
    """A piece of planning: one kitchen's day among others that are planned in the same time or work."""

    day: DayToPlan
    seed: int

    def __call__(self, share: Share, stop: Stop) -> RoutePlan | BrokenPlan | None:
        """Plan the day with its share, unless an end was asked for before; a plan that cannot be is told."""
        if stop.is_asked:
            return None
        try:
            return self.day.planned(replace(share.effort(), seed=self.seed), stop)
        except BrokenPlan as broken:
            return broken
