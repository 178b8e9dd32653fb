"""Home of a month's meals by who ate and what was paid for each: the rows of the summary (汇总表)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from app.residents.rules.facts import Category, ResidentFacts
from app.settlement.rules.lines import Line
from app.text import Text, text

VERY_OLD = 80
"""From which age on a resident without a category counts as very old (高龄)."""

_VERY_OLD = text("80 and older")
_OTHERS = text("other residents")
_UNKNOWN = text("not registered")
_LABELS = (*(category.label for category in Category), _VERY_OLD, _OTHERS)
_CATEGORY_ORDER = {category: place for place, category in enumerate(Category)}
_ORDER = {label: place for place, label in enumerate(_LABELS)}


def counted_as(facts: ResidentFacts | None, day: date) -> Text:
    """Give the one category (人员类别) that a resident is counted in on a day: the first in its order.

    Whoever holds none is very old or one of the others, so that every meal is counted once.
    """
    if facts is None:
        return _UNKNOWN
    if held := facts.categories_on(day):
        return min((period.category for period in held), key=_CATEGORY_ORDER.__getitem__).label
    return _VERY_OLD if facts.age_on(day) >= VERY_OLD else _OTHERS


@dataclass(frozen=True, slots=True)
class Standard:
    """What one payer gives for the meals of one category at one rate; `rate_fen` is for each meal."""

    category: Text
    rate_fen: int
    persons: int
    meals: int

    @property
    def amount_fen(self) -> int:
        """Give what they come to."""
        return self.rate_fen * self.meals


@dataclass(slots=True)
class StandardTally:
    """Counts meals by payer, fund, category and rate, one at a time."""

    _counted: dict[tuple[str, str], dict[tuple[Text, int], _Count]] = field(default_factory=dict)

    def add(self, line: Line, category: Text) -> None:
        """Take in one more meal; what one payer gives for it out of one fund is one rate."""
        if not line.counts:
            return
        paid: dict[tuple[str, str], int] = {}
        for share in line.shares:
            paid[share.payer, share.fund] = paid.get((share.payer, share.fund), 0) + share.amount_fen
        for source, rate_fen in paid.items():
            count = self._counted.setdefault(source, {}).setdefault((category, rate_fen), _Count())
            count.persons.add(line.resident_no)
            count.meals += 1

    def of(self, payer: str, fund: str) -> list[Standard]:
        """Give the rows of one payer and fund, by category and rate."""
        return sorted(self._rows(payer, fund), key=lambda row: (_ORDER.get(row.category, -1), row.rate_fen))

    def _rows(self, payer: str, fund: str) -> Iterator[Standard]:
        for (category, rate_fen), count in self._counted.get((payer, fund), {}).items():
            yield Standard(category, rate_fen, len(count.persons), count.meals)


@dataclass(slots=True)
class _Count:
    persons: set[str] = field(default_factory=set)
    meals: int = 0
