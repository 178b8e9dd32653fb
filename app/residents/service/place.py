"""Home of the verb that puts a resident's door in its place."""

from __future__ import annotations

from datetime import datetime

from app.audit import service as audit
from app.extensions import db
from app.place import Point
from app.residents.models import Resident
from app.residents.service.person import resident_for, write
from app.roles import Actor


def put_in_place(resident_no: str, place: Point, *, by: Actor, at: datetime) -> Resident:
    """Keep where a resident's door is.

    Raises: NotFound, also for one who lies outside the actor's scope.
    """
    resident = resident_for(resident_no, by=by)
    changed = write(resident, {"latitude": place.lat, "longitude": place.lon})
    db.session.flush()
    if changed:
        resident.changed_at = at
        detail = {"columns": sorted(changed)}
        audit.record("resident.edited", f"resident:{resident_no}", by=by, at=at, detail=detail)
    return resident
