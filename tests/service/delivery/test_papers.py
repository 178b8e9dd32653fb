"""Riders without training or insurance: neither planned, nor released, nor given anything by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.queries import site_of
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan
from app.delivery.routing import handwork
from app.delivery.routing.solver import Effort
from app.delivery.routing.timetable import Place
from app.delivery.rules.proof import instant_of
from app.delivery.rules.readiness import Gap, NewWaiver, Papers
from app.delivery.rules.release import mark_of
from app.delivery.service import (
    concerns_of,
    draft_plan,
    end_waiver,
    enter_papers,
    keep_plan,
    release_plan,
    waive_papers,
)
from app.delivery.service.handwork import change_plan, plan_in_hand
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import LONG_AGO, LONG_AHEAD, MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH
SUNDAY = MONDAY - timedelta(days=1)
SOUND = Papers(LONG_AGO, MONDAY)
OVER = Papers(LONG_AGO, SUNDAY)


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour())


def plan(at: datetime = AT) -> DayPlan:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=at)
    with transaction():
        keep_plan(draft, by=COMMAND, at=at)
    kept = queries.plan_of(MONDAY, LUNCH, "C01")
    assert kept is not None
    return kept


def release(at: datetime = AT) -> None:
    with transaction():
        (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens_of_day(MONDAY, LUNCH, COMMAND.scope))
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(concerns_of(day)), by=COMMAND, at=at)


def enter(papers: Papers, rider_no: str = "Q-001") -> None:
    with transaction():
        enter_papers(rider_no, papers, by=COMMAND, at=AT)


def riding(on: date = MONDAY) -> list[str]:
    return [each.rider_no for each in queries.riders_on(on, ["C01"])["C01"]]


@pytest.mark.parametrize(
    ("papers", "gap"),
    [
        (Papers(None, None), Gap.UNTRAINED),
        (Papers(MONDAY + timedelta(days=1), MONDAY), Gap.TRAINED_LATER),
        (Papers(MONDAY, None), Gap.UNINSURED),
        (Papers(MONDAY, SUNDAY), Gap.LAPSED),
    ],
)
def test_who_is_not_trained_or_insured_on_the_day_is_not_planned(papers: Papers, gap: Gap) -> None:
    enter(papers)
    assert riding() == []
    (unready,) = queries.crews_on(MONDAY, ["C01"])["C01"].unready
    assert (unready.rider.rider_no, unready.gap, unready.is_held_back) == ("Q-001", gap, True)
    kept = plan()
    assert kept.runs == []
    assert len(kept.unserved) == 1


def test_trained_and_insured_on_the_very_day_is_enough() -> None:
    enter(Papers(MONDAY, MONDAY))
    assert riding() == ["Q-001"]
    assert riding(MONDAY + timedelta(days=1)) == []


def test_a_plan_that_sends_a_rider_whose_papers_went_is_not_released_whatever_was_seen() -> None:
    plan()
    enter(OVER)
    with pytest.raises(DomainError, match="may not ride on this day: the insurance ended with 2026-11-22"):
        release()
    enter(SOUND)
    release()


def test_planning_again_leaves_them_what_is_on_its_way_and_can_be_released() -> None:
    with transaction():
        rider("Q-002")
    begun = plan().runs[0]
    release()
    on_the_way = instant_of(MONDAY, begun.depart_seconds)
    enter(OVER, begun.rider.rider_no)
    with transaction():
        subscribed(neighbour("R-2", north=0.003))
    kept = plan(on_the_way)
    assert {run.rider_id == begun.rider_id: len(run.stops) for run in kept.runs} == {True: 1, False: 1}
    release(on_the_way)


def test_nothing_is_given_to_them_by_hand_and_what_they_have_may_be_taken_away() -> None:
    with transaction():
        rider("Q-002")
    run = plan().runs[0]
    other = {"Q-001": "Q-002", "Q-002": "Q-001"}[run.rider.rider_no]
    ids = {each.rider_no: each.id for each in queries.riders_on(MONDAY, ["C01"])["C01"]}
    enter(OVER, other)
    site = site_of("C01", COMMAND.scope)
    assert site is not None

    def give(to: int) -> None:
        seen = plan_in_hand(MONDAY, LUNCH, site, at=AT).mark
        (rides,) = {each.rider_id for each in plan_in_hand(MONDAY, LUNCH, site, at=AT).plan.runs}
        with transaction():
            change_plan(
                MONDAY,
                LUNCH,
                site,
                lambda problem, routes: handwork.with_rider(problem, routes, Place(rides, 0), to),
                seen=seen,
                by=COMMAND,
                at=AT,
            )

    with pytest.raises(DomainError, match="may not ride"):
        give(ids[other])
    enter(SOUND, other)
    enter(OVER, run.rider.rider_no)
    give(ids[other])
    release()


def test_a_waiver_lets_them_ride_until_its_end_and_no_longer() -> None:
    enter(OVER)
    with transaction():
        waive_papers("Q-001", NewWaiver(MONDAY + timedelta(days=2), "正在续保"), by=COMMAND, at=AT)
    days = [MONDAY + timedelta(days=count) for count in range(-1, 3)]
    assert [riding(day) for day in days] == [["Q-001"], ["Q-001"], ["Q-001"], []]
    (unready,) = queries.crews_on(MONDAY, ["C01"])["C01"].unready
    assert not unready.is_held_back
    plan()
    release()
    acts = list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars())
    assert acts[:2] == ["rider.papers_entered", "rider.papers_waived"]


def test_nobody_who_lacks_nothing_is_waived_anything() -> None:
    enter(Papers(LONG_AGO, LONG_AHEAD - timedelta(days=365 * 70)))
    with pytest.raises(DomainError, match="may ride on these days anyway"), transaction():
        waive_papers("Q-001", NewWaiver(MONDAY + timedelta(days=2), "正在续保"), by=COMMAND, at=AT)


def test_a_waiver_is_ended_early_once_and_another_may_follow() -> None:
    with transaction():
        enter_papers("Q-001", OVER, by=COMMAND, at=AT)
        waive_papers("Q-001", NewWaiver(MONDAY + timedelta(days=20), "人手不够"), by=COMMAND, at=AT)
    assert len(plan().runs) == 1
    with transaction():
        end_waiver("Q-001", by=COMMAND, at=AT)
    assert plan().runs == []
    with pytest.raises(NotFound), transaction():
        end_waiver("Q-001", by=COMMAND, at=AT)
    with transaction():
        waive_papers("Q-001", NewWaiver(MONDAY + timedelta(days=2), "又缺人"), by=COMMAND, at=AT)
    assert len(plan().runs) == 1
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert acts.count("rider.waiver_ended") == 1
