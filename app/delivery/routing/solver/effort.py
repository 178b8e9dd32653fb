"""Home of the effort that one asks of the planner."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to plan: seconds at most or, instead of them, units of work; processor cores; and the seed.

    A unit of `work` is about what a quiet machine does in a second. It does not look at the clock: the same
    problem, work and seed give the same plan on any number of cores, however busy they are.
    """

    seconds: float = 10.0
    workers: int = 1
    seed: int = 1
    work: float | None = None

    @property
    def limit(self) -> float:
        """Give the seconds, or the units of work."""
        return self.seconds if self.work is None else self.work
