"""Home of chance in the demo: the same seed and the same names give the same draws."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import accumulate
from random import Random
from typing import Generic, TypeVar
from uuid import UUID

_T = TypeVar("_T")
_VERSION_7, _VARIANT = 0x7 << 76, 0x2 << 62


def stream(seed: int, *names: object) -> Random:
    """Give the stream of draws for one purpose; streams of other purposes do not disturb it.

    >>> stream(1, "people").random() == stream(1, "people").random() != stream(1, "meals").random()
    True
    """
    return Random(":".join(map(str, (seed, *names))))  # noqa: S311 - a demo must be repeatable, not secret


class Lot(Generic[_T]):
    """Things to draw from, each as often as its weight says.

    >>> Lot({"heads": 1, "tails": 0}).draw(stream(1))
    'heads'
    """

    def __init__(self, weights: Mapping[_T, float]) -> None:
        """Keep the things with their running weights."""
        self._things = tuple(weights)
        self._running = tuple(accumulate(weights.values()))

    def draw(self, random: Random) -> _T:
        """Draw one."""
        place = bisect(self._running, random.random() * self._running[-1])
        return self._things[min(place, len(self._things) - 1)]


def even_lot(things: Iterable[_T]) -> Lot[_T]:
    """Give a lot in which a thing weighs as often as it is named."""
    weights: dict[_T, float] = {}
    for thing in things:
        weights[thing] = weights.get(thing, 0.0) + 1.0
    return Lot(weights)


def id_at(at: datetime, random: Random) -> UUID:
    """Give an id in the form of UUID version 7, which sorts by the instant at which it was made.

    Source: RFC 9562, section 5.7.
    """
    milliseconds = int(at.timestamp() * 1000)
    drawn = random.getrandbits(74)
    return UUID(
        int=milliseconds << 80 | _VERSION_7 | (drawn >> 62) << 64 | _VARIANT | (drawn & ((1 << 62) - 1))
    )
