"""Home of what is done with an award: approved and frozen, its instalments paid, declared void."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import CursorResult, update

from app.audit import service as audit
from app.awards import queries
from app.awards.models import Award, AwardPayment
from app.awards.rules.acts import (
    MOVED_ON,
    PAID_ALREADY,
    PAYER_APPROVED,
    STEPS,
    AwardAct,
    after,
    ensure_four_eyes,
    ensure_reason,
)
from app.awards.service.draft import SITE_LOCK, is_current
from app.clock import on
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.locks import lock_names
from app.roles import Actor
from app.subsidy.rules.awards import Instalment
from app.text import text


def approve(award_no: str, *, seen: str, by: Actor, at: datetime) -> Award:
    """Approve a draft as the approver saw it (`seen` is its hash): from now on it stands.

    Raises: NotFound; NotAllowed without the permission, or for whoever drafted or assessed it; Conflict when
    it is no longer what was seen, or no longer what the facts give.
    """
    award = _taken(award_no, AwardAct.APPROVE, by=by)
    ensure_four_eyes(by.user_no, drafted_by=award.drafted_by, assessed_by=award.assessed_by)
    if award.hash != seen:
        raise Conflict(text("The draft was made again since you opened it. Look at it, then decide."))
    if not is_current(award):
        raise Conflict(
            text("Meals, policy or assessment have changed since the draft. Have it drafted again.")
        )
    _move(award, AwardAct.APPROVE, approved_by=by.user_no, approved_at=at)
    _note("award.approved", award, by=by, at=at)
    return award


def void(award_no: str, *, reason: str, by: Actor, at: datetime) -> Award:
    """Declare an approved award void; the next draft bears a new number and counts what was paid.

    Raises: NotFound; NotAllowed without the permission; Conflict unless it is approved; DomainError without
    a reason.
    """
    award = _taken(award_no, AwardAct.VOID, by=by)
    _move(award, AwardAct.VOID, voided_by=by.user_no, voided_at=at, reason=ensure_reason(reason))
    _note("award.voided", award, by=by, at=at)
    return award


def pay(award_no: str, number: int, *, paid_on: date, by: Actor, at: datetime) -> AwardPayment:
    """Write down that an instalment was paid on a day.

    Raises: NotFound; NotAllowed without the permission, or for whoever approved it; Conflict unless it is
    approved, or when the instalment is paid; DomainError for a day to come, or before the approval.
    """
    award = _taken(award_no, AwardAct.PAY, by=by)
    part = _instalment(award, number)
    if award.approved_by is None or award.approved_at is None or by.user_no == award.approved_by:
        raise NotAllowed(PAYER_APPROVED)
    if number in {payment.number for payment in award.payments}:
        raise Conflict(PAID_ALREADY)
    if not on(award.approved_at) <= paid_on <= on(at):
        raise DomainError(
            text("The day lies before the approval or in the future. Check it."), field="paid_on"
        )
    payment = AwardPayment(
        award_id=award.id,
        number=number,
        due_month=part.due_month,
        amount_fen=part.amount_fen,
        paid_on=paid_on,
        approved_by=award.approved_by,
        recorded_by=by.user_no,
        recorded_at=at,
    )
    db.session.add(payment)
    db.session.flush()
    detail = {"instalment": number, "amount_fen": part.amount_fen, "paid_on": paid_on.isoformat()}
    audit.record("award.instalment_paid", f"award:{award_no}", by=by, at=at, detail=detail)
    return payment


def _instalment(award: Award, number: int) -> Instalment:
    for part in award.document.instalments:
        if part.number == number:
            return part
    raise NotFound(text("Award {award} has no instalment {number}.", award=award.award_no, number=number))


def _taken(award_no: str, act: AwardAct, *, by: Actor) -> Award:
    """Give an award as it is now, its canteen held until the act ends.

    Raises: NotFound outside the scope; Conflict when the act is none for its state; NotAllowed.
    """
    award = queries.award(award_no, by.scope)
    if award is None:
        raise NotFound(text("There is no award {number}.", number=award_no))
    lock_names(db.session, SITE_LOCK, [award.site_code])
    db.session.refresh(award)
    after(award.state, act)
    if not by.may(STEPS[award.state, act][1]):
        raise NotAllowed(text("You may not take this step. Ask whoever does it in your office."))
    return award


def _move(award: Award, act: AwardAct, **values: object) -> None:
    """Move the award on, unless somebody was faster: the conditional update is the judge."""
    moved = db.session.execute(
        update(Award)
        .where(Award.id == award.id, Award.state == award.state, Award.hash == award.hash)
        .values(state=after(award.state, act), **values)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", moved).rowcount != 1:
        raise Conflict(MOVED_ON)
    db.session.refresh(award)


def _note(action: str, award: Award, *, by: Actor, at: datetime) -> None:
    detail = {"hash": award.hash, "amount_fen": award.amount_fen}
    audit.record(action, f"award:{award.award_no}", by=by, at=at, detail=detail)
