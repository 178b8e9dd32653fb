"""Home of a month's summary (助餐补贴汇总表): its rows, as the paper and the workbook show them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.settlement.models import Statement
from app.settlement.queries import Diner
from app.settlement.rules.canonical import check_code
from app.settlement.rules.lines import Line
from app.settlement.rules.standards import StandardTally, counted_as
from app.settlement.rules.statement import FundAmount, Tally
from app.settlement.service.listing import OnPaper, diners_on, on_paper
from app.text import Text, text

_MOVED = text("corrections and recoveries")
_NOBODY = text("none")


@dataclass(frozen=True, slots=True)
class SummaryRow:
    """What one payer gives a site out of one fund for one category at one rate.

    What corrections and recoveries move is a row of its own: it belongs to no category, and has no rate.
    `check_code` is that of the statement's lines.
    """

    statement: Statement
    check_code: str
    payer: str
    fund: str
    category: Text
    rate_fen: int | None = None
    persons: int | None = None
    meals: int | None = None
    earned_fen: int = 0
    moved_fen: int = 0

    @property
    def amount_fen(self) -> int:
        """Give what is to be paid."""
        return self.earned_fen + self.moved_fen


@dataclass(slots=True)
class Summary:
    """The rows of a month's statements, and the sums over all of them, everybody counted once."""

    rows: list[SummaryRow] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    def add(self, paper: OnPaper, diners: Mapping[str, Diner]) -> None:
        """Take in one more statement, and whoever ate."""
        self.tally.merge(paper.tally)
        self.rows += _rows(paper.statement, check_code(paper.hash), _counted(paper.lines, diners))

    def moved_fen(self, payer: str, fund: str) -> int:
        """Give what corrections and recoveries move of what one payer owes out of one fund."""
        return sum(row.moved_fen for row in self.rows if (row.payer, row.fund) == (payer, fund))

    @classmethod
    def of(cls, statements: Sequence[Statement]) -> Summary:
        """Read the statements' lines and count them.

        Raises: Conflict when a draft's meals have changed since.
        """
        summary = cls()
        for statement in statements:
            paper = on_paper(statement)
            summary.add(paper, diners_on(paper))
        return summary


def _counted(lines: Sequence[Line], diners: Mapping[str, Diner]) -> StandardTally:
    standards = StandardTally()
    for line in lines:
        diner = diners.get(line.resident_no)
        standards.add(line, counted_as(diner.facts if diner else None, line.served_on))
    return standards


def _rows(statement: Statement, code: str, standards: StandardTally) -> Iterator[SummaryRow]:
    """Give a statement's rows; one that nobody owes anything still shows that it is there."""
    for owed in statement.fund_amounts:
        yield from _rows_of(statement, code, owed, standards)
    if not statement.fund_amounts:
        yield SummaryRow(statement, code, "", "", _NOBODY, persons=0, meals=0)


def _rows_of(
    statement: Statement, code: str, owed: FundAmount, standards: StandardTally
) -> Iterator[SummaryRow]:
    for each in standards.of(owed.payer, owed.fund):
        yield SummaryRow(
            statement,
            code,
            owed.payer,
            owed.fund,
            each.category,
            rate_fen=each.rate_fen,
            persons=each.persons,
            meals=each.meals,
            earned_fen=each.amount_fen,
        )
    moved_fen = statement.moved_fen(owed.payer, owed.fund)
    if moved_fen or not owed.meals:
        yield SummaryRow(statement, code, owed.payer, owed.fund, _MOVED, moved_fen=moved_fen)
