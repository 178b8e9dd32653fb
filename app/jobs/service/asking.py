"""Home of asking for background work, cancelling it, beginning it again, forgetting its files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import BinaryIO

from sqlalchemy import delete

from app.audit import service as audit
from app.errors import NotAllowed, NotFound
from app.extensions import db
from app.jobs import queries
from app.jobs.models import Job, JobPiece
from app.jobs.rules import JobState, Step, after
from app.jobs.service.files import keep
from app.jobs.service.kinds import KINDS
from app.roles import Actor
from app.text import text


def ask(
    kind: str,
    arguments: Mapping[str, object],
    *,
    key: str,
    by: Actor,
    at: datetime,
    language: str = "",
    batch: str = "",
    file: BinaryIO | None = None,
) -> Job:
    """Ask for work; asked for again with the same key it is the same job.

    Raises: NotAllowed when whoever asks may not do it themselves.
    """
    if not by.may(KINDS[kind].permission(dict(arguments))):
        raise NotAllowed(text("Your role does not allow this. Ask your administrator if you need it."))
    there = queries.job_with_key(key)
    if there is not None:
        return there
    asked = Job(
        key=key,
        batch=batch,
        kind=kind,
        arguments=json.dumps(arguments),
        language=language,
        asked_by=by.user_no,
        asked_at=at,
        heard_at=at,
    )
    db.session.add(asked)
    db.session.flush()
    if file is not None:
        keep(asked.id, file, is_result=False)
    audit.record("job.asked", f"job:{asked.id}", by=by, at=at, detail={"kind": kind})
    return asked


def cancel(job_id: int, *, by: Actor, at: datetime) -> Job:
    """Cancel a job: one that waits at once, one under way as soon as it can leave off.

    Raises: NotFound for somebody else's; Conflict when it is over.
    """
    job = _own(job_id, by)
    job.state = after(job.state, Step.CANCEL)
    if job.state is JobState.CANCELLED:
        job.ended_at = at
    audit.record("job.cancelled", f"job:{job.id}", by=by, at=at)
    return job


def again(job_id: int, *, by: Actor, at: datetime) -> Job:
    """Let a job that came to nothing begin again, while the file that it was given is kept.

    Raises: NotFound for somebody else's; Conflict when it is under way or done.
    """
    job = _own(job_id, by)
    job.state = after(job.state, Step.AGAIN)
    job.ended_at, job.outcome, job.result_name = None, None, None
    job.attempts = job.done_steps = job.all_steps = 0
    job.heard_at = at
    db.session.execute(delete(JobPiece).where(JobPiece.job_id == job.id, JobPiece.is_result))
    audit.record("job.begun_again", f"job:{job.id}", by=by, at=at)
    return job


def _own(job_id: int, by: Actor) -> Job:
    job = queries.job_for_update(job_id)
    if job is None or job.asked_by != by.user_no:
        raise NotFound(text("There is no such work. Look at the list of yours."))
    return job


def forget(*, hours: int, at: datetime) -> int:
    """Erase files and words of what ended so many hours ago; give of how many jobs."""
    ended = queries.over_before(at - timedelta(hours=hours))
    for job in ended:
        job.outcome = job.result_name = None
        db.session.execute(delete(JobPiece).where(JobPiece.job_id == job.id))
    return len(ended)
