"""Home of drafting: a site's statement is made, or made again, from the decisions of its month."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from app.access import Actor
from app.audit import service as audit
from app.database import lock_names
from app.errors import DomainError, NotFound
from app.extensions import db
from app.settlement import queries
from app.settlement.models import Recovery, Statement, StatementAdjustment, StatementAmount, StatementRecovery
from app.settlement.rules.adjustments import Adjustment, adjustments_of
from app.settlement.rules.canonical import StatementHash, canonical_line
from app.settlement.rules.month import Month
from app.settlement.rules.statement import FundAmount, Tally, statement_number
from app.settlement.rules.steps import StatementStatus
from app.text import text

SITE_LOCK = "settlement.site"
"""What whoever makes or moves a statement of a site holds meanwhile."""


class Drafted(Enum):
    """What drafting did to a site's statement; one that was handed in stands as it is."""

    MADE = "made"
    REFRESHED = "refreshed"
    UNCHANGED = "unchanged"
    FROZEN = "frozen"


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
    lock_names(db.session, SITE_LOCK, [site_code])
    last = queries.newest_statement(site_code, month)
    if last is not None and last.stage.binds:
        return Drafted.FROZEN
    issue = 1 if last is None else last.issue + (last.stage is StatementStatus.VOIDED)
    statement = last if last is not None and last.issue == issue else None
    content = Content.now(site_code, month, issue, statement_id=statement.id if statement else None)
    if statement is not None and content.is_that_of(statement):
        return Drafted.UNCHANGED
    drafted = Drafted.REFRESHED if statement else Drafted.MADE
    if statement is None:
        statement = Statement(
            statement_no=content.statement_no, site_code=site_code, month=str(month), issue=issue
        )
        db.session.add(statement)
    content.write(statement)
    statement.status = StatementStatus.DRAFT.value
    statement.drafted_at, statement.drafted_by = at, by.user_no
    db.session.flush()
    detail = {
        "lines": len(content.lines),
        "amount_fen": content.tally.totals.amount_fen,
        "hash": content.hash,
    }
    audit.record(
        f"statement.{_ACTS[drafted]}", f"statement:{statement.statement_no}", by=by, at=at, detail=detail
    )
    return drafted


@dataclass(frozen=True, slots=True)
class Content:
    """What a statement says if it is made now: its lines in canonical form, its adjustments, their sums."""

    statement_no: str
    lines: list[bytes]
    adjustments: list[Adjustment]
    recoveries: list[Recovery]
    tally: Tally
    hash: str

    @classmethod
    def now(cls, site_code: str, month: Month, issue: int, *, statement_id: int | None) -> Content:
        """Make it of the decisions as they stand, and of the cases that no other statement takes back."""
        number = statement_number(month, site_code, issue)
        adjustments = [
            adjustment
            for each in queries.settled_otherwise(site_code, month)
            for adjustment in adjustments_of(
                each.meal_id, each.corrects, worth=each.worth, settled=each.settled
            )
        ]
        recoveries = queries.recoveries_due(site_code, statement_id)
        taken_back = [each.line for each in recoveries]
        hashing = StatementHash(number, site_code, month, adjustments=adjustments, recoveries=taken_back)
        tally, lines = Tally(), []
        for line in queries.lines_of(site_code, month):
            written = canonical_line(line)
            tally.add(line)
            hashing.add(line.meal_id, written)
            lines.append(written)
        for adjustment in adjustments:
            tally.adjust(adjustment)
        for line_back in taken_back:
            tally.recover(line_back)
        return cls(number, lines, adjustments, recoveries, tally, hashing.hexdigest())

    def is_that_of(self, statement: Statement) -> bool:
        """Tell whether a statement says just this."""
        return statement.hash == self.hash and statement.fund_amounts == self.tally.amounts

    def write(self, statement: Statement) -> None:
        """Write it into a statement."""
        statement.hash = self.hash
        _fill(statement, self.tally, len(self.lines))
        statement.adjustments = [_adjustment(each) for each in self.adjustments]
        kept = {row.recovery_id: row for row in statement.recoveries}
        statement.recoveries = [
            kept.get(each.id) or StatementRecovery(recovery=each) for each in self.recoveries
        ]


def _adjustment(row: Adjustment) -> StatementAdjustment:
    return StatementAdjustment(
        meal_id=UUID(row.meal_id),
        corrects=row.corrects,
        payer=row.payer,
        fund=row.fund,
        amount_fen=row.amount_fen,
    )


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
    statement.adjustment_fen = totals.adjustment_fen
    statement.recovery_fen = totals.recovery_fen
    kept = {(amount.payer, amount.fund): amount for amount in statement.amounts}
    statement.amounts = [
        _amount(kept.get((row.payer, row.fund)) or StatementAmount(payer=row.payer, fund=row.fund), row)
        for row in tally.amounts
    ]


def _amount(amount: StatementAmount, row: FundAmount) -> StatementAmount:
    amount.persons, amount.meals, amount.amount_fen = row.persons, row.meals, row.amount_fen
    return amount
