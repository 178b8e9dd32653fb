"""Home of the steps with a case: assign it, ask the site, explain, note, close, link, open again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.audit import service as audit
from app.auth import queries as users
from app.errors import DomainError, NotFound
from app.extensions import db
from app.oversight.models.checks import CheckCase, CheckCaseStep
from app.oversight.queries import cases as queries
from app.oversight.rules.cases import CaseAct, CaseStatus, CaseStep, Standing, next_status
from app.oversight.rules.checks import EvidenceKind
from app.roles import Actor, Permission
from app.settlement import queries as settlement
from app.text import text


def take_case_step(case_id: int, step: CaseStep, *, by: Actor, at: datetime) -> CheckCase:
    """Take one step with a case. It changes nothing but the case.

    Raises: NotFound outside the scope; Conflict when the case stands elsewhere by now; NotAllowed for whom it
    is about; DomainError when the step says too little, or names nobody who may, or no recovery of the site.
    """
    case = queries.case_for_update(case_id, by.scope)
    if case is None:
        raise NotFound(text("There is no such case."))
    status = next_status(_standing(case), step, by=by)
    if step.act is CaseAct.ASSIGN:
        _ensure_assignable(case, step.assigned_to)
        case.assigned_to = step.assigned_to
    if step.act is CaseAct.LINK:
        case.recovery_no = _recovery_no(case, step.recovery_no.strip(), by)
    if step.act is CaseAct.ASK and case.asked_at is None:
        case.asked_at = at
    case.status = status
    case.outcome = step.outcome if step.act is CaseAct.CLOSE else case.outcome
    if step.act is CaseAct.CLOSE:
        case.closed_at = at
    if step.act is CaseAct.REOPEN:
        case.outcome = case.closed_at = None
    db.session.flush()
    _record(case, step, by=by, at=at)
    return case


def _standing(case: CheckCase) -> Standing:
    answered = {each.taken_by for each in case.steps if each.act is CaseAct.ANSWER}
    return Standing(
        case.status,
        case.assigned_to,
        frozenset(answered),
        frozenset(concerned_by(case)),
        case.outcome,
        len(case.steps),
    )


def concerned_by(case: CheckCase) -> set[str]:
    """Give whose work a case is about: the accounts in its evidence, and who recorded its meals."""
    rows = [row for each in case.evidence for row in each.rows]
    named = {str(row["ref"]) for row in rows if row["kind"] == EvidenceKind.USER}
    meals = {UUID(str(row["ref"])) for row in rows if row["kind"] == EvidenceKind.MEAL}
    return named | (queries.recorders_of(meals) if meals else set())


def _ensure_assignable(case: CheckCase, user_no: str) -> None:
    user = users.user_numbered(user_no)
    covers = user is not None and user.site_code is None and user.scope.covers(case.area_code)
    if user is None or not covers or not user.is_active or not user.actor.may(Permission.CHECKS_DECIDE):
        raise DomainError(text("This person may not look into the case."), field="assigned_to")


def _recovery_no(case: CheckCase, number: str, by: Actor) -> str:
    recovery = settlement.recovery(number, by.scope)
    if recovery is None or recovery.statement.site_code != case.site_code:
        raise DomainError(
            text("There is no recovery {number} about this site.", number=number), field="recovery_no"
        )
    return recovery.recovery_no


def _record(case: CheckCase, step: CaseStep, *, by: Actor, at: datetime) -> None:
    db.session.add(
        CheckCaseStep(
            case_id=case.id,
            act=step.act,
            status=case.status,
            words=step.words.strip(),
            assigned_to=step.assigned_to or None,
            outcome=step.outcome,
            recovery_no=step.recovery_no.strip() or None,
            taken_by=by.user_no,
            taken_at=at,
        )
    )
    db.session.flush()
    db.session.expire(case, ["steps"])
    detail = {"status": case.status.value, "check": case.check_name}
    if case.status is CaseStatus.CLOSED and case.outcome is not None:
        detail["outcome"] = case.outcome.value
    audit.record(f"check_case.{_PAST[step.act]}", f"check_case:{case.case_no}", by=by, at=at, detail=detail)


_PAST = {
    CaseAct.ASSIGN: "assigned",
    CaseAct.ASK: "asked",
    CaseAct.ANSWER: "answered",
    CaseAct.NOTE: "noted",
    CaseAct.CLOSE: "closed",
    CaseAct.LINK: "linked",
    CaseAct.REOPEN: "reopened",
}
