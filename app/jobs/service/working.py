"""Home of doing a job: once, by whoever took it, whatever becomes of others who were told to do it too."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import secrets
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Event, Thread

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Engine, update
from sqlalchemy.exc import DBAPIError, OperationalError

from app import clock
from app.auth import queries as users
from app.errors import BadFile, DomainError, NotAllowed
from app.extensions import db
from app.jobs import queries
from app.jobs.models import Job
from app.jobs.rules import MOST_ATTEMPTS, JobState, Result, Step, after, written
from app.jobs.service.files import keep
from app.jobs.service.kinds import KINDS
from app.roles import Actor
from app.sheet.bad_rows import escaped as safe
from app.sheet.form import FAULT_COLUMNS
from app.text import Text, text
from app.transaction import transaction
from app.web.language import say

_log = logging.getLogger("app.jobs")
_BEATS_A_LEASE = 6
_TELL_SECONDS = 0.5


class Lost(Exception):
    """Somebody else does the job now: whatever was under way here must come to nothing."""


class Cancelled(Exception):
    """Whoever asked does not want it any more."""


@dataclass(slots=True)
class Act:
    """One transaction of a job; once it is `done`, the job ends together with it, or not at all."""

    sentence: Text | None = None
    result: Result | None = None

    def done(self, sentence: Text, result: Result | None = None) -> None:
        """Say what came of the job."""
        self.sentence, self.result = sentence, result


@dataclass(slots=True)
class Work:
    """A job in somebody's hands."""

    job_id: int
    taker: str
    engine: Engine
    beat_seconds: float
    is_done: bool = False
    _is_acting: bool = False
    _told_at: float = 0.0
    _is_unwanted: Event = field(default_factory=Event)

    @contextmanager
    def act(self) -> Iterator[Act]:
        """Write what the job writes, in one transaction that only comes true while the job is ours.

        Raises: Lost, Cancelled: and nothing is written.
        """
        act = Act()
        self.ensure_wanted()
        self._is_acting = True
        try:
            with transaction():
                yield act
                job = queries.job_for_update(self.job_id)
                if job is None or job.taker != self.taker or job.state.is_over:
                    raise Lost
                job.heard_at = clock.now()
                if act.sentence is not None:
                    end(job, Step.FINISH, sentence=act.sentence, result=act.result)
        finally:
            self._is_acting = False
        self.is_done = self.is_done or act.sentence is not None

    def progress(self, done: int, of: int) -> None:
        """Tell how far it is, now and then; leave off when nobody wants it any more.

        Raises: Lost, Cancelled.
        """
        if time.monotonic() - self._told_at >= _TELL_SECONDS or done == of:
            self._told_at = time.monotonic()
            self._tell({"done_steps": done, "all_steps": of})
        self.ensure_wanted()

    def ensure_wanted(self) -> None:
        """Go on only while the job is wanted.

        Raises: Cancelled.
        """
        if self._is_unwanted.is_set():
            raise Cancelled

    def ensure_done(self) -> None:
        """Let no kind of work end in silence.

        Raises: RuntimeError.
        """
        if not self.is_done:
            msg = f"job {self.job_id} came to an end without saying what came of it"
            raise RuntimeError(msg)

    @property
    def is_unwanted(self) -> bool:
        """Tell whether somebody cancelled it, or another does it."""
        return self._is_unwanted.is_set()

    @contextmanager
    def heard_of(self) -> Iterator[None]:
        """Be heard of every few seconds, also while nothing is told."""
        over = Event()

        def beat() -> None:
            while not over.wait(self.beat_seconds):
                self._tell({})

        beating = Thread(target=beat, daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()

    def _tell(self, told: dict[str, int]) -> None:
        """Write into the job's row beside whatever transaction is under way.

        SQLite has one writer, which during an act is the act: nothing is told then, and nobody can take the
        job away either, for the same reason.
        """
        if self._is_acting and self.engine.dialect.name == "sqlite":
            return
        mine = update(Job).where(Job.id == self.job_id, Job.taker == self.taker).returning(Job.state)
        try:
            with self.engine.begin() as connection:
                state = connection.execute(mine.values(heard_at=clock.now(), **told)).scalar_one_or_none()
        except OperationalError:
            # The database is busy or away: the act itself will say so, and a word of progress can wait.
            _log.warning("progress not told")
            return
        if state is not JobState.RUNNING:
            self._is_unwanted.set()


def work_on(job_id: int) -> bool:
    """Do a job if it waits; tell whether it did. Whoever else is told to do it finds it taken.

    Raises: DBAPIError when the database goes away: the job stays taken, and is looked after later.
    """
    taken = _take(job_id, f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}")
    if taken is None:
        return False
    work, name, arguments, asker, language = taken
    with work.heard_of(), force_locale(language or current_app.config["BABEL_DEFAULT_LOCALE"]):
        try:
            by = _asker(asker, name, arguments)
            KINDS[name].run(work, by=by, **arguments)
            work.ensure_done()
        except Lost:
            _log.warning("lost", extra={"told": {"job": job_id}})
        except Cancelled:
            _close(work, Step.STOP)
        except DomainError as error:
            _close(work, Step.REFUSE, sentence=error.message, result=_faults(error))
        except Exception as error:
            if isinstance(error, DBAPIError) and error.connection_invalidated:
                raise
            _log.exception("fault")
            _close(
                work,
                Step.FAIL,
                sentence=text("A fault of ours ended it. Try again, or tell your administrator."),
            )
    return True


def work_off() -> None:
    """Do whatever waits, the oldest first, until nothing does."""
    while (job_id := queries.oldest_waiting()) is not None:
        work_on(job_id)
        db.session.rollback()


def look_after(*, lease_seconds: int, at: datetime) -> list[int]:
    """Look after jobs whose worker has gone, and those that nobody has taken; give what is to be announced.

    A job is begun three times at most: what ends its worker each time is told as broken.
    """
    waiting: list[int] = []
    silent = at - timedelta(seconds=lease_seconds)
    for job_id in queries.not_heard_of(silent):
        with transaction():
            job = queries.job_for_update(job_id)
            if job is None or job.state.is_over or job.heard_at >= silent:
                continue
            job.heard_at = at
            if job.state is not JobState.WAITING:
                is_hopeless = job.attempts >= MOST_ATTEMPTS
                end(job, Step.GIVE_UP if is_hopeless else Step.LOSE, sentence=_BROKEN)
            if job.state is JobState.WAITING:
                waiting.append(job_id)
    return waiting


_BROKEN = text("It was broken off, and nothing of it is half done. Begin it again.")


def end(job: Job, step: Step, *, sentence: Text | None = None, result: Result | None = None) -> None:
    """Move a job on; when it is over then, say what came of it, and keep the file that did."""
    job.state, job.taker = after(job.state, step), ""
    if not job.state.is_over:
        return
    job.ended_at = clock.now()
    job.outcome = written(sentence) if sentence is not None else None
    if result is not None:
        job.result_name = result.name
        keep(job.id, io.BytesIO(result.content), is_result=True)


def _take(job_id: int, taker: str) -> tuple[Work, str, dict[str, object], str, str] | None:
    """Take a job that waits; None when it is taken, or over."""
    with transaction():
        job = queries.job_for_update(job_id)
        if job is None or job.state is not JobState.WAITING:
            return None
        job.state, job.taker = after(job.state, Step.TAKE), taker
        job.attempts += 1
        job.heard_at = clock.now()
        job.done_steps = job.all_steps = 0
        taken = job.kind, json.loads(job.arguments), job.asked_by, job.language
    lease = current_app.config["MEAL_CIRCLE"].job_lease_seconds
    return (Work(job_id, taker, db.engine, lease / _BEATS_A_LEASE), *taken)


def _asker(user_no: str, name: str, arguments: dict[str, object]) -> Actor:
    """Give whoever asked, with what they may do now.

    Raises: NotAllowed when they may not any more.
    """
    user = users.user_numbered(user_no)
    if user is None or not user.is_active or not user.actor.may(KINDS[name].permission(arguments)):
        raise NotAllowed(text("Whoever asked for this may not do it any more."))
    return user.actor


def _close(work: Work, step: Step, *, sentence: Text | None = None, result: Result | None = None) -> None:
    """End a job that came to nothing, unless somebody else does it now."""
    with transaction():
        job = queries.job_for_update(work.job_id)
        if job is None or job.taker != work.taker or job.state.is_over:
            return
        is_cancelled = step is Step.STOP and job.state is JobState.CANCELLING
        end(
            job,
            step if step is not Step.STOP or is_cancelled else Step.LOSE,
            sentence=sentence,
            result=result,
        )


def _faults(error: DomainError) -> Result | None:
    """Give every fault of a file as a table, in the language of whoever asked."""
    if not isinstance(error, BadFile) or not error.rows:
        return None
    table = io.StringIO(newline="")
    writer = csv.writer(table)
    writer.writerow(FAULT_COLUMNS)
    for row in error.rows:
        writer.writerow([row.line, safe(row.column), safe(say(row.reason)), safe(say(row.remedy))])
    return Result("faults.csv", table.getvalue().encode("utf-8-sig"))
