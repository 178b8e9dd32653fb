"""Home of what became of one gift: a fund's money is spent in the order in which it came in."""

from __future__ import annotations

from collections.abc import Iterable


def spent_of(gift: int, gifts: Iterable[tuple[int, int]], spent_fen: int) -> int:
    """Give how much of one gift is spent, of the fund's gifts (number, worth in fen) in the order received.

    >>> [spent_of(number, [(1, 500), (2, 300)], 600) for number in (1, 2)]
    [500, 100]
    """
    left_fen = spent_fen
    for number, worth_fen in gifts:
        used_fen = max(0, min(worth_fen, left_fen))
        if number == gift:
            return used_fen
        left_fen -= used_fen
    return 0
