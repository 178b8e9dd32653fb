"""Home of how planning is limited: by the clock, or by work done, which is the same on every machine.

Time here is counted from the beginning of one piece of planning. By the clock it passes by itself. By work it
passes only when a step says what it did, in units that are about the seconds of a quiet machine; so the same
problem, effort and seed take the same steps, however slow or busy the machine is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event
from time import monotonic

LONG_PAST = 1e9
"""The time that it is once somebody asked to end: past every limit."""


ASKED_AGAIN_AFTER = 0.2
"""Seconds after which the wish to end is repeated: an engine may begin just after it was interrupted."""


class Stop:
    """A wish to end the planning soon, with the best plan so far; it may come from another thread."""

    def __init__(self) -> None:
        """Begin without the wish."""
        self._asked = Event()
        self._under_way: list[Callable[[], object]] = []

    def ask(self) -> None:
        """Ask to end, and interrupt the engines under way; asking again interrupts those begun since."""
        self._asked.set()
        for interrupt in list(self._under_way):
            interrupt()

    @property
    def is_asked(self) -> bool:
        """Tell whether somebody asked to end."""
        return self._asked.is_set()

    @contextmanager
    def interrupting(self, interrupt: Callable[[], object]) -> Iterator[None]:
        """Let the wish interrupt an engine while it works."""
        self._under_way.append(interrupt)
        try:
            yield
        finally:
            self._under_way.remove(interrupt)


class Meter:
    """What has passed of the planning's time."""

    def __init__(self, limit: float, *, is_by_work: bool = False, stop: Stop | None = None) -> None:
        """Begin to count; `limit` is in seconds, or in units of work."""
        self.limit = limit
        self.is_by_work = is_by_work
        self.stop = stop or Stop()
        self._began = monotonic()
        self._work = 0.0

    @property
    def passed(self) -> float:
        """Give the seconds, or the units of work, since the beginning."""
        return self._work if self.is_by_work else monotonic() - self._began

    def now(self) -> float:
        """Give the time that steps go by: once an end was asked for, it is past every limit."""
        return LONG_PAST if self.stop.is_asked else self.passed

    def did(self, work: float) -> None:
        """Count the work of a step, in about the seconds that a quiet machine takes for it."""
        self._work += work
