"""Home of following up a missed meal: steps and the closing by a named person, and whom they call."""

from __future__ import annotations

from datetime import datetime

from app.access import Actor
from app.audit import service as audit
from app.care.models import MissedMealClosing, MissedMealStep
from app.care.queries.missed import FollowedUp, missed_meal, phone_of
from app.care.rules.watching import OUTCOMES
from app.database import lock_names
from app.delivery.queries.family import contacts_of
from app.delivery.rules.cases import LONGEST_NOTE, CaseOutcome, Step, StepResult
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.text import text

UNKNOWN = text("There is no such case, or it is not yours to see.")


def note_step(
    missed_id: int, step: Step, result: StepResult, *, note: str, turn: int, by: Actor, at: datetime
) -> None:
    """Note that somebody took a step, and what came of it; `turn` is which step of the case it would be.

    Raises: NotFound outside the scope; Conflict when it is over, or somebody noted a step meanwhile.
    """
    found = _open(missed_id, by=by)
    if turn != len(found.missed.steps) + 1:
        raise Conflict(text("Somebody else has just noted a step of this case. Look at it first."))
    db.session.add(
        MissedMealStep(
            missed_meal_id=missed_id,
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
    audit.record("care.step_taken", f"missed_meal:{missed_id}", by=by, at=at, detail=detail)


def close(missed_id: int, outcome: CaseOutcome, *, note: str, by: Actor, at: datetime) -> None:
    """Close a missed meal, once: of two who close it together one wins, and the other is told.

    Raises: NotFound outside the scope; Conflict when it is over already; DomainError for a meal handed over,
    which there is none of, and for something else that nobody names.
    """
    found = _open(missed_id, by=by)
    if outcome not in OUTCOMES:
        raise DomainError(text("Record the meal, and this ends by itself."), field="outcome")
    if outcome is CaseOutcome.OTHER and not note.strip():
        raise DomainError(text("Write what it is."), field="words")
    db.session.add(
        MissedMealClosing(
            missed_meal_id=missed_id,
            outcome=outcome,
            note=_short(note),
            closed_at=at,
            closed_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"outcome": outcome.value, "steps": len(found.missed.steps)}
    audit.record("care.closed", f"missed_meal:{missed_id}", by=by, at=at, detail=detail)


def reveal_phone(missed_id: int, *, by: Actor, at: datetime) -> str:
    """Give the phone number of the resident who did not come; the trail keeps who looked.

    Raises: NotFound outside the scope, or without a number.
    """
    resident = _found(missed_id, by=by).missed.resident
    number = phone_of(resident.id)
    if number is None:
        raise NotFound(text("No phone number of this resident is kept. Take the next step."))
    subject = f"resident:{resident.resident_no}"
    audit.record("resident.phone_revealed", subject, by=by, at=at, detail={"missed_meal": missed_id})
    return number


def reveal_contact(missed_id: int, contact_id: int, *, by: Actor, at: datetime) -> str:
    """Give the number of one of the family of the resident who did not come; the look is recorded.

    Raises: NotFound outside the scope, or for a contact of others.
    """
    resident = _found(missed_id, by=by).missed.resident
    contact = next((each for each in contacts_of(resident.id) if each.id == contact_id), None)
    if contact is None:
        raise NotFound(text("This contact is no longer kept."))
    detail = {"missed_meal": missed_id, "contact": contact_id}
    subject = f"resident:{resident.resident_no}"
    audit.record("family_contact.phone_revealed", subject, by=by, at=at, detail=detail)
    return contact.phone


def _found(missed_id: int, *, by: Actor) -> FollowedUp:
    found = missed_meal(missed_id, by.scope)
    if found is None:
        raise NotFound(UNKNOWN)
    return found


def _open(missed_id: int, *, by: Actor) -> FollowedUp:
    lock_names(db.session, "missed_meal", [str(missed_id)])
    found = _found(missed_id, by=by)
    closing = found.missed.closing
    if closing is not None:
        raise Conflict(
            text(
                "Somebody has closed this case meanwhile: {outcome}. Nothing was changed.",
                outcome=closing.outcome.label,
            )
        )
    if found.ended is not None:
        raise Conflict(
            text("This case is over meanwhile: {reason}. Nothing was changed.", reason=found.ended.label)
        )
    return found


def _short(note: str) -> str:
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise DomainError(text("A note has at most 200 characters."), field="note")
    return note
