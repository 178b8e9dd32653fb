"""Home of the month's figures of care: how many cases, how many in time, and how they ended. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.care.rules.watching import Ended
from app.delivery.rules.cases import CaseOutcome


@dataclass(frozen=True, slots=True)
class FollowUp:
    """One case as it is counted: of which community, how it ended, and whether every clock was kept.

    `outcome` and `in_time` are None unless a person closed it.
    """

    area: str
    ended: Ended | None
    outcome: CaseOutcome | None = None
    in_time: bool | None = None


@dataclass(slots=True)
class Figures:
    """How many cases there were, what became of them, and the outcomes of those that a person closed."""

    cases: int = 0
    waiting: int = 0
    closed: int = 0
    in_time: int = 0
    by_itself: int = 0
    outcomes: Counter[CaseOutcome] = field(default_factory=Counter)

    def count(self, case: FollowUp) -> None:
        """Count a case."""
        self.cases += 1
        self.waiting += case.ended is None
        self.by_itself += case.ended not in {None, Ended.CLOSED}
        if case.outcome is not None:
            self.closed += 1
            self.in_time += bool(case.in_time)
            self.outcomes[case.outcome] += 1


def counted(cases: Iterable[FollowUp]) -> tuple[Figures, dict[str, Figures]]:
    """Count cases: all of them, and those of each community by its code.

    >>> total, by_area = counted([
    ...     FollowUp("430103005001", Ended.CLOSED, CaseOutcome.WELL, in_time=True),
    ...     FollowUp("430103005001", Ended.CAME),
    ...     FollowUp("430103006001", None),
    ... ])
    >>> total.cases, total.in_time, total.by_itself, total.waiting, by_area["430103006001"].waiting
    (3, 1, 1, 1, 1)
    """
    total, by_area = Figures(), dict[str, Figures]()
    for case in cases:
        total.count(case)
        by_area.setdefault(case.area, Figures()).count(case)
    return total, dict(sorted(by_area.items()))
