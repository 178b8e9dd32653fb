"""Home of drawing charts: where columns, ranges and lines lie on a picture. Pure; sizes in pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LEFT, _TOP, _HEIGHT, _FOOT = 64, 16, 240, 56
_STEP = 48
_STEPS = (1, 2, 5)
_FEW = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One column: what came, and between what it was expected; None where there is nothing."""

    label: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    expected: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column as it is drawn: its middle, the top of its bar, of its range, and its mark."""

    label: str
    x: float
    bar: float | None
    high: float | None
    low: float | None
    mark: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    """Columns over a ground line; `ticks` are (y, figure)."""

    width: float
    height: float
    ground: float
    left: float
    columns: tuple[Column, ...]
    ticks: tuple[tuple[float, int], ...]


def chart(items: Sequence[Item], *, step: int = _STEP) -> Chart:
    """Draw columns side by side, each with its range, from nought to a round figure above the highest.

    >>> drawn = chart([Item("1", value=10), Item("2", low=5, high=15, expected=9)])
    >>> [(column.bar, column.high, column.mark) for column in drawn.columns]
    [(96.0, None, None), (None, 16.0, 112.0)]
    >>> [figure for _, figure in drawn.ticks]
    [0, 5, 10, 15]
    """
    highest = max(
        (each for item in items for each in (item.value, item.high, item.expected) if each is not None),
        default=0,
    )
    ticks = ticks_up_to(highest)
    ground = _TOP + _HEIGHT

    def y(value: float | None) -> float | None:
        return None if value is None else round(ground - _HEIGHT * value / ticks[-1], 1)

    columns = tuple(
        Column(
            item.label,
            _LEFT + step * (place + 0.5),
            y(item.value),
            y(item.high),
            y(item.low),
            y(item.expected),
        )
        for place, item in enumerate(items)
    )
    marked = tuple((round(ground - _HEIGHT * tick / ticks[-1], 1), tick) for tick in ticks)
    return Chart(_LEFT + step * len(items) + 8, ground + _FOOT, ground, _LEFT, columns, marked)


def ticks_up_to(highest: float) -> tuple[int, ...]:
    """Give round figures from nought up to the first that is not below the highest.

    >>> ticks_up_to(0), ticks_up_to(87), ticks_up_to(1300)
    ((0, 1), (0, 20, 40, 60, 80, 100), (0, 500, 1000, 1500))
    """
    size = 1
    while True:
        for factor in _STEPS:
            step = factor * size
            if step * _FEW >= highest:
                count = max(1, -int(-highest // step))
                return tuple(step * each for each in range(count + 1))
        size *= 10
