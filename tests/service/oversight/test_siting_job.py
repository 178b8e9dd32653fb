"""A study of where to open is done beside: it tells each number that is done, and can be left off."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.extensions import db
from app.jobs import service as jobs
from app.jobs.models import Job
from app.jobs.rules import JobState
from app.oversight.models import SitingStudy
from app.oversight.rules.coverage import Way
from app.oversight.service.coverage import Question, study_sites
from app.residents.rules.facts import ResidentFacts
from app.roles import Actor, Role
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen, resident_row

HOME = "430103005001"
PLACES = [("东边", (112.99, 28.20)), ("西边", (112.97, 28.20)), ("南边", (112.98, 28.19))]


class LeftOff(Exception):
    """Nobody wants it any more."""


@pytest.fixture
def officer(app: Flask) -> Actor:
    assert app
    with transaction():
        canteen("C01", HOME)
        for number in range(1, 13):
            facts = ResidentFacts(f"R-{number:06d}", date(1950, 1, 1), HOME, HOME)
            made = resident_row(facts)
            made.latitude, made.longitude = 28.19 + 0.001 * number, 112.97 + 0.0015 * number
    return user(Role.DISTRICT_OFFICER).actor


def asked(by: Actor, *, is_nearest: bool = False) -> int:
    question = Question(Way.WALKING, "all", is_nearest, PLACES)
    with transaction():
        at = clock.now()
        return jobs.ask("oversight.siting", question.arguments, key="study", by=by, at=at).id


def studies() -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(SitingStudy)).scalar_one()


def test_a_question_survives_being_written_down() -> None:
    for is_nearest in (True, False):
        question = Question(Way.RIDING, "in_need", is_nearest, PLACES)
        assert Question.read(**question.arguments) == question  # type: ignore[arg-type]


@pytest.mark.parametrize("is_nearest", [True, False])
def test_each_number_of_sites_is_told_when_it_is_done(officer: Actor, *, is_nearest: bool) -> None:
    told: list[tuple[int, int]] = []
    question = Question(Way.WALKING, "all", is_nearest, PLACES)
    study_sites(question, clock.today(), by=officer, told=lambda done, of: told.append((done, of)))
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("is_nearest", [True, False])
def test_whoever_is_told_can_leave_off(officer: Actor, *, is_nearest: bool) -> None:
    def enough(done: int, _of: int) -> None:
        if done == 1:
            raise LeftOff

    question = Question(Way.WALKING, "all", is_nearest, PLACES)
    with pytest.raises(LeftOff):
        study_sites(question, clock.today(), by=officer, told=enough)


def test_the_job_keeps_one_study_however_often_it_is_delivered(officer: Actor) -> None:
    job_id = asked(officer)
    assert [jobs.work_on(job_id) for _ in range(2)] == [True, False]
    job = db.session.get_one(Job, job_id)
    assert (job.state, job.done_steps, job.all_steps) == (JobState.DONE, 3, 3)
    assert studies() == 1


def test_one_that_was_cancelled_keeps_nothing(officer: Actor) -> None:
    job_id = asked(officer)
    with transaction():
        jobs.cancel(job_id, by=officer, at=clock.now())
    jobs.work_off()
    assert studies() == 0
    with transaction():
        jobs.again(job_id, by=officer, at=clock.now())
    jobs.work_off()
    assert studies() == 1


def test_where_nobody_s_door_is_known_it_says_so(app: Flask) -> None:
    assert app
    by = user(Role.DISTRICT_OFFICER).actor
    with transaction():
        question = Question(Way.WALKING, "all", is_nearest=False)
        job_id = jobs.ask("oversight.siting", question.arguments, key="none", by=by, at=clock.now()).id
    jobs.work_off()
    job = db.session.get_one(Job, job_id)
    assert job.state is JobState.REFUSED
    assert "Place doors first" in str(job.told)
