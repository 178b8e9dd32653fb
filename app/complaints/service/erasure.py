"""Home of letting a complaint's words go: after their time, or when whom they are about asks."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.audit import service as audit
from app.complaints import queries
from app.complaints.rules.states import ENDED
from app.extensions import db
from app.roles import Actor

GONE = "—"


def empty(numbers: Collection[int], *, by: Actor, at: datetime) -> int:
    """Erase words, names, phones and links to persons; days, class, site and outcome stay for the figures."""
    for complaint in queries.with_steps(numbers):
        complaint.content = GONE
        complaint.name = complaint.phone = complaint.brief = complaint.answer = None
        complaint.resident_id = complaint.meal_id = None
        complaint.emptied_at = at
        for step in complaint.steps:
            step.note = None
        audit.record("complaint.emptied", f"complaint:{complaint.complaint_no}", by=by, at=at)
    db.session.flush()
    return len(numbers)


def let_go_of(resident_id: int, *, by: Actor, at: datetime) -> None:
    """Let a resident's complaints tell of nobody: what ended is emptied, of the rest the person goes."""
    found = queries.of_resident(resident_id)
    empty([each.id for each in found if each.state in ENDED], by=by, at=at)
    for complaint in found:
        complaint.name = complaint.phone = None
        complaint.resident_id = None
    db.session.flush()
