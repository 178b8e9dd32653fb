"""Home of noting that a kitchen is late, so that what has not left is planned behind it."""

from __future__ import annotations

from datetime import date, datetime

from app.audit import service as audit
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.clock import on as day_of
from app.delivery import queries
from app.delivery.models import Run
from app.delivery.models.delays import KitchenDelay, WaitingRun
from app.delivery.queries.delays import runs_reported
from app.delivery.rules.days import HOURS
from app.delivery.rules.delays import NewDelay, ensure_ready, should_have_left
from app.delivery.rules.proof import second_of
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text
from app.web.filters import clock_time


def runs_in_doubt(on: date, sitting: Sitting, kitchen_code: str, *, at: datetime) -> list[Run]:
    """Give the runs in force that should have left by the clock, and of which nobody has reported a stop."""
    plan = queries.released_plan_of(on, sitting, kitchen_code)
    if plan is None or on != day_of(at):
        return []
    by_now = [run for run in plan.runs if should_have_left(run.depart_seconds, second_of(at))]
    left = runs_reported([run.id for run in by_now])
    return [run for run in by_now if run.id not in left]


def note_delay(
    kitchen_code: str, on: date, sitting: Sitting, new: NewDelay, *, by: Actor, at: datetime
) -> KitchenDelay:
    """Note from when a kitchen's meals can leave; whoever plans plans again, and riders are told meanwhile.

    Raises: NotFound outside the scope; DomainError for a day that is over, a time at which nothing leaves, or
    a run said to wait that cannot be waiting.
    """
    if site_of(kitchen_code, by.scope) is None:
        raise NotFound(text("There is no kitchen {code}.", code=kitchen_code))
    if on < day_of(at):
        raise DomainError(text("That day is over. Choose today or a later day."), field="ready")
    ensure_ready(new.ready_seconds, HOURS[sitting])
    if not new.waiting <= {run.id for run in runs_in_doubt(on, sitting, kitchen_code, at=at)}:
        raise DomainError(
            text("One of these runs has reported a stop, or is planned anew. Look again."), field="waiting"
        )
    delay = KitchenDelay(
        kitchen_code=kitchen_code,
        served_on=on,
        sitting=sitting,
        ready_seconds=new.ready_seconds,
        reason=new.reason,
        noted_at=at,
        noted_by=by.user_no,
        waiting=[WaitingRun(run_id=run_id) for run_id in sorted(new.waiting)],
    )
    db.session.add(delay)
    db.session.flush()
    detail = {"ready": clock_time(new.ready_seconds), "waiting": sorted(new.waiting)}
    name = f"kitchen:{kitchen_code}:{on.isoformat()}:{sitting.value}"
    audit.record("kitchen.delayed", name, by=by, at=at, detail=detail)
    return delay
