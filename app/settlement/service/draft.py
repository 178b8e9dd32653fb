"""Home of drafting: a site's statement is made, or made again, from the decisions of its month."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from enum import Enum

from app.access import Actor
from app.audit import service as audit
from app.database import lock_names
from app.errors import DomainError, NotFound
from app.extensions import db
from app.settlement import queries
from app.settlement.models import Statement, StatementAmount
from app.settlement.rules.canonical import StatementHash, canonical_line
from app.settlement.rules.month import Month
from app.settlement.rules.statement import FundAmount, StatementStatus, Tally, statement_number
from app.text import text


class Drafted(Enum):
    """What drafting did to a site's statement."""

    MADE = "made"
    REFRESHED = "refreshed"
    UNCHANGED = "unchanged"


def draft_statements(
    month: Month, *, site_code: str | None = None, by: Actor, at: datetime
) -> Counter[Drafted]:
    """Draft the statement of every site in scope that served meals in the month; count what was done.

    Raises: what `sites_to_draft` raises.
    """
    sites = sites_to_draft(month, site_code=site_code, by=by)
    return Counter(draft_statement(site, month, by=by, at=at) for site in sites)


def sites_to_draft(month: Month, *, site_code: str | None = None, by: Actor) -> list[str]:
    """Give the sites that a draft of the month is for: a site without any meal gets no statement.

    Raises: NotFound for an unknown site; DomainError when no meal was served.
    """
    if site_code is not None and not queries.site_is_in(by.scope, site_code):
        raise NotFound(text("No site {code}", code=site_code), field="site")
    sites = queries.sites_of(month, by.scope, site_code=site_code)
    if not sites:
        raise DomainError(
            text("No meals were served in {month}. There is nothing to draft.", month=month), field="month"
        )
    return sites


def draft_statement(site_code: str, month: Month, *, by: Actor, at: datetime) -> Drafted:
    """Draft one site's statement from its decisions as they stand; drafting again changes what changed."""
    lock_names(db.session, "settlement.site", [site_code])
    statement = queries.newest_statement(site_code, month)
    number = statement.statement_no if statement else statement_number(month, site_code)
    tally, hashing, lines = Tally(), StatementHash(number, site_code, month), 0
    for line in queries.lines_of(site_code, month):
        tally.add(line)
        hashing.add(line.meal_id, canonical_line(line))
        lines += 1
    content_hash = hashing.hexdigest()
    if statement is not None and statement.hash == content_hash and statement.fund_amounts == tally.amounts:
        return Drafted.UNCHANGED
    drafted = Drafted.REFRESHED if statement else Drafted.MADE
    if statement is None:
        statement = Statement(statement_no=number, site_code=site_code, month=str(month), issue=1)
        db.session.add(statement)
    _fill(statement, tally, lines)
    statement.status = StatementStatus.DRAFT.value
    statement.hash, statement.drafted_at, statement.drafted_by = content_hash, at, by.user_no
    db.session.flush()
    detail = {"lines": lines, "amount_fen": tally.totals.amount_fen, "hash": content_hash}
    audit.record(f"statement.{_ACTS[drafted]}", f"statement:{number}", by=by, at=at, detail=detail)
    return drafted


_ACTS = {Drafted.MADE: "drafted", Drafted.REFRESHED: "drafted_again"}


def _fill(statement: Statement, tally: Tally, lines: int) -> None:
    """Write the sums over the lines into the statement."""
    totals = tally.totals
    statement.lines = lines
    statement.persons = totals.persons
    statement.meals = totals.meals
    statement.subsidised_meals = totals.subsidised_meals
    statement.price_fen = totals.price_fen
    statement.government_fen = totals.government_fen
    statement.operator_fen = totals.operator_fen
    statement.charity_fen = totals.charity_fen
    statement.resident_fen = totals.resident_fen
    kept = {(amount.payer, amount.fund): amount for amount in statement.amounts}
    statement.amounts = [
        _amount(kept.get((row.payer, row.fund)) or StatementAmount(payer=row.payer, fund=row.fund), row)
        for row in tally.amounts
    ]


def _amount(amount: StatementAmount, row: FundAmount) -> StatementAmount:
    amount.persons, amount.meals, amount.amount_fen = row.persons, row.meals, row.amount_fen
    return amount
