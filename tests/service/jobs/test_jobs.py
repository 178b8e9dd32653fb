"""Background work is done once, by whoever has it, and says what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from flask import Flask
from sqlalchemy import text as sql

from app import clock
from app.auth.models import User
from app.errors import Conflict, NotAllowed, NotFound
from app.extensions import db
from app.jobs import queries, service
from app.jobs.models import Job
from app.jobs.rules import JobState
from app.roles import Role
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.jobs import BEGUN, LET_GO, asked

LEASE = 45
LOOKS = 500


def state(job_id: int) -> JobState:
    db.session.rollback()
    job = queries.job(job_id)
    assert job is not None
    return job.state


def acts(app: Flask) -> list[str]:
    assert app
    db.session.rollback()
    done = "SELECT subject FROM audit_entry WHERE action = 'thing.done' ORDER BY seq"
    return list(db.session.execute(sql(done)).scalars())


def silence(job_id: int) -> None:
    """Let nothing have been heard of a job for longer than its lease."""
    with transaction():
        job = queries.job_for_update(job_id)
        assert job is not None
        job.heard_at = clock.now() - timedelta(seconds=LEASE + 1)


@contextmanager
def another_at_work(app: Flask, job_id: int, folder: Path) -> Iterator[None]:
    """Let another thread have the job in its hands, until the block ends."""

    def work() -> None:
        with app.app_context():
            service.work_on(job_id)

    thread = Thread(target=work)
    thread.start()
    while not (folder / BEGUN).exists():
        sleep(0.02)
    try:
        yield
    finally:
        (folder / LET_GO).touch()
        thread.join()


def test_a_job_is_done_once_however_often_it_is_delivered(app: Flask) -> None:
    job_id = asked()
    assert [service.work_on(job_id) for _ in range(3)] == [True, False, False]
    assert acts(app) == ["thing:1"]
    assert state(job_id) is JobState.DONE


def test_asked_for_twice_with_one_key_it_is_one_job(app: Flask) -> None:
    by = user(Role.AUDITOR).actor
    assert asked("same", by=by) == asked("same", by=by)
    service.work_off()
    assert acts(app) == ["thing:same"]


def test_what_it_made_is_handed_out_and_what_it_was_given_goes(app: Flask) -> None:
    assert app
    job_id = asked()
    service.work_off()
    job = queries.job(job_id)
    assert job is not None
    assert (str(job.told), job.result_name) == ("There is no site thing:1.", "made.txt")
    with service.result_of(job_id) as made:
        assert made.read() == b"made"


def test_a_job_in_somebodys_hands_is_taken_by_nobody_else(app: Flask, tmp_path: Path) -> None:
    job_id = asked(folder=str(tmp_path))
    with another_at_work(app, job_id, tmp_path):
        assert not service.work_on(job_id)
        assert service.look_after(lease_seconds=LEASE, at=clock.now()) == []
    assert acts(app) == ["thing:1"]


def test_a_worker_that_only_seemed_gone_writes_nothing_any_more(app: Flask, tmp_path: Path) -> None:
    job_id = asked(folder=str(tmp_path), mute="yes")
    with another_at_work(app, job_id, tmp_path):
        silence(job_id)
        assert service.look_after(lease_seconds=LEASE, at=clock.now()) == [job_id]
        assert service.work_on(job_id)
        assert state(job_id) is JobState.DONE
    assert acts(app) == ["thing:1"]
    assert state(job_id) is JobState.DONE


def test_what_ends_its_worker_each_time_is_told_as_broken_and_can_be_begun_again(app: Flask) -> None:
    by = user(Role.AUDITOR).actor
    job_id = asked(by=by)
    for attempt in range(1, 4):
        with transaction():
            job = queries.job_for_update(job_id)
            assert job is not None
            job.state, job.taker, job.attempts = JobState.RUNNING, "gone", attempt
        silence(job_id)
        again = service.look_after(lease_seconds=LEASE, at=clock.now())
        assert again == ([job_id] if attempt < 3 else [])
    assert state(job_id) is JobState.BROKEN
    with transaction():
        service.again(job_id, by=by, at=clock.now())
    service.work_off()
    assert acts(app) == ["thing:1"]


def test_one_that_waits_is_cancelled_at_once(app: Flask) -> None:
    by = user(Role.AUDITOR).actor
    job_id = asked(by=by)
    with transaction():
        service.cancel(job_id, by=by, at=clock.now())
    assert state(job_id) is JobState.CANCELLED
    assert not service.work_on(job_id)
    assert acts(app) == []


def test_one_under_way_leaves_off_when_it_is_cancelled(app: Flask, tmp_path: Path) -> None:
    by = user(Role.AUDITOR).actor
    job_id = asked(by=by, folder=str(tmp_path))
    with another_at_work(app, job_id, tmp_path):
        with transaction():
            service.cancel(job_id, by=by, at=clock.now())
        # Let go before it has looked again, it would be done: which is true too.
        for _ in range(LOOKS):
            if state(job_id) is not JobState.CANCELLING:
                break
            sleep(0.02)
    assert state(job_id) is JobState.CANCELLED
    assert acts(app) == []


def test_a_refusal_says_why_and_a_fault_does_not_quote(app: Flask) -> None:
    refused, fault, silent = (
        asked("r", fails="refused"),
        asked("f", fails="fault"),
        asked("s", fails="silent"),
    )
    service.work_off()
    assert [state(each) for each in (refused, fault, silent)] == [
        JobState.REFUSED,
        JobState.FAILED,
        JobState.FAILED,
    ]
    assert str(db.session.get_one(Job, refused).told) == "There is no site 张三."
    assert "fault" in str(db.session.get_one(Job, fault).told)
    assert acts(app) == ["thing:s"], "only what ended its own transaction is there"


def test_nothing_of_anybody_lies_open_in_the_rows(app: Flask) -> None:
    assert app
    asked("r", fails="refused")
    service.work_off()
    written = " ".join(str(row) for row in db.session.execute(sql("SELECT * FROM job")).all())
    assert "test.write" in written
    assert "张三" not in written


def test_whoever_may_not_any_more_gets_nothing_done(app: Flask) -> None:
    asker = user(Role.AUDITOR)
    job_id, user_id = asked(by=asker.actor), asker.id
    with transaction():
        db.session.get_one(User, user_id).is_active = False
    service.work_off()
    assert state(job_id) is JobState.REFUSED
    assert acts(app) == []
    with pytest.raises(NotAllowed):
        asked("2", by=user(Role.ADMINISTRATOR).actor)


def test_somebody_elses_job_is_not_there_and_what_is_done_stays(app: Flask) -> None:
    assert app
    by = user(Role.AUDITOR).actor
    job_id = asked(by=by)
    other = user(Role.AUDITOR).actor
    for act in (service.cancel, service.again):
        with pytest.raises(NotFound), transaction():
            act(job_id, by=other, at=clock.now())
    service.work_off()
    for act in (service.cancel, service.again):
        with pytest.raises(Conflict), transaction():
            act(job_id, by=by, at=clock.now())


def test_files_and_words_go_after_their_hours(app: Flask) -> None:
    assert app
    job_id = asked()
    service.work_off()
    with transaction():
        assert service.forget(hours=24, at=clock.now() + timedelta(hours=23)) == 0
    with transaction():
        assert service.forget(hours=24, at=clock.now() + timedelta(hours=25)) == 1
    job = db.session.get_one(Job, job_id)
    with service.result_of(job_id) as made:
        assert (job.told, job.result_name, made.read()) == (None, None, b"")
