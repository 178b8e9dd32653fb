"""Home of the comparison of a statement with what the facts give: each difference in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from app.settlement.rules.lines import Line
from app.settlement.rules.statement import FundAmount, Totals
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that a statement says otherwise than the facts."""

    statement_no: str
    what: Text

    def as_text(self) -> Text:
        """Give the difference as one sentence."""
        return text("Statement {number}: {difference}", number=self.statement_no, difference=self.what)


def line_differences(
    statement_no: str, stored: Mapping[str, Line], recomputed: Mapping[str, Line]
) -> Iterator[Difference]:
    """Compare the lines of a statement, both by meal id; ordered by meal id."""
    for meal_id in sorted(stored.keys() | recomputed.keys()):
        before, after = stored.get(meal_id), recomputed.get(meal_id)
        if before != after:
            for what in _line_difference(meal_id, before, after):
                yield Difference(statement_no, what)


def _line_difference(meal_id: str, stored: Line | None, recomputed: Line | None) -> Iterator[Text]:
    if stored is None:
        yield text("meal {meal} is missing; the facts have it", meal=meal_id)
    elif recomputed is None:
        yield text("meal {meal} is listed; the facts do not have it", meal=meal_id)
    else:
        for entry in fields(Line):
            said, found = getattr(stored, entry.name), getattr(recomputed, entry.name)
            if said != found:
                yield text(
                    "meal {meal}, {field}: stored {stored}, from the facts {recomputed}",
                    meal=meal_id,
                    field=entry.name,
                    stored=_shown(said),
                    recomputed=_shown(found),
                )


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return "[" + "; ".join(f"{share.payer} {share.fund} {share.amount_fen}" for share in value) + "]"
    return str(value)


def amount_differences(
    statement_no: str, stored: tuple[FundAmount, ...], recomputed: tuple[FundAmount, ...]
) -> Iterator[Difference]:
    """Compare what each payer owes from each fund: persons, meals and fen."""
    before = {(row.payer, row.fund): row for row in stored}
    after = {(row.payer, row.fund): row for row in recomputed}
    for payer, fund in sorted(before.keys() | after.keys()):
        nothing = FundAmount(payer, fund, 0, 0, 0)
        said, found = before.get((payer, fund), nothing), after.get((payer, fund), nothing)
        for name in ("persons", "meals", "amount_fen"):
            if getattr(said, name) != getattr(found, name):
                yield Difference(
                    statement_no,
                    text(
                        "{payer} {fund}, {field}: stored {stored}, from the facts {recomputed}",
                        payer=payer,
                        fund=fund,
                        field=name,
                        stored=getattr(said, name),
                        recomputed=getattr(found, name),
                    ),
                )


def total_differences(statement_no: str, stored: Totals, recomputed: Totals) -> Iterator[Difference]:
    """Compare the totals, field by field."""
    for entry in fields(Totals):
        said, found = getattr(stored, entry.name), getattr(recomputed, entry.name)
        if said != found:
            yield Difference(
                statement_no,
                text(
                    "total {field}: stored {stored}, from the facts {recomputed}",
                    field=entry.name,
                    stored=said,
                    recomputed=found,
                ),
            )


def hash_difference(statement_no: str, stored: str, recomputed: str) -> Iterator[Difference]:
    """Compare the hash."""
    if stored != recomputed:
        yield Difference(
            statement_no,
            text("hash: stored {stored}, from the facts {recomputed}", stored=stored, recomputed=recomputed),
        )
