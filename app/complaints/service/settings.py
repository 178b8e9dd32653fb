"""Home of what the district sets about complaints: the classes, and who supervises late answers."""

from __future__ import annotations

from datetime import date, datetime

from app.audit import service as audit
from app.clock import on
from app.complaints import queries
from app.complaints.models import ComplaintClassVersion, ComplaintSupervisor
from app.complaints.rules.classes import ComplaintClass, ensure_class
from app.errors import DomainError, NotAllowed
from app.extensions import db
from app.roles import Actor
from app.text import text


def set_class(new: ComplaintClass, *, by: Actor, at: datetime) -> None:
    """Set a class of complaints from a day on.

    Raises: DomainError for a day that has begun, or days that nobody could keep.
    """
    ensure_class(new, today=on(at))
    db.session.add(
        ComplaintClassVersion(
            code=new.code,
            from_on=new.from_on,
            name=new.name,
            working_days=new.working_days,
            is_offered=new.is_offered,
            set_at=at,
            set_by=by.user_no,
        )
    )
    db.session.flush()
    detail = {"from": new.from_on.isoformat(), "working_days": new.working_days, "offered": new.is_offered}
    audit.record("complaint_class.set", f"complaint_class:{new.code}", by=by, at=at, detail=detail)


def name_supervisor(area: str, user_no: str, from_on: date, *, by: Actor, at: datetime) -> None:
    """Name who supervises late answers of a street or of the district, from a day on.

    Raises: NotAllowed outside the actor's area; DomainError for a day gone by, or who cannot.
    """
    if not by.scope.covers(area):
        raise NotAllowed(text("{area} lies outside your area.", area=area or "—"))
    if from_on < on(at):
        raise DomainError(text("Choose today or a day to come."), field="from_on")
    if user_no not in {user.user_no for user in queries.supervisors_for(area)}:
        raise DomainError(text("Choose somebody of the list."), field="user_no")
    db.session.add(
        ComplaintSupervisor(area=area, from_on=from_on, user_no=user_no, set_at=at, set_by=by.user_no)
    )
    db.session.flush()
    detail = {"user": user_no, "from": from_on.isoformat()}
    audit.record("complaint_supervisor.named", f"area:{area}", by=by, at=at, detail=detail)
