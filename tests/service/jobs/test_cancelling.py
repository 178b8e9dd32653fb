"""The real kinds of work are left off in their midst when they are cancelled, and can be begun again."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from threading import Event, Thread, get_ident
from time import sleep
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import Engine, event, func, select

from app import clock
from app.delivery.service import jobs as _planning  # noqa: F401 - a kind of work
from app.extensions import db
from app.jobs import service
from app.jobs.models import Job
from app.jobs.rules import JobState
from app.model import Base
from app.roles import Actor, Role
from app.settlement.service import jobs as _files  # noqa: F401 - kinds of work
from app.transaction import transaction
from tests.factories import settlement
from tests.factories.auth import user
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.support.databases import application
from tests.support.pages import in_use

OF_JOBS = {"job", "job_piece", "audit_entry", "audit_head"}
LOOKS = 3000


@pytest.fixture
def app(database: str, tmp_path: Path) -> Iterator[Flask]:
    """Give the application whose jobs are heard of three times a second, inside its context."""
    app = application(tmp_path, database, job_lease_seconds=2)
    with in_use(app):
        yield app


def export() -> tuple[int, Actor]:
    """Ask for every file of October."""
    settlement.a_month()
    settlement.draft_october()
    by = user(Role.FINANCE).actor
    with transaction():
        job = service.ask("settlement.export", {"month": "2026-10"}, key="it", by=by, at=clock.now())
        return job.id, by


def verify() -> tuple[int, Actor]:
    """Ask for the proof of a site's October."""
    settlement.a_month()
    settlement.draft_october()
    by = user(Role.AUDITOR).actor
    asked = {"month": "2026-10", "site_code": "C01"}
    with transaction():
        return service.ask("settlement.verify", asked, key="it", by=by, at=clock.now()).id, by


def plan() -> tuple[int, Actor]:
    """Ask for a kitchen's rides of today."""
    with transaction():
        kitchen()
        rider()
        for number in range(1, 5):
            subscribed(neighbour(f"R-{number:06d}", north=0.001 * number))
    by = user(Role.DISTRICT_OFFICER).actor
    asked = {"on": clock.today().isoformat(), "sitting": "lunch", "seconds": 1.0, "site_code": "C01"}
    with transaction():
        asked["name"] = "天心区食堂"
        return service.ask("delivery.plan", asked, key="it", by=by, at=clock.now()).id, by


@contextmanager
def stopped_in_its_midst(app: Flask, job_id: int, table: str) -> Iterator[None]:
    """Let a thread do a job until it first reads a table, and go on when the block ends."""
    halted, go_on = Event(), Event()
    worker: list[int] = []

    def halt(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        # Whoever says beside it that the job is alive is another thread.
        if worker == [get_ident()] and f"FROM {table}" in statement and not halted.is_set():
            halted.set()
            go_on.wait()

    def work() -> None:
        worker.append(get_ident())
        with app.app_context():
            service.work_on(job_id)

    event.listen(Engine, "after_cursor_execute", halt)
    thread = Thread(target=work)
    thread.start()
    try:
        assert halted.wait(30), f"it never read {table}"
        yield
    finally:
        go_on.set()
        thread.join()
        event.remove(Engine, "after_cursor_execute", halt)


def shown(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id, populate_existing=True)


def rows() -> dict[str, int]:
    """Count the rows of every table but those that tell of jobs and acts."""
    db.session.rollback()
    return {
        table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
        for table in Base.metadata.sorted_tables
        if table.name not in OF_JOBS
    }


def left_behind() -> set[str]:
    return {path.name for path in Path(tempfile.gettempdir()).glob("meal-circle-export-*")}


@pytest.mark.parametrize(
    ("ask", "table"),
    [(export, "statement"), (verify, "ledger"), (plan, "subscription")],
    ids=["export", "verify", "plan"],
)
def test_it_is_left_off_and_nothing_of_it_is_there_until_it_is_begun_again(
    app: Flask, ask: Callable[[], tuple[int, Actor]], table: str
) -> None:
    job_id, by = ask()
    before, folders = rows(), left_behind()
    with stopped_in_its_midst(app, job_id, table):
        with transaction():
            service.cancel(job_id, by=by, at=clock.now())
        cancelled_at = shown(job_id).heard_at
        assert shown(job_id).state is JobState.CANCELLING
        for _ in range(LOOKS):  # Until the worker has looked and been told.
            if shown(job_id).heard_at > cancelled_at:
                break
            sleep(0.01)
    job = shown(job_id)
    assert (job.state, job.result_name) == (JobState.CANCELLED, None)
    assert job.ended_at is not None
    assert rows() == before
    assert left_behind() <= folders
    with transaction():
        service.again(job_id, by=by, at=clock.now())
    service.work_off()
    assert shown(job_id).state is JobState.DONE, shown(job_id).told
    if ask is export:
        with service.result_of(job_id) as made, ZipFile(BytesIO(made.read())) as archive:
            assert archive.testzip() is None
            assert len(archive.namelist()) > 5


def test_a_proof_that_waits_is_cancelled_and_the_others_are_done(app: Flask) -> None:
    assert app
    first, by = verify()
    with transaction():
        asked = {"month": "2026-10", "site_code": "C02"}
        second = service.ask("settlement.verify", asked, key="other", by=by, at=clock.now()).id
    with transaction():
        service.cancel(first, by=by, at=clock.now())
    service.work_off()
    assert (shown(first).state, shown(second).state) == (JobState.CANCELLED, JobState.DONE)
    assert "agree with the facts" in str(shown(second).told)
