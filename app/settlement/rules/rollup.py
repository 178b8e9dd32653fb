"""Home of the roll-up: a quarter's or a year's statements side by side, by site, payer and fund.

Nothing is counted anew: each month's amount is what its statement says, with the corrections that it settled,
so a correction counts where it was paid. Only persons are counted once over the whole period: for that the
lines are read again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from app.month import Month
from app.settlement.rules.lines import CHARITY_PAYER, Line
from app.settlement.rules.period import Period
from app.settlement.rules.statement import FundAmount

Fund = tuple[str, str]
"""Payer and fund."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one site is owed by one payer out of one fund: each month's fen, and the persons of all months.

    A site that nobody owed anything has one row without a payer, so that it is seen to be there.
    """

    site_code: str
    payer: str
    fund: str
    persons: int
    meals: int
    months_fen: tuple[int, ...]

    @property
    def amount_fen(self) -> int:
        """Give the sum over the months."""
        return sum(self.months_fen)


@dataclass(frozen=True, slots=True)
class Rollup:
    """A period's rows, and their sums by payer and fund and over all; everybody counts once in each sum."""

    period: Period
    rows: tuple[Row, ...]
    funds: tuple[Row, ...]
    total: Row
    statements: int
    drafts: int


@dataclass(slots=True)
class RollupTally:
    """Takes in one statement after the other, with its lines streaming past."""

    period: Period
    _fen: dict[tuple[str, Fund], dict[Month, int]] = field(default_factory=dict)
    _meals: defaultdict[tuple[str, Fund], int] = field(default_factory=lambda: defaultdict(int))
    _persons: defaultdict[tuple[str, Fund], set[str]] = field(default_factory=lambda: defaultdict(set))
    _everybody: set[str] = field(default_factory=set)
    _subsidised: int = 0
    _statements: int = 0
    _drafts: int = 0

    def add(
        self,
        site_code: str,
        month: Month,
        amounts: Iterable[FundAmount],
        lines: Iterable[Line],
        *,
        is_draft: bool,
    ) -> None:
        """Take in one statement: its amounts as they stand, and its lines for the persons."""
        self._statements += 1
        self._drafts += is_draft
        for row in list(amounts) or [FundAmount("", "", 0, 0, 0)]:
            key = (site_code, (row.payer, row.fund))
            months = self._fen.setdefault(key, {})
            months[month] = months.get(month, 0) + row.amount_fen
            self._meals[key] += row.meals
        for line in lines:
            self._count(line)

    def _count(self, line: Line) -> None:
        if line.counts and line.shares:
            self._subsidised += 1
            self._everybody.add(line.resident_no)
            for share in line.shares:
                self._persons[line.site_code, (share.payer, share.fund)].add(line.resident_no)

    def result(self) -> Rollup:
        """Give what was taken in."""
        keys = sorted(self._fen, key=lambda key: (key[0], _place(key[1])))
        paying = {fund for _, fund in keys if fund[0]}
        return Rollup(
            period=self.period,
            rows=tuple(self._row(site_code, fund, [site_code]) for site_code, fund in keys),
            funds=tuple(
                self._row("", fund, [code for code, each in keys if each == fund])
                for fund in sorted(paying, key=_place)
            ),
            total=Row(
                "",
                "",
                "",
                len(self._everybody),
                self._subsidised,
                tuple(sum(fen.get(month, 0) for fen in self._fen.values()) for month in self.period.months),
            ),
            statements=self._statements,
            drafts=self._drafts,
        )

    def _row(self, site_code: str, fund: Fund, codes: Iterable[str]) -> Row:
        keys = [(code, fund) for code in codes]
        persons = set[str]().union(*(self._persons[key] for key in keys))
        return Row(
            site_code,
            *fund,
            len(persons),
            sum(self._meals[key] for key in keys),
            tuple(sum(self._fen[key].get(month, 0) for key in keys) for month in self.period.months),
        )


def _place(fund: Fund) -> tuple[bool, Fund]:
    return fund[0] == CHARITY_PAYER, fund
