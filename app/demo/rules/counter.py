"""Home of how people pass a counter in the demo: one after another, and inside while there are seats."""

from __future__ import annotations

from collections import Counter
from datetime import date

from app.canteens.rules import Sitting
from app.meals.rules import Channel, FoundBy

_SECONDS_EACH = 9
"""Nobody is served faster: a card is held up, a price is read, a tray is taken."""

_TURNS = 2.7
"""How often a seat is filled at a sitting at most; whoever finds none takes the meal away."""

_FOUND_BELOW = ((430, FoundBy.FACE), (840, FoundBy.SCAN), (975, FoundBy.SEARCH), (1000, FoundBy.TYPED))
_Queue = tuple[str, date, Sitting]


class CounterLine:
    """The lines of people at all counters; each takes the next free turn after the one they came for."""

    def __init__(self) -> None:
        """Begin with nobody waiting."""
        self._next: dict[tuple[_Queue, int], int] = {}
        self._inside: Counter[_Queue] = Counter()

    def seconds(self, site_code: str, day: date, sitting: Sitting, wanted: int) -> int:
        """Give the second after the sitting's begin at which somebody who comes at `wanted` is served.

        >>> line, there = CounterLine(), ("C01", date(2026, 10, 8), Sitting.LUNCH)
        >>> [line.seconds(*there, wanted) for wanted in (100, 101, 102, 500)]
        [99, 108, 117, 495]
        """
        queue, turn = (site_code, day, sitting), wanted // _SECONDS_EACH
        passed = []
        while (queue, turn) in self._next:
            passed.append(turn)
            turn = self._next[queue, turn]
        for each in (*passed, turn):
            self._next[queue, each] = turn + 1
        return turn * _SECONDS_EACH

    def place(
        self, site_code: str, day: date, sitting: Sitting, channel: Channel, *, seats: int | None
    ) -> Channel:
        """Let somebody eat inside as they wish while there are seats, and else take the meal away."""
        if channel is not Channel.DINE_IN or seats is None:
            return channel
        queue = (site_code, day, sitting)
        if self._inside[queue] >= seats * _TURNS:
            return Channel.TAKE_AWAY
        self._inside[queue] += 1
        return channel


def found_by(drawn: int) -> FoundBy:
    """Tell how the till came to know somebody, by a number below 1000: mostly a touch or a scan.

    >>> found_by(10).value, found_by(999).value
    ('face', 'typed')
    """
    return next(way for below, way in _FOUND_BELOW if drawn < below)
