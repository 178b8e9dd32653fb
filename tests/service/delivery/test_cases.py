"""Cases of no answer: opened once, stepped through, closed once, or ended by a hand-over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DeliveredMeal
from app.delivery.models.cases import NoAnswerCase
from app.delivery.queries.cases import CaseAtDoor, case, count_open_cases, open_cases, order_on
from app.delivery.routing.solver import Effort
from app.delivery.rules.cases import DEFAULT_ORDER, CaseOutcome, Step, StepResult
from app.delivery.rules.proof import Outcome, StopReport, Via
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, keep_plan, release_plan, take_reports
from app.delivery.service.cases import close_case, note_step, order_steps, reveal_phone
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.meals.service import reverse
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
AT = NOON + timedelta(minutes=10)
LUNCH = Sitting.LUNCH
WORKER = Actor("U-000009", frozenset({Permission.DELIVERY_RECORD}), Scope("430103005001"))
COLLEAGUE = replace(WORKER, user_no="U-000010")
ELSEWHERE = replace(WORKER, scope=Scope("430103006001"))
KITCHEN_STAFF = replace(WORKER, scope=Scope("430103", "C01"))
OTHER_STAFF = replace(WORKER, scope=Scope("430103", "C02"))


@pytest.fixture(autouse=True)
def _a_released_plan(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1"))
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=NOON)
    with transaction():
        keep_plan(draft, by=COMMAND, at=NOON)
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=NOON)


def report(number: int, outcome: Outcome = Outcome.NO_ANSWER, *, minutes: int = 0) -> StopReport:
    plan = queries.released_plan_of(MONDAY, LUNCH, "C01")
    assert plan is not None
    return StopReport(
        id=UUID(int=number),
        run_id=plan.runs[0].id,
        position=1,
        outcome=outcome,
        happened_at=NOON + timedelta(minutes=minutes),
        via=Via.LINK,
        reported_by="Q-001",
    )


def take(*reports: StopReport) -> None:
    for each in reports:
        with transaction():
            take_reports([each], by=COMMAND, at=AT)


def test_something_else_is_said_in_words() -> None:
    take(report(1))
    with pytest.raises(DomainError, match="Write what it is"), transaction():
        close_case(_case_id(), CaseOutcome.OTHER, note="  ", by=WORKER, at=AT)
    with transaction():
        close_case(_case_id(), CaseOutcome.OTHER, note="在邻居家吃饭", by=WORKER, at=AT)
    assert not the_case().is_open


def the_case() -> CaseAtDoor:
    db.session.rollback()
    found = case(_case_id(), Scope())
    assert found is not None
    return found


def _case_id() -> int:
    return db.session.execute(select(NoAnswerCase.id)).scalar_one()


def note(turn: int = 1, *, by: Actor = WORKER, result: StepResult = StepResult.NOT_REACHED) -> None:
    case_id = _case_id()
    with transaction():
        note_step(case_id, Step.RESIDENT, result, note=" 打了两次 ", turn=turn, by=by, at=AT)


def close(*, by: Actor = WORKER) -> None:
    case_id = _case_id()
    with transaction():
        close_case(case_id, CaseOutcome.WELL, note="在午睡", by=by, at=AT)


def test_who_does_not_answer_is_one_case_however_often_it_is_reported() -> None:
    first = report(1)
    take(first, first, report(2, minutes=5), report(3, Outcome.REFUSED))
    found = the_case()
    assert (found.case.report_id, found.case.opened_at, found.is_open) == (first.id, AT, True)
    assert count_open_cases(Scope()) == 1


@pytest.mark.parametrize("given_first", [False, True])
def test_whatever_order_reports_come_in_a_hand_over_ends_the_case(*, given_first: bool) -> None:
    reports = [report(2), report(1, Outcome.HANDED_OVER, minutes=20)]
    take(*(reversed(reports) if given_first else reports))
    found = the_case()
    assert (found.is_open, found.handed_over_at) == (False, NOON + timedelta(minutes=20))
    assert count_open_cases(Scope()) == 0


def test_a_hand_over_that_is_taken_back_opens_the_case_again() -> None:
    take(report(1), report(2, Outcome.HANDED_OVER, minutes=20))
    meal_id = db.session.execute(select(DeliveredMeal.meal_id)).scalar_one()
    with transaction():
        reverse(meal_id, "wrong door", by=COMMAND, at=AT)
    assert the_case().is_open
    assert count_open_cases(Scope()) == 1


def test_a_step_is_noted_with_who_and_when_and_of_two_at_once_one_wins() -> None:
    take(report(1))
    note()
    with pytest.raises(Conflict):
        note(by=COLLEAGUE)
    note(2, by=COLLEAGUE, result=StepResult.REACHED)
    steps = the_case().case.steps
    assert [(each.turn, each.taken_by, each.note) for each in steps] == [
        (1, WORKER.user_no, "打了两次"),
        (2, COLLEAGUE.user_no, "打了两次"),
    ]


def test_a_case_is_closed_once_and_nothing_is_noted_afterwards() -> None:
    take(report(1))
    close()
    with pytest.raises(Conflict, match="resident is well"):
        close(by=COLLEAGUE)
    with pytest.raises(Conflict):
        note()
    closing = the_case().case.closing
    assert closing is not None
    assert (closing.closed_by, closing.note) == (WORKER.user_no, "在午睡")


def test_what_a_hand_over_has_ended_cannot_be_closed_by_hand() -> None:
    take(report(1), report(2, Outcome.HANDED_OVER, minutes=20))
    with pytest.raises(Conflict, match="handed over"):
        close()


@pytest.mark.parametrize(("by", "sees"), [(WORKER, 1), (KITCHEN_STAFF, 1), (ELSEWHERE, 0), (OTHER_STAFF, 0)])
def test_a_case_is_seen_and_touched_within_the_scope_alone(by: Actor, sees: int) -> None:
    take(report(1))
    assert (len(open_cases(by.scope)), count_open_cases(by.scope)) == (sees, sees)
    if sees:
        close(by=by)
        return
    for act in (close, note):
        with pytest.raises(NotFound):
            act(by=by)


def test_a_phone_is_shown_to_who_asks_and_the_look_is_kept() -> None:
    take(report(1))
    case_id = _case_id()
    with transaction():
        assert reveal_phone(case_id, by=WORKER, at=AT) == "13812345678"
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.actor, entry.subject) == (
        "resident.phone_revealed",
        WORKER.user_no,
        "resident:R-1",
    )
    assert "138" not in entry.detail
    db.session.rollback()
    with transaction(), pytest.raises(NotAllowed):
        reveal_phone(case_id, by=replace(WORKER, permissions=frozenset()), at=AT)


def test_an_order_holds_from_its_day_on_and_never_for_a_day_that_has_begun() -> None:
    tomorrow = MONDAY + timedelta(days=1)
    order = replace(DEFAULT_ORDER, from_on=tomorrow, steps=((Step.COMMUNITY, 20),), wait_minutes=3)
    with transaction():
        order_steps(order, "通知2026-9", by=COMMAND, at=AT)
    assert [order_on(day) for day in (MONDAY, tomorrow, date(2027, 1, 1))] == [DEFAULT_ORDER, order, order]
    db.session.rollback()
    with transaction(), pytest.raises(DomainError, match="tomorrow"):
        order_steps(replace(order, from_on=MONDAY), "", by=COMMAND, at=AT)
