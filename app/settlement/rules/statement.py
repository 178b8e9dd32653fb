"""Home of the statement: the sum of its lines, by payer and fund, and its number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.month import Month
from app.settlement.rules.adjustments import Adjustment
from app.settlement.rules.lines import CHARITY_FUND, CHARITY_PAYER, Line
from app.settlement.rules.recovery import RecoveryLine


@dataclass(frozen=True, slots=True)
class FundAmount:
    """What one payer owes a site from one fund; persons and meals count those that it pays for."""

    payer: str
    fund: str
    persons: int
    meals: int
    amount_fen: int

    @property
    def place(self) -> tuple[bool, str, str]:
        """Give the row's place in every list: by payer and fund, charity last."""
        return (self.payer == CHARITY_PAYER, self.payer, self.fund)


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums over a statement's lines; reversed meals are counted apart and add no money.

    `persons` and `subsidised_meals` count the residents and meals that somebody pays a share of.
    """

    persons: int = 0
    meals: int = 0
    subsidised_meals: int = 0
    reversed_meals: int = 0
    price_fen: int = 0
    government_fen: int = 0
    operator_fen: int = 0
    charity_fen: int = 0
    resident_fen: int = 0
    adjustment_fen: int = 0
    recovery_fen: int = 0

    @property
    def lines(self) -> int:
        """Give how many meals there are, reversed ones too."""
        return self.meals + self.reversed_meals

    @property
    def earned_fen(self) -> int:
        """Give what its own meals earn the site: government's part and charity's.

        A discount is the operator's own.
        """
        return self.government_fen + self.charity_fen

    @property
    def moved_fen(self) -> int:
        """Give what corrections of earlier statements and recoveries move (扣减/追回)."""
        return self.adjustment_fen + self.recovery_fen

    @property
    def amount_fen(self) -> int:
        """Give what the site is owed: for its meals, for what earlier statements lacked, less recoveries."""
        return self.earned_fen + self.moved_fen


def statement_number(month: Month, site_code: str, issue: int = 1) -> str:
    """Give the number of a site's statement: month, site, and how often it was issued.

    No counter is asked, so that numbers have no gaps and drafting again gives the same one.

    >>> statement_number(Month(2026, 10), "C01")
    '202610-C01-01'
    """
    return f"{month.compact}-{site_code}-{issue:02d}"


class Eaten(NamedTuple):
    """What a resident's meals at a site come to in a month; reversed ones count in `lines` alone.

    `charity_meals` are those that charity pays a share of.
    """

    resident_no: str
    lines: int
    meals: int
    subsidised_meals: int
    price_fen: int
    government_fen: int
    operator_fen: int
    charity_fen: int
    resident_fen: int
    charity_meals: int


class Paid(NamedTuple):
    """What one payer gives out of one fund for a resident's meals at a site in a month."""

    resident_no: str
    payer: str
    fund: str
    meals: int
    amount_fen: int


@dataclass(slots=True)
class Tally:
    """Sums up lines one at a time, or whole residents, so that a month of any size can stream past."""

    _meals: int = 0
    _subsidised: int = 0
    _reversed: int = 0
    _price_fen: int = 0
    _government_fen: int = 0
    _operator_fen: int = 0
    _charity_fen: int = 0
    _resident_fen: int = 0
    _adjustment_fen: int = 0
    _recovery_fen: int = 0
    _persons: set[str] = field(default_factory=set)
    _funds: dict[tuple[str, str], _FundTally] = field(default_factory=dict)

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Tally:
        """Sum up lines."""
        tally = cls()
        for line in lines:
            tally.add(line)
        return tally

    def add(self, line: Line) -> None:
        """Take one more line into the sums."""
        if not line.counts:
            self._reversed += 1
            return
        self._meals += 1
        self._price_fen += line.price_fen
        self._government_fen += line.government_fen
        self._operator_fen += line.operator_fen
        self._charity_fen += line.charity_fen
        self._resident_fen += line.resident_fen
        self._add_shares(line)

    def merge(self, other: Tally) -> None:
        """Take another's sums into these; who is in both is counted once."""
        self._meals += other._meals
        self._subsidised += other._subsidised
        self._reversed += other._reversed
        self._price_fen += other._price_fen
        self._government_fen += other._government_fen
        self._operator_fen += other._operator_fen
        self._charity_fen += other._charity_fen
        self._resident_fen += other._resident_fen
        self._adjustment_fen += other._adjustment_fen
        self._recovery_fen += other._recovery_fen
        self._persons |= other._persons
        for key, paid in other._funds.items():
            fund = self._funds.setdefault(key, _FundTally())
            fund.persons |= paid.persons
            fund.meals += paid.meals
            fund.amount_fen += paid.amount_fen

    def add_eaten(self, eaten: Eaten) -> None:
        """Take what a resident ate into the sums, all but what the government's payers give for it."""
        self._meals += eaten.meals
        self._reversed += eaten.lines - eaten.meals
        self._subsidised += eaten.subsidised_meals
        self._price_fen += eaten.price_fen
        self._government_fen += eaten.government_fen
        self._operator_fen += eaten.operator_fen
        self._charity_fen += eaten.charity_fen
        self._resident_fen += eaten.resident_fen
        if eaten.subsidised_meals:
            self._persons.add(eaten.resident_no)
        if eaten.charity_meals:
            charity = (CHARITY_PAYER, CHARITY_FUND)
            self._pay(charity, eaten.resident_no, eaten.charity_meals, eaten.charity_fen)

    def add_paid(self, paid: Paid) -> None:
        """Take what one of the government's payers gives for a resident's meals into the sums."""
        self._pay((paid.payer, paid.fund), paid.resident_no, paid.meals, paid.amount_fen)

    def _pay(self, fund: tuple[str, str], resident_no: str, meals: int, amount_fen: int) -> None:
        self._funds.setdefault(fund, _FundTally()).add(resident_no, meals, amount_fen)

    def _add_shares(self, line: Line) -> None:
        paid: dict[tuple[str, str], int] = {}
        for share in line.shares:
            fund = (share.payer, share.fund)
            paid[fund] = paid.get(fund, 0) + share.amount_fen
        for fund, amount_fen in paid.items():
            self._pay(fund, line.resident_no, 1, amount_fen)
        if paid:
            self._subsidised += 1
            self._persons.add(line.resident_no)

    def settle(self, adjustments: Iterable[Adjustment], recoveries: Iterable[RecoveryLine]) -> None:
        """Take corrections of earlier statements and what is taken back of cases into the sums.

        They add no meal and no person.
        """
        for adjustment in adjustments:
            self._adjustment_fen += adjustment.amount_fen
            self._move(adjustment)
        for line in recoveries:
            self._recovery_fen += line.amount_fen
            self._move(line)

    def _move(self, moved: Adjustment | RecoveryLine) -> None:
        fund = self._funds.setdefault((moved.payer, moved.fund), _FundTally())
        fund.amount_fen += moved.amount_fen

    @property
    def persons(self) -> frozenset[str]:
        """Give the residents that somebody pays a share for."""
        return frozenset(self._persons)

    @property
    def totals(self) -> Totals:
        """Give the sums so far."""
        return Totals(
            persons=len(self._persons),
            meals=self._meals,
            subsidised_meals=self._subsidised,
            reversed_meals=self._reversed,
            price_fen=self._price_fen,
            government_fen=self._government_fen,
            operator_fen=self._operator_fen,
            charity_fen=self._charity_fen,
            resident_fen=self._resident_fen,
            adjustment_fen=self._adjustment_fen,
            recovery_fen=self._recovery_fen,
        )

    @property
    def amounts(self) -> tuple[FundAmount, ...]:
        """Give the sums so far by payer and fund, in their order."""
        rows = (
            FundAmount(payer, fund, len(tally.persons), tally.meals, tally.amount_fen)
            for (payer, fund), tally in self._funds.items()
        )
        return tuple(sorted(rows, key=lambda row: row.place))


@dataclass(slots=True)
class _FundTally:
    persons: set[str] = field(default_factory=set)
    meals: int = 0
    amount_fen: int = 0

    def add(self, resident_no: str, meals: int, amount_fen: int) -> None:
        self.persons.add(resident_no)
        self.meals += meals
        self.amount_fen += amount_fen
