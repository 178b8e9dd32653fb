"""Home of the verbs on absences: somebody leaves, somebody is back, an entry was a mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from app.audit import service as audit
from app.errors import NotFound
from app.extensions import db
from app.residents.models import Resident, ResidentAbsence
from app.residents.rules.absence import Absence, ensure_absence
from app.residents.service.person import resident_for
from app.roles import Actor
from app.text import text


def begin_absence(resident_no: str, absence: Absence, *, by: Actor, at: datetime) -> ResidentAbsence:
    """Write down that a resident is away from a day on.

    Raises: NotFound; DomainError when it ends before it begins; Conflict beside another absence.
    """
    resident = resident_for(resident_no, by=by)
    ensure_absence(absence, [each.days for each in resident.absences])
    row = ResidentAbsence(reason=absence.reason, from_on=absence.from_on, back_on=absence.back_on)
    resident.absences.append(row)
    _write("resident.absence_begun", resident, absence, by=by, at=at)
    return row


def end_absence(resident_no: str, absence_id: int, *, back_on: date, by: Actor, at: datetime) -> None:
    """Write down the first day on which a resident is at home again.

    Raises: NotFound; DomainError when that is not after the first day away; Conflict beside another absence.
    """
    resident = resident_for(resident_no, by=by)
    row = _absence_of(resident, absence_id)
    ended = replace(row.days, back_on=back_on)
    ensure_absence(ended, [each.days for each in resident.absences if each is not row])
    row.back_on = back_on
    _write("resident.absence_ended", resident, ended, by=by, at=at)


def withdraw_absence(resident_no: str, absence_id: int, *, by: Actor, at: datetime) -> None:
    """Take back an absence that was written down by mistake; the trail keeps what it was.

    Raises: NotFound.
    """
    resident = resident_for(resident_no, by=by)
    row = _absence_of(resident, absence_id)
    resident.absences.remove(row)
    _write("resident.absence_withdrawn", resident, row.days, by=by, at=at)


def _absence_of(resident: Resident, absence_id: int) -> ResidentAbsence:
    row = next((each for each in resident.absences if each.id == absence_id), None)
    if row is None:
        raise NotFound(text("This absence is no longer there. Reload the page."))
    return row


def _write(action: str, resident: Resident, absence: Absence, *, by: Actor, at: datetime) -> None:
    db.session.flush()
    detail = {
        "reason": absence.reason.value,
        "from_on": absence.from_on.isoformat(),
        "back_on": absence.back_on.isoformat() if absence.back_on else None,
    }
    audit.record(action, f"resident:{resident.resident_no}", by=by, at=at, detail=detail)
