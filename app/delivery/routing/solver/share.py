"""Home of sharing out what may be spent on many pieces of planning: time by the clock, or work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from time import monotonic

from app.delivery.routing.solver.effort import Effort
from app.delivery.routing.solver.meter import Meter, Stop


@dataclass(frozen=True, slots=True)
class Share:
    """One piece's share of what is left: by the clock until an end, or in work."""

    part: float
    until: float | None
    work: float

    def effort(self) -> Effort:
        """Give what may be spent from now on: what earlier pieces spared is shared by those that are left."""
        if self.until is None:
            return Effort(work=self.work * self.part)
        return Effort(seconds=max(0.0, self.until - monotonic()) * min(1.0, self.part))

    def meter(self, stop: Stop) -> Meter:
        """Begin to count."""
        effort = self.effort()
        return Meter(effort.limit, is_by_work=effort.work is not None, stop=stop)


def shares(weights: Sequence[int], effort: Effort, *, workers: int, until: float | None) -> list[Share]:
    """Give each piece its share by weight: of the whole work, or of the time left when its turn comes.

    >>> [share.part for share in shares([1, 1, 2], Effort(), workers=1, until=60.0)]
    [0.25, 0.3333333333333333, 1.0]
    >>> [share.effort().work for share in shares([1, 3], Effort(work=8), workers=2, until=None)]
    [2.0, 6.0]
    """
    if until is None:
        return [Share(weight / sum(weights), None, effort.limit) for weight in weights]
    rest = list(accumulate(reversed(weights)))[::-1]
    return [Share(workers * weight / left, until, 0.0) for weight, left in zip(weights, rest, strict=True)]
