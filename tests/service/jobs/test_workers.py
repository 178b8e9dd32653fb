"""Workers and servers that are killed in mid-work: what they did is done once, or not at all and goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy import text as sql

from app import clock
from app.areas.service import seed_areas
from app.delivery.models import DayPlan
from app.delivery.service import jobs as _planning  # noqa: F401 - a kind of work
from app.extensions import db
from app.jobs import queries, service
from app.jobs.models import Job
from app.jobs.rules import JobState
from app.residents.models import Resident
from app.roles import COMMAND, Role
from app.settlement.service import jobs as _files  # noqa: F401 - kinds of work
from app.transaction import transaction
from tests.factories import settlement
from tests.factories.auth import user
from tests.factories.delivery import kitchen, neighbour, rider, subscribed
from tests.factories.residents import many_residents
from tests.support.rabbitmq import NoRabbit, running_rabbit
from tests.support.redis import NoRedis, running_redis
from tests.support.served import Served
from tests.support.source import ROOT

PEOPLE = 3000
PATIENCE_SECONDS = 120


@pytest.fixture
def settings(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Give the environment of the processes that the test begins, on the test's database."""
    config = app.config["MEAL_CIRCLE"]
    given = {"DATA_DIR": str(tmp_path), "DATABASE_URL": config.database_url, "JOB_LEASE_SECONDS": "3"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with transaction():
        seed_areas(by=COMMAND, at=clock.now())
    return given


def import_asked() -> int:
    """Let an officer ask for a file of residents to be taken in."""
    by = user(Role.DISTRICT_OFFICER).actor
    arguments = {"table": "residents", "skip_bad_rows": False}
    file = BytesIO(many_residents(PEOPLE))
    with transaction():
        return service.ask("import", arguments, key="file", by=by, at=clock.now(), file=file).id


def shown(job_id: int) -> Job:
    db.session.rollback()
    return db.session.get_one(Job, job_id)


def until(holds: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.05)


def residents() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(Resident)).scalar_one()


def imports_on_the_trail() -> int:
    counted = "SELECT count(*) FROM audit_entry WHERE action = 'residents.imported'"
    return int(db.session.execute(sql(counted)).scalar_one())


class Worker:
    """A `flask jobs work` of its own, with everything that it begins."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
        with log.open("ab") as written:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                command,
                cwd=ROOT,
                env=os.environ | environment,
                stdout=written,
                stderr=written,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End it and its children at once."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def has(self, job: Job) -> bool:
        """Tell whether the job is in the hands of a process of this worker's group."""
        pid = job.taker.split(":")[1] if job.taker else ""
        try:
            return bool(pid) and os.getpgid(int(pid)) == self.process.pid
        except ProcessLookupError:
            return False


@contextmanager
def two_workers(environment: dict[str, str], folder: Path) -> Iterator[list[Worker]]:
    with ExitStack() as ending:
        workers = [Worker(environment, folder / f"worker-{number}.log") for number in range(2)]
        for worker in workers:
            ending.callback(worker.kill)
        yield workers


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """Give a real Redis."""
    try:
        with running_redis(tmp_path) as url:
            yield url
    except NoRedis as missing:
        pytest.skip(f"workers behind a broker: {missing}")


@pytest.fixture
def rabbitmq(tmp_path: Path) -> Iterator[str]:
    """Give a real RabbitMQ."""
    try:
        with running_rabbit(tmp_path) as url:
            yield url
    except NoRabbit as missing:
        pytest.skip(f"workers behind a broker: {missing}")


@pytest.mark.parametrize("way", ["redis", "rabbitmq", "database"])
def test_of_two_workers_one_is_killed_in_mid_task_and_the_work_is_done_once(
    way: str, settings: dict[str, str], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if way != "database":
        settings["BROKER_URL"] = request.getfixturevalue(way)
    job_id = import_asked()
    with two_workers(settings, tmp_path) as workers:
        # Nobody announced it: whoever looks after the jobs does.
        until(lambda: shown(job_id).state is JobState.RUNNING, "nobody took the job")
        time.sleep(0.5)
        (busy,) = [each for each in workers if each.has(shown(job_id))]
        busy.kill()
        assert shown(job_id).state is JobState.RUNNING, "it was over before it was killed"
        assert residents() == 0
        until(lambda: shown(job_id).state.is_over, "the other worker did not go on")
    job = shown(job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2), job.told
    assert str(job.told).startswith(f"{PEOPLE} new, 0 changed")
    assert (residents(), imports_on_the_trail()) == (PEOPLE, 1)


def plan_asked() -> int:
    """Let an officer ask for a kitchen's rides of today."""
    with transaction():
        kitchen()
        rider()
        for number in range(1, 9):
            subscribed(neighbour(f"R-{number:06d}", north=0.001 * number, east=0.001 * (number % 3)))
    by = user(Role.DISTRICT_OFFICER).actor
    arguments = {
        "on": clock.today().isoformat(),
        "sitting": "lunch",
        "seconds": 3.0,
        "site_code": "C01",
        "name": "天心区食堂",
    }
    with transaction():
        return service.ask("delivery.plan", arguments, key="plan", by=by, at=clock.now()).id


def files_asked() -> int:
    """Let finance ask for every file of October."""
    settlement.a_month()
    settlement.draft_october()
    by = user(Role.FINANCE).actor
    with transaction():
        asked = {"month": "2026-10"}
        return service.ask("settlement.export", asked, key="files", by=by, at=clock.now()).id


def the_plan(_job_id: int) -> None:
    """See that one plan was kept, and that it brings every meal."""
    (plan,) = db.session.execute(select(DayPlan)).scalars()
    assert sum(len(run.stops) for run in plan.runs) == 8


def the_files(job_id: int) -> None:
    """See that the archive is whole, and holds a paper for each site."""
    with ZipFile(service.result_of(job_id)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert {"lines.csv", "statements.csv"} <= set(names)
        assert sum(name.endswith(".pdf") for name in names) >= 2
        assert len(names) == len(set(names))
        lines = archive.read("lines.csv").decode("utf-8-sig").splitlines()
    assert len(lines) > 5


@pytest.mark.parametrize(
    ("ask", "see"), [(plan_asked, the_plan), (files_asked, the_files)], ids=["plan", "files"]
)
def test_planning_and_a_months_files_are_made_once_though_their_worker_was_killed(
    ask: Callable[[], int], see: Callable[[int], None], settings: dict[str, str], tmp_path: Path, redis: str
) -> None:
    settings["BROKER_URL"] = redis
    job_id = ask()
    with two_workers(settings, tmp_path) as workers:
        until(lambda: shown(job_id).state is JobState.RUNNING, "nobody took the job")
        (busy,) = [each for each in workers if each.has(shown(job_id))]
        busy.kill()
        assert shown(job_id).state is JobState.RUNNING, "it was over before it was killed"
        until(lambda: shown(job_id).state.is_over, "the other worker did not go on")
    job = shown(job_id)
    assert (job.state, job.attempts) == (JobState.DONE, 2), job.told
    see(job_id)


@pytest.mark.parametrize(
    ("ask", "see"), [(plan_asked, the_plan), (files_asked, the_files)], ids=["plan", "files"]
)
def test_without_a_broker_they_are_made_as_well(
    ask: Callable[[], int], see: Callable[[int], None], settings: dict[str, str]
) -> None:
    assert settings
    job_id = ask()
    service.work_off()
    assert shown(job_id).state is JobState.DONE, shown(job_id).told
    see(job_id)


def test_a_server_killed_in_mid_job_does_it_once_it_is_there_again(
    app: Flask, settings: dict[str, str], tmp_path: Path
) -> None:
    assert settings
    job_id = import_asked()
    served = Served(tmp_path, app.config["MEAL_CIRCLE"].database_url)
    with served:
        until(lambda: shown(job_id).state is JobState.RUNNING, "nobody took the job")
        time.sleep(0.5)
        pid = int(shown(job_id).taker.split(":")[1])
        served.kill()
        until(lambda: not _is_alive(pid), "the process beside the server outlived it")
        assert shown(job_id).state is JobState.RUNNING
        assert residents() == 0
        served.start()
        until(lambda: shown(job_id).state.is_over, "the server did not go on")
    assert (shown(job_id).state, residents(), imports_on_the_trail()) == (JobState.DONE, PEOPLE, 1)
    assert queries.oldest_waiting() is None


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
