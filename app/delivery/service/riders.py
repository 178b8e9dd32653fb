"""Home of the verbs on riders: let one in, let one go."""

from __future__ import annotations

from datetime import datetime

from app.access import Actor
from app.audit import service as audit
from app.clock import on
from app.database import lock_names
from app.delivery import queries
from app.delivery.models import Rider
from app.delivery.rules.days import ensure_span
from app.delivery.rules.requests import NewRider, next_rider_no
from app.delivery.service.kitchens import ensure_cooks
from app.errors import DomainError, NotFound
from app.extensions import db
from app.text import text


def add_rider(new: NewRider, *, by: Actor, at: datetime) -> Rider:
    """Take in a volunteer who rides for a kitchen, under the next rider number.

    Raises: DomainError for a kitchen that does not cook or a shift that ends before it begins.
    """
    ensure_cooks(new.kitchen_code, on=on(at), scope=by.scope)
    ensure_span(new.shift_from_seconds, new.shift_until_seconds, field="shift_until")
    lock_names(db.session, "rider", ["number"])
    rider = Rider(
        rider_no=next_rider_no(queries.rider_numbers()),
        name=new.name,
        phone=new.phone,
        kitchen_code=new.kitchen_code,
        capacity=new.capacity,
        weekdays=new.weekdays,
        shift_from_seconds=new.shift_from_seconds,
        shift_until_seconds=new.shift_until_seconds,
        is_active=True,
    )
    db.session.add(rider)
    db.session.flush()
    detail = {"kitchen": new.kitchen_code, "capacity": new.capacity, "weekdays": new.weekdays}
    audit.record("rider.added", f"rider:{rider.rider_no}", by=by, at=at, detail=detail)
    return rider


def retire_rider(rider_no: str, *, by: Actor, at: datetime) -> Rider:
    """Let a rider go: no later plan counts on them; the runs they rode keep their name.

    Raises: NotFound; DomainError when they have gone already.
    """
    rider = queries.rider(rider_no, by.scope)
    if rider is None:
        raise NotFound(text("There is no rider {rider_no}.", rider_no=rider_no))
    if not rider.is_active:
        raise DomainError(text("Rider {rider_no} has stopped riding already.", rider_no=rider_no))
    rider.is_active = False
    audit.record("rider.retired", f"rider:{rider_no}", by=by, at=at)
    return rider
