"""Home of the bench's clock: the one on the wall or, on a busy machine, the seconds that a processor works.

The engines' own limits stay on the wall, so ours may be interrupted earlier than its seconds are over; PyVRP
is counted as ours is.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from app.delivery.routing.solver import meter

_now: Callable[[], float] = time.monotonic


def now() -> float:
    """Give the seconds since some moment."""
    return _now()


def count_the_processor() -> None:
    """From now on let seconds be those of the processor, for ours and for PyVRP."""
    global _now  # noqa: PLW0603 - one clock for the whole bench
    _now = time.process_time
    setattr(meter, "monotonic", time.process_time)  # noqa: B010 - what it imports is not its to give


class Until:
    """Ends PyVRP's search after so many seconds of the bench's clock."""

    def __init__(self, seconds: float) -> None:
        """Begin to count."""
        self._until = now() + seconds

    def __call__(self, _: float) -> bool:
        """Tell whether the seconds are over."""
        return now() > self._until
