"""Home of the adjustment: what a frozen statement gave a meal too much or too little, as is known now.

A frozen statement is never corrected. What its meals are worth by later facts goes as signed lines into the
next statement of the site, each pointing at the statement that it corrects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.settlement.rules.lines import Line
from app.subsidy.rules import LayerShare

Shares = Mapping[tuple[str, str], int]
"""Fen by payer and fund."""


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A signed difference of one meal for one payer and fund; negative is taken back from the site.

    `corrects` is the statement that settled the meal's day; a meal that came late was in none of its lines.
    """

    meal_id: str
    corrects: str
    payer: str
    fund: str
    amount_fen: int


def shares_of(shares: Iterable[LayerShare]) -> Counter[tuple[str, str]]:
    """Sum shares by payer and fund: two layers may be paid out of one.

    >>> shares_of([LayerShare("district", "A", 300), LayerShare("district", "A", 200)])
    Counter({('district', 'A'): 500})
    """
    summed: Counter[tuple[str, str]] = Counter()
    for share in shares:
        summed[share.payer, share.fund] += share.amount_fen
    return summed


def worth_of(line: Line | None) -> Counter[tuple[str, str]]:
    """Give what a line owes by payer and fund: nothing without a line or for a reversed meal."""
    return shares_of(line.shares if line is not None and line.counts else ())


def adjustments_of(meal_id: str, corrects: str, *, worth: Shares, settled: Shares) -> list[Adjustment]:
    """Give what is still to be settled of one meal: what it is worth now, less all that was settled of it.

    `settled` holds the frozen line and every frozen adjustment since; nothing is given where both agree.

    >>> adjustments_of("m", "202610-C01-01", worth={}, settled={("district", "A"): 300})[0].amount_fen
    -300
    """
    return [
        Adjustment(meal_id, corrects, payer, fund, amount_fen)
        for payer, fund in sorted({*worth, *settled})
        if (amount_fen := worth.get((payer, fund), 0) - settled.get((payer, fund), 0))
    ]
