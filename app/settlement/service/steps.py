"""Home of the steps with a statement: handed in and frozen, reviewed, approved, paid, returned, void."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import update

from app import clock
from app.audit import service as audit
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.money import format_yuan
from app.roles import Actor, Permission
from app.settlement import queries
from app.settlement.models import Statement, StatementContent, StatementStep, StatementWaiver
from app.settlement.rules.canonical import StatementHash, canonical_line
from app.settlement.rules.gate import covers, gaps_from, written
from app.settlement.rules.statement import Tally
from app.settlement.rules.steps import (
    ACTED_BEFORE,
    LONGEST_REASON,
    STEP_TAKEN,
    STEPS,
    Act,
    StatementStatus,
    next_status,
)
from app.settlement.service.draft import SITE_LOCK, Content, contents_of
from app.text import Text, text


@dataclass(frozen=True, slots=True)
class Taken:
    """A step that was taken; `drafted_fen` is what the draft said, where it had come to say another thing."""

    statement: Statement
    drafted_fen: int | None = None

    def as_text(self) -> Text:
        """Say where the statement stands now, and tell whoever handed in more or less than they saw."""
        status = self.statement.stage.label
        if self.drafted_fen is None:
            return status
        return text(
            "{status}, {amount} yuan: meals changed since the draft, which said {drafted}",
            status=status,
            amount=format_yuan(self.statement.totals.amount_fen),
            drafted=format_yuan(self.drafted_fen),
        )


def take_step(statement_no: str, act: Act, *, reason: str = "", by: Actor, at: datetime) -> Taken:
    """Take a step with a statement; handing in freezes it as its meals are at this moment.

    Whoever hands in is told when that is not what the draft said.

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
    drafted_fen, was_drafted = statement.totals.amount_fen, True
    if act is Act.SUBMIT:
        _ensure_complete(statement, waiver, at)
        was_drafted = _freeze(statement, at)
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
    detail = {"hash": statement.hash, "amount_fen": statement.totals.amount_fen}
    _move(statement, before, after)
    audit.record(f"statement.{act.past}", f"statement:{statement_no}", by=by, at=at, detail=detail)
    return Taken(statement, None if was_drafted else drafted_fen)


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
    gaps = queries.gaps_of(statement, today=clock.on(at))
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


def _ensure_complete(statement: Statement, waiver: StatementWaiver | None, at: datetime) -> None:
    """Refuse to hand in while something is missing of the site's days that nobody has waived."""
    gaps = queries.gaps_of(statement, today=clock.on(at))
    if gaps and (waiver is None or not covers(gaps_from(waiver.gaps), gaps)):
        raise DomainError(
            text(
                "{count} things are missing of this month's days; see the list. Complete them, or let the "
                "district waive them with a reason.",
                count=len(gaps),
            ),
            field="gaps",
        )


def _freeze(statement: Statement, at: datetime) -> bool:
    """Make the statement of its lines at this moment, and keep them; tell whether its draft said the same."""
    lines = list(queries.lines_of(statement.site_code, statement.period))
    tally = Tally.of(lines)
    drafts = {statement.site_code: statement}
    content = contents_of(statement.period, {statement.site_code: tally}, drafts)[statement.site_code]
    was_drafted = content.is_that_of(statement)
    content.write(statement)
    written = {line.meal_id: canonical_line(line) for line in lines}
    statement.hash = _hash_over(statement, written, content)
    statement.frozen_at = at
    kept = StatementContent(statement_id=statement.id, lines=zlib.compress(b"".join(written.values())))
    db.session.merge(kept)
    db.session.flush()
    return was_drafted


def _hash_over(statement: Statement, written: Mapping[str, bytes], content: Content) -> str:
    hashing = StatementHash(
        statement.statement_no,
        statement.site_code,
        statement.period,
        adjustments=content.adjustments,
        recoveries=[each.line for each in content.recoveries],
    )
    for meal_id, line in written.items():
        hashing.add(meal_id, line)
    return hashing.hexdigest()


def _release(statement: Statement) -> None:
    """Let another statement take back what this void one did; the row stays, its hash is over it."""
    for row in statement.recoveries:
        row.is_released = True
    db.session.flush()


def _move(statement: Statement, before: StatementStatus, after: StatementStatus) -> None:
    """Move the statement on, unless somebody was faster."""
    values: dict[str, object] = {"status": after.value}
    if after is StatementStatus.DRAFT:
        values |= {"round": statement.round + 1, "frozen_at": None, "hash": None}
    moved = db.session.execute(
        update(Statement)
        .where(Statement.id == statement.id, Statement.status == before.value)
        .values(values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result counts
        raise Conflict(STEP_TAKEN)
    db.session.refresh(statement)
