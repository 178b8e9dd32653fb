"""Home of the verbs on visits: write one down, take one back."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.care.models import CareVisit
from app.care.queries import visits as queries
from app.care.rules.visits import NewVisit, ensure_visit
from app.clock import on as day_of
from app.errors import Conflict, NotFound
from app.extensions import db
from app.residents.service.person import resident_for
from app.roles import Actor
from app.text import text


def record_visit(resident_no: str, visit: NewVisit, *, by: Actor, at: datetime) -> CareVisit:
    """Write down that somebody was visited.

    Raises: NotFound outside the scope; DomainError for a day that cannot be; the database refuses the same
    visit twice.
    """
    resident = resident_for(resident_no, by=by)
    ensure_visit(visit, today=day_of(at))
    row = CareVisit(
        resident_id=resident.id,
        visited_on=visit.visited_on,
        way=visit.way,
        finding=visit.finding,
        note=visit.note.strip(),
        noted_at=at,
        noted_by=by.user_no,
    )
    db.session.add(row)
    db.session.flush()
    detail = {"on": visit.visited_on.isoformat(), "way": visit.way.value, "finding": visit.finding.value}
    audit.record("care.visited", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return row


def withdraw_visit(visit_id: int, *, by: Actor, at: datetime) -> str:
    """Take back a visit that was written down by mistake; it stays to be seen. Give whose it was.

    Raises: NotFound outside the scope; Conflict when it was taken back already.
    """
    row = queries.visit(visit_id, by.scope)
    if row is None:
        raise NotFound(text("There is no such visit."))
    if row.withdrawn_at is not None:
        raise Conflict(text("This visit was taken back already."))
    row.withdrawn_at, row.withdrawn_by = at, by.user_no
    db.session.flush()
    number = row.resident.resident_no
    detail = {"on": row.visited_on.isoformat(), "way": row.way.value}
    audit.record("care.visit_withdrawn", f"resident:{number}", by=by, at=at, detail=detail)
    return number
