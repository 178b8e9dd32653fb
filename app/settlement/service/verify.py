"""Home of the proof of a month: every statement computed once more from the facts alone, and compared.

It reads the ledger, the residents, the sites, the policies and what meals were allotted of the charity
funds, and decides every meal again; what the decision table says is only what is compared.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from app.canteens import queries as canteens
from app.donations import queries as donations
from app.errors import NotFound
from app.meals.rules import Decision, MealFact, adjudicate, affected_span
from app.month import Month
from app.processes import processes
from app.residents.rules.facts import ResidentFacts
from app.roles import Scope
from app.settlement import queries
from app.settlement.models import Statement
from app.settlement.rules.adjustments import Adjustment, adjustments_of, worth_of
from app.settlement.rules.canonical import StatementHash, canonical_line
from app.settlement.rules.differences import (
    Difference,
    amount_differences,
    hash_difference,
    line_differences,
    total_differences,
)
from app.settlement.rules.lines import Line
from app.settlement.rules.statement import Tally
from app.settlement.service.eaters import Eater, eaters
from app.settlement.service.reading import MANY_LINES, keeping_much
from app.subsidy import queries as subsidy
from app.text import text


@dataclass(slots=True)
class SiteMonth:
    """A site's month: its lines by meal id."""

    lines: dict[str, Line] = field(default_factory=dict)

    def add(self, line: Line) -> None:
        """Take in one more line."""
        self.lines[line.meal_id] = line

    @property
    def tally(self) -> Tally:
        """Add the lines up, anew each time."""
        return Tally.of(self.lines.values())

    @property
    def written(self) -> Iterator[tuple[str, bytes]]:
        """Give the lines in canonical form, by meal id."""
        return ((meal_id, canonical_line(self.lines[meal_id])) for meal_id in sorted(self.lines))

    @property
    def digest(self) -> bytes:
        """Give what tells these lines from any others."""
        digest = hashlib.sha256()
        for _, canonical in self.written:
            digest.update(canonical)
        return digest.digest()

    def hash_for(self, statement: Statement) -> str:
        """Give the hash that a statement over these lines has, with its adjustments."""
        hashing = StatementHash(
            statement.statement_no,
            statement.site_code,
            statement.period,
            adjustments=[each.facts for each in statement.adjustments],
            recoveries=[each.facts for each in statement.recoveries],
        )
        for meal_id, canonical in self.written:
            hashing.add(meal_id, canonical)
        return hashing.hexdigest()


@dataclass(frozen=True, slots=True)
class Verification:
    """What proving a month found: the statements looked at, their lines, and every difference.

    Of void ones only their own lines, sums and hash are proven. `pending` is what facts that came after a
    freeze still have to move in the next statement. `undrafted` are sites that served meals and have no
    statement; that is no difference.
    """

    statements: int
    lines: int
    differences: tuple[Difference, ...]
    pending: tuple[Adjustment, ...]
    undrafted: tuple[str, ...]


def verify_month(month: Month) -> Verification:
    """Compute every statement of the month from the facts alone and compare.

    Raises: NotFound when the month has no statement.
    """
    statements = queries.statements_of(month, Scope())
    if not statements:
        raise NotFound(
            text("No statement of {month} has been drafted. Draft the month first.", month=month),
            field="month",
        )
    return _verified(month, statements, queries.void_statements(month, Scope()))


def verify_site(month: Month, site_code: str, *, scope: Scope) -> Verification:
    """Compute one site's statement of the month from the facts alone, as `verify_month` does all of them.

    Raises: NotFound when the site has none, or none within the scope.
    """
    statements = [each for each in queries.statements_of(month, scope) if each.site_code == site_code]
    if not statements:
        raise NotFound(text("There is no statement of {site} in {month}.", site=site_code, month=month))
    void = [each for each in queries.void_statements(month, scope) if each.site_code == site_code]
    return _verified(month, statements, void, of_site=site_code)


def _verified(
    month: Month, statements: Sequence[Statement], void: Sequence[Statement], *, of_site: str | None = None
) -> Verification:
    with _holdings([*statements, *void]) as told, keeping_much():
        from_facts = recompute(month, of_site=of_site)
        held = told()
    differences: list[Difference] = []
    pending: list[Adjustment] = []
    for statement in statements:
        found = from_facts.get(statement.site_code, SiteMonth())
        holding = held[statement.statement_no]
        # The same lines are told by their digest; only others are read once more, to be told one by one.
        lines = found.lines if holding.digest == found.digest else _lines_held(statement)
        if statement.stage.is_frozen:
            differences += holding.differences
            pending += _pending(statement, lines, found.lines)
        elif lines is found.lines:
            differences += holding.differences
        else:
            differences += line_differences(statement.statement_no, lines, found.lines)
            differences += _differences(statement, found)
    for statement in void:
        differences += held[statement.statement_no].differences
    drafted = {statement.site_code for statement in statements}
    return Verification(
        statements=len(statements),
        lines=sum(statement.lines for statement in statements),
        differences=tuple(differences),
        pending=tuple(pending),
        undrafted=tuple(sorted(from_facts.keys() - drafted)),
    )


def recompute(month: Month, *, of_site: str | None = None) -> dict[str, SiteMonth]:
    """Decide every meal of the month again from the facts, or a site's alone; give the result by site.

    Residents stream past; what is kept of them are the lines.
    """
    found: dict[str, SiteMonth] = defaultdict(SiteMonth)
    for line, _ in lines_from_facts(month.first_on, month.last_on, of_site=of_site):
        if of_site in (None, line.site_code):
            found[line.site_code].add(line)
    return dict(found)


def lines_from_facts(
    first_on: date, last_on: date, *, of_site: str | None = None
) -> Iterator[tuple[Line, ResidentFacts | None]]:
    """Decide every meal of a stretch of days again from the facts; give each with whoever ate it.

    With `of_site` it is all that those ate who ate there: what a meal gets hangs on the others of its day.

    They stream past resident by resident, so that a year needs no more memory than a portion of them.
    """
    sites, policies = canteens.site_facts(), subsidy.policy_book()
    calendar = subsidy.work_calendar()
    first, last = affected_span(first_on, policies, until=last_on)
    for eater, allotted in _with_allotted(eaters(first, last, of_site=of_site)):
        decisions = adjudicate(
            [witness.fact for witness in eater.witnesses],
            reversed_ids={witness.fact.meal_id for witness in eater.witnesses if witness.is_reversed},
            resident=eater.facts,
            sites=sites,
            policies=policies,
            calendar=calendar,
            allotted=allotted,
        )
        for fact in (witness.fact for witness in eater.witnesses):
            if first_on <= fact.served_on <= last_on:
                yield _line(fact, decisions[fact.meal_id]), eater.facts


def _with_allotted(everyone: Iterator[Eater]) -> Iterator[tuple[Eater, Mapping[UUID, int]]]:
    """Give each eater with what charity gives to the meals of their portion, in fen."""
    while portion := list(islice(everyone, _AT_ONCE)):
        ids = [witness.fact.meal_id for eater in portion for witness in eater.witnesses]
        allotted = donations.allotted_to(ids)
        yield from ((eater, allotted) for eater in portion)


_AT_ONCE = 100
"""Of how many residents' meals charity's part is asked at once."""


def _line(fact: MealFact, decision: Decision) -> Line:
    return Line(
        meal_id=str(fact.meal_id),
        site_code=fact.site_code,
        resident_no=fact.resident_no,
        served_on=fact.served_on,
        sitting=fact.sitting,
        channel=fact.channel,
        price_fen=fact.price_fen,
        government_fen=decision.government_fen,
        operator_fen=decision.operator_fen,
        charity_fen=decision.charity_fen,
        resident_fen=decision.resident_fen,
        reason=decision.reason,
        policy_reference=decision.policy_reference,
        layers=decision.layers,
    )


def _differences(statement: Statement, found: SiteMonth) -> Iterator[Difference]:
    """Compare a statement's sums and its hash with what its lines give."""
    number, tally = statement.statement_no, found.tally
    statement.settle(tally)
    yield from amount_differences(number, statement.fund_amounts, tally.amounts)
    yield from total_differences(number, statement.totals, tally.totals)
    if statement.hash is not None:
        yield from hash_difference(number, statement.hash, found.hash_for(statement))


def _pending(
    statement: Statement, held: Mapping[str, Line], found: Mapping[str, Line]
) -> Iterator[Adjustment]:
    """Give what the facts have moved since the freeze, less what later statements have settled of it."""
    changed = [
        meal_id for meal_id in sorted(held.keys() | found.keys()) if held.get(meal_id) != found.get(meal_id)
    ]
    adjusted = queries.adjusted_meals([UUID(meal_id) for meal_id in changed])
    for meal_id in changed:
        settled = worth_of(held.get(meal_id))
        for adjustment in adjusted.get(meal_id, ()):
            settled[adjustment.payer, adjustment.fund] += adjustment.amount_fen
        worth = worth_of(found.get(meal_id))
        yield from adjustments_of(meal_id, statement.statement_no, worth=worth, settled=settled)


# ---- What statements hold, read beside the facts ----


class Holding(NamedTuple):
    """What the lines that a statement holds come to, and where its sums and its hash say otherwise."""

    digest: bytes
    differences: tuple[Difference, ...]


@contextmanager
def _holdings(statements: Sequence[Statement]) -> Iterator[Callable[[], dict[str, Holding]]]:
    """Begin to read what statements hold, which takes as long as the facts; give what waits for it."""
    numbers = [statement.statement_no for statement in statements]
    if sum(statement.lines for statement in statements) < MANY_LINES:
        yield lambda: holdings(numbers)
        return
    with processes(1) as beside:
        yield beside.submit(holdings, numbers).result


def holdings(numbers: Sequence[str]) -> dict[str, Holding]:
    """Read what these statements hold, by number."""
    return {
        number: _holding(statement) for number in numbers if (statement := queries.statement(number, Scope()))
    }


def _holding(statement: Statement) -> Holding:
    held = SiteMonth()
    for line in queries.lines_held(statement):
        held.add(line)
    return Holding(held.digest, tuple(_differences(statement, held)))


def _lines_held(statement: Statement) -> dict[str, Line]:
    return {line.meal_id: line for line in queries.lines_held(statement)}
