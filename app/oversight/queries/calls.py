"""Home of the queries on the monthly calls; always ordered, and within a viewer's scope."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.extensions import db
from app.oversight.models.calls import CallAnswer, CallSample, CallTask
from app.roles import Scope


def sample_of(month: str, area: str) -> CallSample | None:
    """Give the sample of a month that covers an area: its own, or that of an area around it."""
    around = [area[:length] for length in range(len(area) + 1)]
    return db.session.execute(
        select(CallSample)
        .where(CallSample.month == month, CallSample.area.in_(around))
        .order_by(func.length(CallSample.area).desc())
        .limit(1)
    ).scalar_one_or_none()


def tasks_of(sample_id: int, scope: Scope) -> list[CallTask]:
    """Give whom to call of a sample within the scope, by site and number."""
    return list(
        db.session.execute(
            select(CallTask)
            .join(CallTask.site)
            .where(CallTask.sample_id == sample_id, canteens.within(scope))
            .options(contains_eager(CallTask.site))
            .order_by(CallTask.site_code, CallTask.resident_no)
        ).scalars()
    )


def task_numbered(task_id: int, scope: Scope) -> CallTask | None:
    """Give one of them, if it lies within the scope."""
    return db.session.execute(
        select(CallTask)
        .join(Site, Site.site_code == CallTask.site_code)
        .where(CallTask.id == task_id, canteens.within(scope))
        .options(joinedload(CallTask.site), joinedload(CallTask.sample))
    ).scalar_one_or_none()


def answers_about(resident_no: str) -> list[tuple[CallTask, CallAnswer]]:
    """Give every answer that was written down of calls to a resident, in their order."""
    rows = db.session.execute(
        select(CallTask, CallAnswer)
        .join(CallAnswer, CallAnswer.task_id == CallTask.id)
        .where(CallTask.resident_no == resident_no)
        .options(joinedload(CallTask.sample))
        .order_by(CallAnswer.id)
    )
    return [(row[0], row[1]) for row in rows]
