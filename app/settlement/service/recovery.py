"""Home of the verbs of recovery (追回): open a case, decide it, confirm that it was repaid in cash."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.audit import service as audit
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor, Permission
from app.settlement import queries
from app.settlement.models import Recovery, RecoveryStep, Statement
from app.settlement.rules.recovery import (
    STEPS,
    Finding,
    RecoveryAct,
    RecoveryStatus,
    ensure_finding,
    next_status,
)
from app.settlement.rules.steps import StatementStatus
from app.settlement.service.draft import SITE_LOCK
from app.text import text

_MAY_NOT = text("You may not take this step. Ask whoever does it in your office.")
_NUMBER_LOCK = "settlement.recovery"


def open_recovery(finding: Finding, *, by: Actor, at: datetime) -> Recovery:
    """Open a case of what a paid statement gave wrongly.

    Raises: NotFound outside the scope; NotAllowed without the permission; Conflict unless it was paid;
    DomainError for a finding that cannot be.
    """
    if not by.may(Permission.RECOVERIES_OPEN):
        raise NotAllowed(_MAY_NOT)
    statement = queries.statement(finding.statement_no, by.scope)
    if statement is None:
        raise NotFound(text("There is no statement {number}.", number=finding.statement_no))
    lock_names(db.session, SITE_LOCK, [statement.site_code])
    lock_names(db.session, _NUMBER_LOCK, ["next"])
    db.session.refresh(statement)
    if statement.stage is not StatementStatus.PAID:
        raise Conflict(text("Only what was paid can be recovered. Return the statement instead."))
    ensure_finding(
        finding,
        paid_fen=_paid_fen(statement, finding),
        claimed_fen=queries.claimed_fen(statement.id, finding.payer, finding.fund),
        today=clock.on(at),
    )
    made = Recovery(
        recovery_no=f"ZH-{queries.last_recovery_id() + 1:04d}",
        statement_id=statement.id,
        payer=finding.payer,
        fund=finding.fund,
        amount_fen=finding.amount_fen,
        found_on=finding.found_on,
        finding=finding.finding.strip(),
        evidence=finding.evidence.strip(),
        status=RecoveryStatus.OPEN,
    )
    db.session.add(made)
    db.session.flush()
    _record(made, RecoveryAct.OPEN, finding.finding.strip(), by=by, at=at)
    return made


def _paid_fen(statement: Statement, finding: Finding) -> int:
    return sum(
        row.amount_fen
        for row in statement.fund_amounts
        if (row.payer, row.fund) == (finding.payer, finding.fund)
    )


def decide_recovery(
    recovery_no: str,
    act: RecoveryAct,
    *,
    reason: str,
    repaid_on: date | None = None,
    by: Actor,
    at: datetime,
) -> Recovery:
    """Take the next step with a case; nobody takes two.

    Raises: NotFound outside the scope; NotAllowed without the permission or for who acted before; Conflict
    when it stands elsewhere by now, or a statement carries it; DomainError without a reason or a day.
    """
    found = _held(recovery_no, by)
    after = next_status(
        found.status, act, by=by.user_no, reason=reason, taken={step.taken_by for step in found.steps}
    )
    if not by.may(STEPS[found.status, act][1]):
        raise NotAllowed(_MAY_NOT)
    if act is RecoveryAct.REPAY:
        _take_from_draft(found)
        found.repaid_on = _day_of(repaid_on, clock.on(at))
    found.status = after
    db.session.flush()
    _record(found, act, reason.strip(), by=by, at=at)
    return found


def _day_of(repaid_on: date | None, today: date) -> date:
    if repaid_on is None or repaid_on > today:
        raise DomainError(text("Give the day on which the money came, not one ahead."), field="repaid_on")
    return repaid_on


def _take_from_draft(found: Recovery) -> None:
    """Take the case out of a draft, which is then out of date; refuse where a frozen statement has it."""
    offset = found.offset
    if offset is None:
        return
    if offset.statement.stage.is_frozen:
        raise Conflict(
            text("Statement {number} takes this back already.", number=offset.statement.statement_no)
        )
    db.session.delete(offset)
    db.session.flush()
    db.session.expire(offset.statement)


def _record(found: Recovery, act: RecoveryAct, reason: str, *, by: Actor, at: datetime) -> None:
    db.session.add(
        RecoveryStep(recovery_id=found.id, act=act, taken_by=by.user_no, taken_at=at, reason=reason)
    )
    db.session.flush()
    db.session.expire(found, ["steps"])
    detail = {"amount_fen": found.amount_fen}
    audit.record(f"recovery.{act.past}", f"recovery:{found.recovery_no}", by=by, at=at, detail=detail)


def _held(recovery_no: str, by: Actor) -> Recovery:
    """Give a case as it is now, its site held until the act ends."""
    found = queries.recovery(recovery_no, by.scope)
    if found is None:
        raise NotFound(text("There is no case {number}.", number=recovery_no))
    lock_names(db.session, SITE_LOCK, [found.statement.site_code])
    db.session.refresh(found)
    return found
