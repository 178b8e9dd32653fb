"""Home of kitchens that are late: from when meals can leave, and which runs that is too early for. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol, TypeVar

from app.delivery.routing.check import time_of_day
from app.delivery.rules.days import Hours
from app.delivery.rules.doors import LOAD_SECONDS
from app.errors import DomainError
from app.text import text

LONGEST_REASON = 64


@dataclass(frozen=True, slots=True)
class NewDelay:
    """From which second of the day meals can leave, why, and which runs have not left though they should."""

    ready_seconds: int
    reason: str
    waiting: frozenset[int] = frozenset()


class Departing(Protocol):
    """What leaves a kitchen at a second of the day, such as a run."""

    @property
    def id(self) -> int:
        """Give what names it."""

    @property
    def rider_id(self) -> int:
        """Give who rides it."""

    @property
    def depart_seconds(self) -> int:
        """Give when it leaves."""


Run = TypeVar("Run", bound=Departing)


def ensure_ready(ready_seconds: int, hours: Hours) -> None:
    """Refuse a time at which nothing could be carried any more, or before the kitchen opens anyway.

    Raises: DomainError.
    """
    opens, closes = hours.kitchen
    if not opens <= ready_seconds < closes:
        raise DomainError(
            text(
                "Meals of this sitting leave from {opens} until {closes}. Choose a time between, or tell the "
                "residents that nothing comes.",
                opens=time_of_day(opens)[:5],
                closes=time_of_day(closes)[:5],
            ),
            field="ready",
        )


def should_have_left(depart_seconds: int, second: int) -> bool:
    """Tell whether by the clock a run is being loaded or on its way.

    >>> should_have_left(11 * 3600, 11 * 3600 - 120), should_have_left(11 * 3600, 11 * 3600 - 121)
    (True, False)
    """
    return depart_seconds - LOAD_SECONDS <= second


def waiting_runs(
    runs: Collection[Run], ready_seconds: int, noted_second: int, held: Collection[int]
) -> tuple[Run, ...]:
    """Give the runs that cannot have left, since their meals are not ready before a second.

    A run that should have left when the delay was noted has left, unless it was said to wait (`held`, by id).
    """
    return tuple(
        run
        for run in runs
        if run.depart_seconds < ready_seconds
        and (run.id in held or not should_have_left(run.depart_seconds, noted_second))
    )
