"""Home of erasing what need not be kept: when a person asks, and when its time is over."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete

from app import clock
from app.audit import service as audit
from app.auth.models import UserSession
from app.care.queries.visits import visits_of
from app.complaints import queries as complaint_queries
from app.complaints import service as complaints
from app.delivery.queries.family import contacts_of
from app.delivery.service.family import end_contact
from app.delivery.service.photos import forget_household
from app.errors import NotAllowed
from app.extensions import db
from app.privacy.queries import people
from app.privacy.rules import GONE, Extent, Retention, ensure_gone, extent_of, months_before
from app.residents.models import Resident
from app.residents.service.person import resident_for
from app.roles import Actor, Permission
from app.text import text

_NOBODY = "—"

forget_above: list[Callable[[str], None]] = []
"""What lets go of words about a resident elsewhere, by number; packages above put themselves in."""


def erase(resident_no: str, *, by: Actor, at: datetime) -> Extent:
    """Erase what the law lets go of a resident who is gone; give how much that was.

    Raises: NotFound outside the scope; NotAllowed; Conflict for somebody who is still served.
    """
    if not by.may(Permission.RESIDENTS_ERASE):
        raise NotAllowed(text("Your role does not allow this. Ask your administrator if you need it."))
    resident = resident_for(resident_no, by=by)
    ensure_gone(resident.facts, clock.on(at))
    extent = extent_of(has_meals=people.has_meals(resident_no))
    _let_go(resident, extent, by=by, at=at)
    detail = {"extent": extent.value, "why": "asked"}
    audit.record("resident.erased", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return extent


def overdue(retention: Retention, on: date) -> list[str]:
    """Give the numbers of residents whose phone, address and door have been kept long enough."""
    before = months_before(on, retention.contacts_months)
    return [
        each.resident_no
        for each in people.gone_with_contacts(before)
        if each.facts.status_on(on) in GONE and each.facts.status_on(before) in GONE
    ]


def let_go(resident_nos: Sequence[str], *, by: Actor, at: datetime) -> None:
    """Erase the contacts of residents whose time is over."""
    for resident_no in resident_nos:
        _let_go(resident_for(resident_no, by=by), Extent.CONTACTS, by=by, at=at)
        detail = {"extent": Extent.CONTACTS.value, "why": "retention"}
        audit.record("resident.erased", f"resident:{resident_no}", by=by, at=at, detail=detail)


def old_complaints(retention: Retention, on: date) -> list[int]:
    """Give the numbers of complaints whose words have been kept long enough after their end."""
    return complaint_queries.ended_before(months_before(on, retention.complaints_months))


def old_sessions(retention: Retention, *, at: datetime) -> int:
    """Count the sessions that have been kept long enough."""
    return people.count_old_sessions(at - timedelta(days=retention.sessions_days))


def forget_sessions(retention: Retention, *, by: Actor, at: datetime) -> int:
    """Delete the sessions that have been kept long enough; the trail keeps who signed in when."""
    count = old_sessions(retention, at=at)
    if count:
        before = at - timedelta(days=retention.sessions_days)
        db.session.execute(delete(UserSession).where(UserSession.ends_at < before))
        audit.record("sessions.forgotten", "sessions", by=by, at=at, detail={"sessions": count})
    return count


def apart_due(retention: Retention, *, at: datetime) -> int:
    """Count what was sent, kept apart and settled long enough ago, and says something still."""
    before = at - timedelta(days=retention.apart_days)
    return len(people.settled_records(before)) + len(people.settled_asides(before))


def empty_apart(retention: Retention, *, by: Actor, at: datetime) -> int:
    """Empty what was sent, kept apart and settled long enough ago: that it came and what became of it stays.

    What nobody has settled waits, however old: it may be somebody's meal.
    """
    before = at - timedelta(days=retention.apart_days)
    records, asides = people.settled_records(before), people.settled_asides(before)
    for record in records:
        record.content, record.identity_index, record.is_emptied = people.EMPTY, None, True
    for aside in asides:
        aside.content, aside.is_emptied = people.EMPTY, True
    db.session.flush()
    count = len(records) + len(asides)
    if count:
        detail = {"records": len(records), "reports": len(asides)}
        audit.record("apart.emptied", "apart", by=by, at=at, detail=detail)
    return count


def forget_retired(*, by: Actor, at: datetime) -> int:
    """Erase the phone of riders who have stopped: nobody calls them any more; give how many."""
    riders = people.retired_with_phone()
    for rider in riders:
        rider.phone = None
        audit.record("rider.phone_erased", f"rider:{rider.rider_no}", by=by, at=at)
    db.session.flush()
    return len(riders)


def _let_go(resident: Resident, extent: Extent, *, by: Actor, at: datetime) -> None:
    resident.phone = resident.phone_tail = None
    resident.address = ""
    resident.latitude = resident.longitude = None
    for category in resident.categories:
        category.evidence = ""
    for status in resident.statuses:
        status.note = ""
    for subscription in people.subscriptions_of(resident.id):
        subscription.note = ""
    _forget_care(resident)
    for contact in contacts_of(resident.id):
        end_contact(contact.id, by=by, at=at)
    forget_household(resident, by=by, at=at)
    for forget in forget_above:
        forget(resident.resident_no)
    complaints.let_go_of(resident.id, by=by, at=at)
    if extent is Extent.EVERYTHING:
        resident.name = resident.name_key = _NOBODY
        resident.search_keys = " "
        resident.identity_number = resident.identity_index = resident.identity_tail = None
        resident.birth_on = date(resident.birth_on.year, 1, 1)
        resident.sex = resident.consent_on = None
    resident.changed_at = at
    db.session.flush()


def _forget_care(resident: Resident) -> None:
    """Let the words of calls and visits go; that there were some, and how they ended, stays."""
    for missed in people.missed_meals_of(resident.id):
        for step in missed.steps:
            step.note = ""
        if missed.closing is not None:
            missed.closing.note = ""
    for visit in visits_of(resident.id):
        visit.note = ""
    for row in people.list_rows_of(resident.id):
        row.name = None
        row.note = row.answer_note = ""
