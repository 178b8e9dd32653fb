"""Home of the queries on background work."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Select, select

from app.extensions import db
from app.jobs.models import Job, JobPiece
from app.jobs.rules import UNDER_WAY, JobState

_SHOWN = 200


def job(job_id: int) -> Job | None:
    """Give one job."""
    return db.session.get(Job, job_id)


def job_with_key(key: str) -> Job | None:
    """Give the job that was asked for with this key."""
    return db.session.execute(select(Job).where(Job.key == key)).scalar_one_or_none()


def job_for_update(job_id: int) -> Job | None:
    """Give a job as it is now, held until the transaction ends."""
    found = select(Job).where(Job.id == job_id).with_for_update().execution_options(populate_existing=True)
    return db.session.execute(found).scalar_one_or_none()


def jobs_of(user_no: str) -> list[Job]:
    """Give what somebody asked for, the newest first."""
    newest = select(Job).where(Job.asked_by == user_no).order_by(Job.asked_at.desc(), Job.id.desc())
    return list(db.session.execute(newest.limit(_SHOWN)).scalars())


def oldest_waiting() -> int | None:
    """Give the job that has waited longest."""
    return db.session.execute(_ids(JobState.WAITING).limit(1)).scalar_one_or_none()


def not_heard_of(since: datetime) -> Sequence[int]:
    """Give what is under way and was not heard of since, or has waited since then to be taken."""
    silent = (
        select(Job.id).where(Job.state.in_(UNDER_WAY), Job.heard_at < since).order_by(Job.asked_at, Job.id)
    )
    return db.session.execute(silent).scalars().all()


def over_before(before: datetime) -> Sequence[Job]:
    """Give what ended before an instant and still holds files or words."""
    holding = select(JobPiece.job_id)
    ended = select(Job).where(
        Job.ended_at < before, Job.outcome.is_not(None) | Job.result_name.is_not(None) | Job.id.in_(holding)
    )
    return db.session.execute(ended.order_by(Job.id)).scalars().all()


def pieces(job_id: int, *, is_result: bool) -> Iterator[str]:
    """Give a file piece by piece."""
    ordered = (
        select(JobPiece.content)
        .where(JobPiece.job_id == job_id, JobPiece.is_result.is_(is_result))
        .order_by(JobPiece.number)
    )
    yield from db.session.execute(ordered.execution_options(yield_per=8)).scalars()


def _ids(state: JobState) -> Select[int]:
    return select(Job.id).where(Job.state == state).order_by(Job.asked_at, Job.id)
