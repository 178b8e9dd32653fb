"""Home of a fund's months: what came in, what was given to meals, and what was left at the end of each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FundMonth:
    """One month of a fund; `left_fen` is what came in less what was given until its end."""

    year: int
    month: int
    gifts: int
    received_fen: int
    meals: int
    spent_fen: int
    left_fen: int


def months_of(
    received: Iterable[tuple[int, int, int, int]], spent: Iterable[tuple[int, int, int, int]]
) -> list[FundMonth]:
    """Put a fund's months together, the oldest first, from (year, month, count, fen) of either side.

    >>> [month.left_fen for month in months_of([(2026, 9, 1, 500)], [(2026, 9, 2, 100), (2026, 10, 1, 50)])]
    [400, 350]
    """
    into = {(year, month): (count, fen) for year, month, count, fen in received}
    out = {(year, month): (count, fen) for year, month, count, fen in spent}
    months, left_fen = [], 0
    for year, month in sorted(into.keys() | out.keys()):
        gifts, received_fen = into.get((year, month), (0, 0))
        meals, spent_fen = out.get((year, month), (0, 0))
        left_fen += received_fen - spent_fen
        months.append(FundMonth(year, month, gifts, received_fen, meals, spent_fen, left_fen))
    return months
