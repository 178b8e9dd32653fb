"""Home of what is done to a complaint: given out, answered, called back, closed, or ended otherwise.

Whoever works at the site that is complained about may write the answer, and never closes; and nobody closes
what they answered themselves.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from app.audit import service as audit
from app.canteens import queries as canteens
from app.clock import on
from app.complaints import queries
from app.complaints.models import Complaint, ComplaintStep
from app.complaints.rules.classes import due_on
from app.complaints.rules.states import CALLS, ENDED, Act, state_after
from app.complaints.rules.supervision import supervision_of
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.residents import queries as residents
from app.roles import Actor, Permission
from app.subsidy import queries as subsidy
from app.text import text

_LONGEST_NOTE = 1000
_LONGEST_OFFICE = 60
_TRIES = 2
"""After so many calls that nobody answered, a complaint is called back about no more."""


def assign(number: int, user_no: str, brief: str = "", *, by: Actor, at: datetime) -> Complaint:
    """Give a complaint to somebody to deal with; of a confidential one the site gets `brief` alone.

    Raises: NotFound; NotAllowed; Conflict; DomainError for somebody who cannot have it, or no brief.
    """
    found = _directed(number, by)
    offered = {user.user_no: user for user in queries.candidates(found.area_code, found.site_code)}
    if user_no not in offered:
        raise DomainError(text("Choose somebody of the list."), field="user_no")
    if found.is_confidential and offered[user_no].site_code is not None:
        found.brief = _said(brief, field="brief")
    found.assigned_to = user_no
    _moved(found, Act.ASSIGNED, to_whom=user_no, by=by, at=at)
    return found


def answer(number: int, words: str, *, by: Actor, at: datetime) -> Complaint:
    """Write the answer that whoever complained reads; after its day it stays late for good.

    Raises: NotFound; NotAllowed for whom it was not given to; Conflict; DomainError without words.
    """
    found = _seen(number, by)
    _ensure_may(by, Permission.COMPLAINTS_ANSWER)
    if found.assigned_to != by.user_no and (
        by.scope.site_code is not None or not by.may(Permission.COMPLAINTS_DIRECT)
    ):
        raise NotAllowed(text("This was given to somebody else to answer."))
    found.answer = _said(words, field="words")
    _moved(found, Act.ANSWERED, note=found.answer, by=by, at=at)
    today = on(at)
    found.answered_by, found.answered_on = by.user_no, today
    found.was_late = found.was_late or today > found.due_on
    return found


def call_back(number: int, how: Act, note: str = "", *, by: Actor, at: datetime) -> Complaint:
    """Write down what whoever complained said of the answer; who is not satisfied gets another one in time.

    Raises: NotFound; NotAllowed, also for whoever wrote the answer; Conflict; DomainError.
    """
    found = _directed(number, by)
    _ensure_other(found, by)
    if how not in CALLS:
        raise DomainError(text("Choose how the call ended."), field="how")
    tries = sum(step.act is Act.NOT_REACHED for step in found.steps)
    if how is Act.NO_CONTACT and found.phone and tries < _TRIES:
        raise DomainError(
            text("There is a phone number. Try it {tries} times on different days first.", tries=_TRIES),
            field="how",
        )
    if how in (Act.SATISFIED, Act.NOT_REACHED) and not (found.phone or note.strip()):
        raise DomainError(text("There is no phone number. Write how they were reached."), field="note")
    said = _said(note, field="note") if how is Act.DISSATISFIED else note.strip()[:_LONGEST_NOTE]
    _moved(found, how, note=said, by=by, at=at)
    if how in (Act.SATISFIED, Act.DISSATISFIED):
        found.is_satisfied = how is Act.SATISFIED
    if how is Act.DISSATISFIED:
        _run_again(found, at)
    return found


def close(number: int, *, by: Actor, at: datetime) -> Complaint:
    """Close what was answered and called back.

    Raises: NotFound; NotAllowed for whoever wrote the answer; Conflict.
    """
    found = _directed(number, by)
    _ensure_other(found, by)
    _moved(found, Act.CLOSED, by=by, at=at)
    return found


def reopen(number: int, note: str, *, by: Actor, at: datetime) -> Complaint:
    """Open what was closed again, with a new clock.

    Raises: NotFound; NotAllowed; Conflict; DomainError without a reason.
    """
    found = _directed(number, by)
    if found.emptied_at is not None:
        raise Conflict(text("Its words were erased after their time. Take it in as a new one."))
    _moved(found, Act.REOPENED, note=_said(note, field="note"), by=by, at=at)
    _run_again(found, at)
    return found


def withdraw(number: int, note: str, *, by: Actor, at: datetime) -> Complaint:
    """Note that whoever complained takes it back.

    Raises: NotFound; NotAllowed; Conflict; DomainError without a reason.
    """
    found = _directed(number, by)
    _moved(found, Act.WITHDRAWN, note=_said(note, field="note"), by=by, at=at)
    return found


def merge(number: int, into: int, *, by: Actor, at: datetime) -> Complaint:
    """Note that a complaint says the same as another: who brought it reads the other's answer.

    Raises: NotFound; NotAllowed; Conflict; DomainError for itself, or what is merged already.
    """
    found, other = _directed(number, by), _directed(into, by)
    if other.id == found.id or other.merged_into is not None:
        raise DomainError(text("Choose another complaint, which was not merged itself."), field="into")
    found.merged_into = other.id
    _moved(found, Act.MERGED, to_whom=other.complaint_no, by=by, at=at)
    for earlier in queries.duplicates_of(found.id):
        earlier.merged_into = other.id
    return found


def hand_on(number: int, office: str, note: str, *, by: Actor, at: datetime) -> Complaint:
    """Hand a complaint on to an office outside; `note` is what whoever complained reads.

    Raises: NotFound; NotAllowed; Conflict; DomainError without an office or a note.
    """
    found = _directed(number, by)
    name = " ".join(office.split())
    if not name or len(name) > _LONGEST_OFFICE:
        raise DomainError(text("Name the office that it concerns."), field="office")
    found.answer = _said(note, field="note")
    _moved(found, Act.HANDED_ON, note=found.answer, to_whom=name, by=by, at=at)
    return found


def urge(number: int, note: str, *, by: Actor, at: datetime) -> Complaint:
    """Urge for an answer that is late, by whoever supervises it.

    Raises: NotFound; NotAllowed; Conflict for an answer that is not late; DomainError without words.
    """
    found = _seen(number, by)
    _ensure_may(by, Permission.COMPLAINTS_SUPERVISE)
    if (
        supervision_of(
            found.due_on, found.area_code, today=on(at), calendar=subsidy.work_calendar(), supervisors=()
        )
        is None
    ):
        raise Conflict(text("This answer is not late yet."))
    _moved(found, Act.URGED, note=_said(note, field="note"), by=by, at=at)
    return found


def reclass(number: int, class_code: str, *, by: Actor, at: datetime) -> Complaint:
    """Put a complaint into another class; its clock counts from the day of receipt by that class's days.

    Raises: NotFound; NotAllowed; Conflict, also where the hotline set the day; DomainError.
    """
    found = _directed(number, by)
    kind = queries.class_book().ensure_offered(class_code, found.received_on)
    _moved(found, Act.CLASSED, to_whom=kind.code, by=by, at=at)
    found.class_code = kind.code
    if found.hotline_no is None and not found.reopened:
        found.due_on = due_on(found.received_on, kind.working_days, subsidy.work_calendar())
    return found


def link(
    number: int,
    *,
    by: Actor,
    at: datetime,
    site_code: str | None = None,
    meal_id: UUID | None = None,
    run_id: int | None = None,
    resident_no: str | None = None,
) -> Complaint:
    """Link a complaint with where it was, what was eaten, who rode, or who says it; None leaves it as it is.

    Raises: NotFound, also for what lies outside the actor's area; NotAllowed.
    """
    found = _directed(number, by)
    if site_code is not None:
        found.site_code, found.area_code = site_code, _area_of(site_code, by)
    if meal_id is not None:
        found.meal_id = _meal(meal_id, by)
    if run_id is not None:
        found.run_id = _run(run_id, by)
    if resident_no is not None:
        found.resident_id = _resident(resident_no, by)
    _moved(found, Act.LINKED, by=by, at=at)
    return found


def conceal(number: int, *, by: Actor, at: datetime) -> Complaint:
    """Keep a complaint from the site it is about: whoever there had it to answer has it no more.

    Raises: NotFound; NotAllowed; Conflict.
    """
    found = _directed(number, by)
    found.is_confidential = True
    _moved(found, Act.CONCEALED, by=by, at=at)
    return found


def reveal_contact(number: int, *, by: Actor, at: datetime) -> Complaint:
    """Show name and phone this once; the trail keeps who looked.

    Raises: NotFound; NotAllowed for whoever only answers.
    """
    found = _directed(number, by)
    audit.record("complaint.contact_revealed", f"complaint:{found.complaint_no}", by=by, at=at)
    return found


def _area_of(site_code: str, by: Actor) -> str:
    site = canteens.site_of(site_code, by.scope)
    if site is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return site.area_code


def _meal(meal_id: UUID, by: Actor) -> UUID:
    meal = queries.meal_linked(meal_id)
    if meal is None or canteens.site_of(meal.site_code, by.scope) is None:
        raise NotFound(text("There is no such meal in your area."))
    return meal.id


def _run(run_id: int, by: Actor) -> int:
    kitchen = queries.kitchen_of_run(run_id)
    if kitchen is None or canteens.site_of(kitchen, by.scope) is None:
        raise NotFound(text("There is no such run in your area."))
    return run_id


def _resident(resident_no: str, by: Actor) -> int:
    resident = residents.resident_of(resident_no, by.scope)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return resident.id


def _run_again(complaint: Complaint, at: datetime) -> None:
    """Let the clock of its class run anew: another answer is owed."""
    days = queries.class_book().of(complaint.class_code, complaint.received_on).working_days
    complaint.due_on = due_on(on(at), days, subsidy.work_calendar())
    complaint.reopened += 1
    complaint.ended_on = None


def _moved(
    complaint: Complaint, act: Act, *, note: str = "", to_whom: str = "", by: Actor, at: datetime
) -> None:
    complaint.state = state_after(complaint.state, act)
    if complaint.state in ENDED and complaint.ended_on is None:
        complaint.ended_on = on(at)
    complaint.steps.append(
        ComplaintStep(
            act=act,
            state=complaint.state,
            to_whom=to_whom,
            note=note or None,
            taken_at=at,
            taken_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"act": act.value, "state": complaint.state.value}
    audit.record("complaint.moved", f"complaint:{complaint.complaint_no}", by=by, at=at, detail=detail)


def _seen(number: int, by: Actor) -> Complaint:
    found = queries.complaint(number, by, for_update=True)
    if found is None:
        raise NotFound(text("There is no such complaint in your area."))
    return found


def _directed(number: int, by: Actor) -> Complaint:
    """Give a complaint to whoever may direct it: community, street or district, never the site."""
    found = _seen(number, by)
    _ensure_may(by, Permission.COMPLAINTS_DIRECT)
    if by.scope.site_code is not None:
        raise NotAllowed(text("Whoever works at a site only answers what is said about it."))
    return found


def _ensure_may(by: Actor, permission: Permission) -> None:
    if not by.may(permission):
        raise NotAllowed(text("Your role does not allow this. Ask your administrator if you need it."))


def _ensure_other(complaint: Complaint, by: Actor) -> None:
    if complaint.answered_by == by.user_no:
        raise NotAllowed(text("You wrote the answer. Somebody else must call back and close."))


def _said(words: str, *, field: str) -> str:
    tidy = words.strip()
    if not tidy:
        raise DomainError(text("Please fill this in."), field=field)
    if len(tidy) > _LONGEST_NOTE:
        raise DomainError(text("Please keep it under {most} characters.", most=_LONGEST_NOTE), field=field)
    return tidy
