"""Home of what is dated about a resident: categories with their evidence, and the status of their life."""

from __future__ import annotations

from datetime import date, datetime

from app import clock
from app.audit import service as audit
from app.errors import DomainError, NotFound
from app.extensions import db
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.rules.categories import ensure_apart, period
from app.residents.rules.facts import CategoryPeriod, Status, StatusChange
from app.residents.service.person import resident_for
from app.residents.service.signals import tell
from app.roles import Actor
from app.text import text


def begin_category(
    resident_no: str, held: CategoryPeriod, *, evidence: str, by: Actor, at: datetime
) -> ResidentCategory:
    """Write down a category that a resident holds from a day on, with the evidence for it.

    Raises: NotFound; Unreadable when it overlaps the same category.
    """
    resident = resident_for(resident_no, by=by)
    ensure_apart([*(each.period for each in resident.categories), held])
    row = ResidentCategory(
        category=held.category,
        grade=held.grade,
        from_on=held.from_on,
        until_on=held.until_on,
        evidence=evidence,
    )
    resident.categories.append(row)
    _write("resident.category_begun", resident, held, by=by, at=at)
    return row


def end_category(resident_no: str, category_id: int, *, until_on: date, by: Actor, at: datetime) -> None:
    """Let a category end: `until_on` is the first day on which it no longer holds.

    Raises: NotFound; Unreadable when that is not after its beginning, or runs into the next one.
    """
    resident = resident_for(resident_no, by=by)
    row = _category_of(resident, category_id)
    ended = period(row.category, row.grade, row.from_on, until_on)
    ensure_apart([*(each.period for each in resident.categories if each is not row), ended])
    row.until_on = until_on
    _write("resident.category_ended", resident, ended, by=by, at=at)


def withdraw_category(resident_no: str, category_id: int, *, by: Actor, at: datetime) -> None:
    """Take back a category that was written down by mistake; the trail keeps what it was.

    Raises: NotFound.
    """
    resident = resident_for(resident_no, by=by)
    row = _category_of(resident, category_id)
    resident.categories.remove(row)
    _write("resident.category_withdrawn", resident, row.period, by=by, at=at)


def change_status(
    resident_no: str, change: StatusChange, *, note: str = "", by: Actor, at: datetime
) -> ResidentStatus:
    """Write down that a resident's status changes on a day.

    Raises: NotFound; DomainError for a death in the future, and where nothing would change.
    """
    resident = resident_for(resident_no, by=by)
    if change.status is Status.DECEASED and change.from_on > clock.on(at):
        raise DomainError(
            text("The day of a death cannot lie in the future. Check the date."), field="from_on"
        )
    if resident.facts.status_on(change.from_on) is change.status:
        raise DomainError(
            text(
                "On {day} the status is “{status}” already. Choose another status or another day.",
                day=change.from_on,
                status=change.status.label,
            ),
            field="status",
        )
    row = ResidentStatus(status=change.status, from_on=change.from_on, note=note)
    resident.statuses.append(row)
    resident.changed_at = at
    db.session.flush()
    tell([resident_no])
    detail = {"status": change.status.value, "from_on": change.from_on.isoformat()}
    audit.record("resident.status_changed", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return row


def withdraw_status(resident_no: str, change: StatusChange, *, by: Actor, at: datetime) -> None:
    """Take back a status that was written down by mistake; the trail keeps what it was.

    Raises: NotFound.
    """
    resident = resident_for(resident_no, by=by)
    same_day = (each for each in resident.statuses if each.from_on == change.from_on)
    row = next((each for each in same_day if each.status is change.status), None)
    if row is None:
        raise NotFound(text("This status is no longer there. Reload the page."))
    resident.statuses.remove(row)
    resident.changed_at = at
    db.session.flush()
    tell([resident_no])
    detail = {"status": change.status.value, "from_on": change.from_on.isoformat()}
    audit.record("resident.status_withdrawn", f"resident:{resident_no}", by=by, at=at, detail=detail)


def _category_of(resident: Resident, category_id: int) -> ResidentCategory:
    row = next((each for each in resident.categories if each.id == category_id), None)
    if row is None:
        raise NotFound(text("This category is no longer there. Reload the page."))
    return row


def _write(action: str, resident: Resident, held: CategoryPeriod, *, by: Actor, at: datetime) -> None:
    resident.changed_at = at
    db.session.flush()
    tell([resident.resident_no])
    detail = {
        "category": held.category.value,
        "grade": held.grade,
        "from_on": held.from_on.isoformat(),
        "until_on": held.until_on.isoformat() if held.until_on else None,
    }
    audit.record(action, f"resident:{resident.resident_no}", by=by, at=at, detail=detail)
