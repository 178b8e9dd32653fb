"""Home of the steps with a statement: handed in and frozen, reviewed, approved, paid, returned, void."""

from __future__ import annotations

import zlib
from datetime import datetime

from sqlalchemy import update

from app.access import Actor, Permission
from app.audit import service as audit
from app.database import lock_names
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.settlement import queries
from app.settlement.models import Statement, StatementContent, StatementStep, StatementWaiver
from app.settlement.rules.gate import covers, gaps_from, written
from app.settlement.rules.steps import (
    ACTED_BEFORE,
    LONGEST_REASON,
    STEP_TAKEN,
    STEPS,
    Act,
    StatementStatus,
    next_status,
)
from app.settlement.service.draft import SITE_LOCK, Content
from app.text import text
from app.till import queries as till


def take_step(statement_no: str, act: Act, *, reason: str = "", by: Actor, at: datetime) -> Statement:
    """Take a step with a statement; handing in freezes it as its meals are at this moment.

    Raises: NotFound outside the scope; NotAllowed without the permission, or for whoever took a step before;
    Conflict when it stands elsewhere by now; DomainError without a reason, or while something is missing.
    """
    statement = _held(statement_no, by)
    before = statement.stage
    after = next_status(
        before,
        act,
        by=by.user_no,
        reason=reason,
        taken=[step.facts for step in statement.steps],
        round_no=statement.round,
    )
    if not by.may(STEPS[before, act][1]):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
    waiver = queries.waiver_of(statement.id, statement.round)
    if waiver is not None and waiver.waived_by == by.user_no and not act.needs_reason:
        raise NotAllowed(ACTED_BEFORE)
    if act is Act.SUBMIT:
        _ensure_complete(statement, waiver)
        _freeze(statement, at)
    db.session.add(
        StatementStep(
            statement_id=statement.id,
            round=statement.round,
            act=act,
            taken_by=by.user_no,
            taken_at=at,
            reason=reason.strip(),
        )
    )
    db.session.flush()
    if after is StatementStatus.VOIDED:
        _release(statement)
    _move(statement, before, after)
    detail = {"hash": statement.hash, "amount_fen": statement.totals.amount_fen}
    audit.record(f"statement.{act.past}", f"statement:{statement_no}", by=by, at=at, detail=detail)
    return statement


def waive(statement_no: str, *, reason: str, by: Actor, at: datetime) -> StatementWaiver:
    """Let a draft be handed in although something is missing of its days; the reason prints on the statement.

    Raises: NotFound outside the scope; NotAllowed without the permission; Conflict unless it is a draft;
    DomainError without a reason, or when nothing is missing.
    """
    statement = _held(statement_no, by)
    if not by.may(Permission.STATEMENTS_WAIVE):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
    if statement.stage is not StatementStatus.DRAFT:
        raise Conflict(STEP_TAKEN)
    if not reason.strip() or len(reason.strip()) > LONGEST_REASON:
        raise DomainError(text("Say why, in at most 200 characters."), field="reason")
    gaps = till.incomplete(statement.site_code, statement.period.first_on, statement.period.last_on)
    if not gaps:
        raise DomainError(text("Nothing is missing. The statement can be handed in as it is."))
    waiver = StatementWaiver(
        statement_id=statement.id,
        round=statement.round,
        gaps=written(gaps),
        reason=reason.strip(),
        waived_by=by.user_no,
        waived_at=at,
    )
    db.session.add(waiver)
    db.session.flush()
    detail = {"gaps": len(gaps)}
    audit.record("statement.waived", f"statement:{statement_no}", by=by, at=at, detail=detail)
    return waiver


def _held(statement_no: str, by: Actor) -> Statement:
    """Give a statement as it is now, its site held until the act ends."""
    found = queries.statement(statement_no, by.scope)
    if found is None:
        raise NotFound(text("There is no statement {number}.", number=statement_no))
    lock_names(db.session, SITE_LOCK, [found.site_code])
    db.session.refresh(found)
    return found


def _ensure_complete(statement: Statement, waiver: StatementWaiver | None) -> None:
    """Refuse to hand in while something is missing of the site's days that nobody has waived."""
    gaps = till.incomplete(statement.site_code, statement.period.first_on, statement.period.last_on)
    if gaps and (waiver is None or not covers(gaps_from(waiver.gaps), gaps)):
        raise DomainError(
            text(
                "{count} things are missing of this month's days; see the list. Complete them, or let the "
                "district waive them with a reason.",
                count=len(gaps),
            ),
            field="gaps",
        )


def _freeze(statement: Statement, at: datetime) -> None:
    """Make the statement once more, of this moment, and keep its lines."""
    content = Content.now(statement.site_code, statement.period, statement.issue, statement_id=statement.id)
    content.write(statement)
    statement.frozen_at = at
    kept = StatementContent(statement_id=statement.id, lines=zlib.compress(b"".join(content.lines)))
    db.session.merge(kept)
    db.session.flush()


def _release(statement: Statement) -> None:
    """Let another statement take back what this void one did; the row stays, its hash is over it."""
    for row in statement.recoveries:
        row.is_released = True
    db.session.flush()


def _move(statement: Statement, before: StatementStatus, after: StatementStatus) -> None:
    """Move the statement on, unless somebody was faster."""
    values: dict[str, object] = {"status": after.value}
    if after is StatementStatus.DRAFT:
        values |= {"round": statement.round + 1, "frozen_at": None}
    moved = db.session.execute(
        update(Statement)
        .where(Statement.id == statement.id, Statement.status == before.value)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result counts
        raise Conflict(STEP_TAKEN)
    db.session.refresh(statement)
