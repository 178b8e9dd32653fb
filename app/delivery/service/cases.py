"""Home of cases of no answer: opened by a report, each step and the closing noted by a named person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app import clock
from app.access import Actor, Permission
from app.audit import service as audit
from app.database import insert_rows, lock_names
from app.delivery.models import DayPlan, Run, Stop
from app.delivery.models.cases import CaseClosing, CaseOrdering, CaseStep, NoAnswerCase
from app.delivery.queries.cases import CaseAtDoor, case, phone_at_door
from app.delivery.queries.family import contacts_of
from app.delivery.rules.cases import LONGEST_NOTE, CaseOrder, CaseOutcome, Step, StepResult, written_steps
from app.delivery.rules.proof import Outcome, StopReport
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.text import text

Stops = Mapping[tuple[int, int], tuple[DayPlan, Run, Stop]]


def open_cases(reports: Sequence[StopReport], stops: Stops, *, by: Actor, at: datetime) -> None:
    """Open a case for each door of which it is reported that nobody answered, once for each door and day.

    A hand-over that was reported before or comes later ends it by itself, so that the order of reports makes
    no difference.
    """
    for report in reports:
        if report.outcome is not Outcome.NO_ANSWER:
            continue
        plan, _, stop = stops[report.run_id, report.position]
        row = {
            "subscription_id": stop.subscription_id,
            "served_on": plan.served_on,
            "report_id": report.id,
            "opened_at": at,
        }
        if insert_rows(db.session, NoAnswerCase, [row], if_new=True):
            detail = {"run": report.run_id, "via": report.via.value}
            subject = f"delivery:{stop.subscription_id}:{plan.served_on.isoformat()}"
            audit.record("no_answer.opened", subject, by=by, at=at, detail=detail)


def note_step(
    case_id: int, step: Step, result: StepResult, *, note: str, turn: int, by: Actor, at: datetime
) -> None:
    """Note that somebody took a step, and what came of it; `turn` is which step of the case it would be.

    Raises: NotFound outside the scope; Conflict when the case is over, or somebody noted a step meanwhile.
    """
    found = _open_case(case_id, by=by)
    if turn != len(found.case.steps) + 1:
        raise Conflict(text("Somebody else has just noted a step of this case. Look at it first."))
    db.session.add(
        CaseStep(
            case_id=case_id,
            turn=turn,
            step=step,
            result=result,
            note=_short(note),
            taken_at=at,
            taken_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"step": step.value, "result": result.value, "turn": turn}
    audit.record("no_answer.step_taken", _subject(found), by=by, at=at, detail=detail)


def close_case(case_id: int, outcome: CaseOutcome, *, note: str, by: Actor, at: datetime) -> None:
    """Close a case, once: of two who close it together one wins, and the other is told.

    Raises: NotFound outside the scope; Conflict when it is over already.
    """
    found = _open_case(case_id, by=by)
    db.session.add(
        CaseClosing(case_id=case_id, outcome=outcome, note=_short(note), closed_at=at, closed_by=by.user_no)
    )
    db.session.flush()
    detail = {"outcome": outcome.value, "steps": len(found.case.steps)}
    audit.record("no_answer.closed", _subject(found), by=by, at=at, detail=detail)


def reveal_phone(case_id: int, *, by: Actor, at: datetime) -> str:
    """Give the phone number of the resident who did not answer; the trail keeps who looked.

    Raises: NotAllowed for those who only look on; NotFound outside the scope, or without a number.
    """
    if not by.may(Permission.DELIVERY_RECORD):
        raise NotAllowed(text("Your role shows phone numbers masked only."))
    found = _case(case_id, by=by)
    number = phone_at_door(found.case.subscription_id)
    if number is None:
        raise NotFound(text("No phone number of this resident is kept. Take the next step."))
    resident_no = found.case.subscription.resident.resident_no
    audit.record("resident.phone_revealed", f"resident:{resident_no}", by=by, at=at, detail={"case": case_id})
    return number


def reveal_contact(case_id: int, contact_id: int, *, by: Actor, at: datetime) -> str:
    """Give the number of one of the family of the resident who did not answer; the look is recorded.

    Raises: NotAllowed for those who only look on; NotFound outside the scope, or for a contact of others.
    """
    if not by.may(Permission.DELIVERY_RECORD):
        raise NotAllowed(text("Your role shows phone numbers masked only."))
    resident = _case(case_id, by=by).case.subscription.resident
    contact = next((each for each in contacts_of(resident.id) if each.id == contact_id), None)
    if contact is None:
        raise NotFound(text("This contact is no longer kept."))
    detail = {"case": case_id, "contact": contact_id}
    subject = f"resident:{resident.resident_no}"
    audit.record("family_contact.phone_revealed", subject, by=by, at=at, detail=detail)
    return contact.phone


def order_steps(order: CaseOrder, reference: str, *, by: Actor, at: datetime) -> None:
    """Order what is done from a day on when nobody answers; days that have begun keep what was ordered.

    Raises: DomainError for a day that is not still to come.
    """
    if order.from_on <= clock.on(at):
        raise DomainError(text("An order holds from tomorrow on at the earliest."), field="from_on")
    row = CaseOrdering(
        from_on=order.from_on,
        steps=written_steps(order.steps),
        close_minutes=order.close_minutes,
        wait_minutes=order.wait_minutes,
        meal_goes=order.meal,
        reference=reference,
        ordered_at=at,
        ordered_by=by.user_no,
    )
    db.session.add(row)
    db.session.flush()
    detail = {"from_on": order.from_on.isoformat(), "steps": row.steps, "wait_minutes": order.wait_minutes}
    audit.record("no_answer.ordered", f"order:{row.id}", by=by, at=at, detail=detail)


def _case(case_id: int, *, by: Actor) -> CaseAtDoor:
    found = case(case_id, by.scope)
    if found is None:
        raise NotFound(text("There is no such case, or it is not yours to see."))
    return found


def _open_case(case_id: int, *, by: Actor) -> CaseAtDoor:
    lock_names(db.session, "case", [str(case_id)])
    found = _case(case_id, by=by)
    closing = found.case.closing
    if closing is not None:
        raise Conflict(
            text(
                "Somebody has closed this case meanwhile: {outcome}. Nothing was changed.",
                outcome=closing.outcome.label,
            )
        )
    if not found.is_open:
        raise Conflict(text("The meal was handed over meanwhile, so this case is over. Nothing was changed."))
    return found


def _short(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise DomainError(text("A note has at most 200 characters."), field="note")
    return note


def _subject(found: CaseAtDoor) -> str:
    return f"delivery:{found.case.subscription_id}:{found.case.served_on.isoformat()}"
