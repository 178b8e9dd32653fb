"""Home of drafting: a site's statement is made, or made again, from the decisions of its month."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from uuid import UUID

from app.audit import service as audit
from app.errors import DomainError, NotFound
from app.extensions import db
from app.locks import lock_names
from app.month import Month
from app.roles import Actor
from app.settlement import queries
from app.settlement.models import Recovery, Statement, StatementAdjustment, StatementAmount, StatementRecovery
from app.settlement.rules.adjustments import Adjustment, adjustments_of
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

    A draft is sums alone, of all sites at once; drafting again changes what changed.

    Raises: NotFound for an unknown site; DomainError when no meal was served.
    """
    sites = _sites_to_draft(month, site_code=site_code, by=by)
    lock_names(db.session, SITE_LOCK, sites)
    last = queries.newest_statements(month, sites)
    binding = {each.site_code for each in last.values() if each.stage.binds}
    drafts = {each.site_code: each for each in last.values() if each.stage is StatementStatus.DRAFT}
    open_sites = [site for site in sites if site not in binding]
    contents = contents_of(month, queries.tallies(month, open_sites), drafts)
    done = Counter({Drafted.FROZEN: len(binding)} if binding else {})
    for site, content in contents.items():
        issue = 1 + (last[site].issue if site in last else 0)
        done[_draft(drafts.get(site), content, site, month, issue=issue, by=by, at=at)] += 1
    return done


def _sites_to_draft(month: Month, *, site_code: str | None, by: Actor) -> list[str]:
    """Give the sites that a draft of the month is for: a site without any meal gets no statement."""
    if site_code is not None and not queries.site_is_in(by.scope, site_code):
        raise NotFound(text("No site {code}", code=site_code), field="site")
    sites = queries.sites_of(month, by.scope, site_code=site_code)
    if not sites:
        raise DomainError(
            text("No meals were served in {month}. There is nothing to draft.", month=month), field="month"
        )
    return sites


def _draft(
    draft: Statement | None,
    content: Content,
    site_code: str,
    month: Month,
    *,
    issue: int,
    by: Actor,
    at: datetime,
) -> Drafted:
    """Write what a site's statement says into its draft; `issue` is that of a new one."""
    if draft is not None and content.is_that_of(draft):
        return Drafted.UNCHANGED
    drafted = Drafted.REFRESHED if draft else Drafted.MADE
    if draft is None:
        number = statement_number(month, site_code, issue)
        draft = Statement(statement_no=number, site_code=site_code, month=str(month), issue=issue)
        db.session.add(draft)
    content.write(draft)
    draft.status = StatementStatus.DRAFT.value
    draft.drafted_at, draft.drafted_by = at, by.user_no
    db.session.flush()
    totals = content.tally.totals
    detail = {"lines": totals.lines, "amount_fen": totals.amount_fen}
    audit.record(
        f"statement.{_ACTS[drafted]}", f"statement:{draft.statement_no}", by=by, at=at, detail=detail
    )
    return drafted


@dataclass(frozen=True, slots=True)
class Content:
    """What a statement says if it is made now: the sums, what it corrects, and what it takes back."""

    tally: Tally
    adjustments: list[Adjustment]
    recoveries: list[Recovery]

    def is_that_of(self, statement: Statement) -> bool:
        """Tell whether a statement says just this."""
        return (
            statement.says(self.tally)
            and {each.facts for each in statement.adjustments} == set(self.adjustments)
            and {row.recovery_id for row in statement.recoveries} == {each.id for each in self.recoveries}
        )

    def write(self, statement: Statement) -> None:
        """Write it into a statement."""
        _fill(statement, self.tally)
        statement.adjustments = [_adjustment(each) for each in self.adjustments]
        kept = {row.recovery_id: row for row in statement.recoveries}
        statement.recoveries = [
            kept.get(each.id) or StatementRecovery(recovery=each) for each in self.recoveries
        ]


def contents_of(
    month: Month, tallies: Mapping[str, Tally], drafts: Mapping[str, Statement]
) -> dict[str, Content]:
    """Give what each site's statement says, by the sums over its meals and what is due of other months.

    `drafts` are those that there are: of cases they may carry what no other statement does.
    """
    settled = queries.settled_otherwise(tallies.keys(), month)
    due = queries.recoveries_due(tallies.keys(), [each.id for each in drafts.values()])
    found = {}
    for site, tally in tallies.items():
        adjustments = [
            adjustment
            for each in settled.get(site, ())
            for adjustment in adjustments_of(
                each.meal_id, each.corrects, worth=each.worth, settled=each.settled
            )
        ]
        recoveries = due.get(site, [])
        tally.settle(adjustments, [each.line for each in recoveries])
        found[site] = Content(tally, adjustments, recoveries)
    return found


def _adjustment(row: Adjustment) -> StatementAdjustment:
    return StatementAdjustment(
        meal_id=UUID(row.meal_id),
        corrects=row.corrects,
        payer=row.payer,
        fund=row.fund,
        amount_fen=row.amount_fen,
    )


_ACTS = {Drafted.MADE: "drafted", Drafted.REFRESHED: "drafted_again"}


def _fill(statement: Statement, tally: Tally) -> None:
    """Write the sums over the lines into the statement."""
    totals = tally.totals
    statement.lines = totals.lines
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
