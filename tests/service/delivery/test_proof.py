"""Reports of stops become facts, and a hand-over becomes the meal: once, whoever reports it and how often."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import service as audit
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import DayPlan, StopReport
from app.delivery.routing.solver import Effort
from app.delivery.rules.proof import Outcome, Via
from app.delivery.rules.proof import StopReport as Report
from app.delivery.rules.release import mark_of
from app.delivery.service import draft_plan, keep_plan, key_back, release_plan, take_reports
from app.delivery.service.proof import Taken
from app.errors import Conflict
from app.extensions import db
from app.meals import service as ledger
from app.meals.models import Meal
from app.meals.rules import Channel, LedgerEntry
from app.roles import COMMAND, Scope
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.factories.district import canteen, policy_row
from tests.factories.facts import meal_caps, policy

AT = datetime(2026, 11, 23, 4, 30, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LUNCH = Sitting.LUNCH


@pytest.fixture(autouse=True)
def _a_released_plan(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        canteen("C02")
        rider()
        subscribed(neighbour("R-1"), meals=2)
        subscribed(neighbour("R-2", north=0.004))
    plan_and_release()


def plan_and_release() -> None:
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)


def the_plan() -> DayPlan:
    plan = queries.released_plan_of(MONDAY, LUNCH, "C01")
    assert plan is not None
    return plan


def report(resident_no: str, outcome: Outcome = Outcome.HANDED_OVER, **more: object) -> Report:
    """Report the resident's stop of the plan in force."""
    run, stop = next(
        (run, stop)
        for run in the_plan().runs
        for stop in run.stops
        if stop.subscription.resident.resident_no == resident_no
    )
    given: dict[str, object] = {"id": uuid4(), "happened_at": NOON, "via": Via.LINK, "reported_by": "Q-001"}
    return Report(run_id=run.id, position=stop.position, outcome=outcome, **(given | more))  # type: ignore[arg-type]  # what a test wants otherwise


def take(*reports: Report) -> list[Taken]:
    with transaction():
        return [receipt.taken for receipt in take_reports(reports, by=COMMAND, at=AT)]


def meals() -> list[Meal]:
    return list(db.session.execute(select(Meal).order_by(Meal.resident_no, Meal.served_at)).scalars())


def proof_of(resident_no: str) -> queries.Proof:
    doors = [stop.subscription for run in the_plan().runs for stop in run.stops]
    (door,) = [each for each in doors if each.resident.resident_no == resident_no]
    return queries.proofs(MONDAY, LUNCH, doors)[door.id]


def test_a_hand_over_becomes_a_delivered_meal_for_each_box_and_sending_it_again_changes_nothing() -> None:
    told = report("R-1")
    assert take(told) == [Taken.ACCEPTED]
    assert take(told, told) == [Taken.ACCEPTED] * 2
    assert take(report("R-1", reported_by="Q-002")) == [Taken.ACCEPTED]
    first, second = meals()
    assert (first.channel, first.site_code, first.price_fen) == (Channel.DELIVERED, "C01", 15_00)
    assert (first.served_at, second.served_at) == (NOON, NOON + timedelta(seconds=1))
    assert (first.recorded_by, first.served_on, first.sitting) == ("Q-001", MONDAY, LUNCH)
    assert len(proof_of("R-1").reports) == 2
    assert audit.verify()[1] is None


def test_two_riders_who_both_prove_a_stop_make_one_meal_and_a_person_sees_both() -> None:
    take(report("R-2"), report("R-2", id=uuid4(), happened_at=NOON + timedelta(minutes=1)))
    assert proof_of("R-2").claimed_by_others == (), "the same rider twice is one rider"
    take(report("R-2", reported_by="U-1", via=Via.PAPER, happened_at=NOON + timedelta(minutes=2)))
    assert proof_of("R-2").claimed_by_others == (), "who keys in the paper was not at the door"
    take(report("R-2", reported_by="Q-002", happened_at=NOON + timedelta(minutes=3)))
    assert [each.reported_by for each in proof_of("R-2").claimed_by_others] == ["Q-002"]
    assert len(meals()) == 1


def test_what_is_no_hand_over_is_kept_and_is_no_meal_until_it_is_handed_over() -> None:
    assert take(report("R-2", Outcome.NO_ANSWER, note="等了五分钟")) == [Taken.ACCEPTED]
    assert proof_of("R-2").outcome is Outcome.NO_ANSWER
    assert meals() == []
    take(report("R-2", happened_at=NOON + timedelta(minutes=9)))
    assert proof_of("R-2").outcome is Outcome.HANDED_OVER
    assert len(meals()) == 1
    take(report("R-2", Outcome.REFUSED, happened_at=NOON + timedelta(minutes=12)))
    assert [each.outcome for each in proof_of("R-2").contradictions] == [Outcome.REFUSED]


def test_the_same_id_with_other_content_is_a_conflict_and_an_unknown_stop_is_told() -> None:
    told = report("R-2", Outcome.NO_ANSWER)
    other = report("R-2", id=told.id)
    nowhere = Report(uuid4(), told.run_id, 99, Outcome.HANDED_OVER, NOON, Via.LINK, "Q-001")
    assert take(told, other, nowhere) == [Taken.ACCEPTED, Taken.CONFLICT, Taken.UNKNOWN_STOP]
    assert meals() == []
    with pytest.raises(Conflict, match="sent before"), transaction():
        key_back([other], by=COMMAND, at=AT)


def test_nothing_is_taken_for_a_run_that_was_never_released() -> None:
    with transaction():
        subscribed(neighbour("R-3", north=0.003))
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        run = keep_plan(draft, by=COMMAND, at=AT).runs[0].id
    assert take(Report(uuid4(), run, 1, Outcome.HANDED_OVER, NOON, Via.LINK, "Q-001")) == [Taken.UNKNOWN_STOP]
    assert queries.released_run(run, Scope()) is None


def test_two_versions_of_the_plan_make_one_meal_and_the_next_leaves_out_what_is_done() -> None:
    before = report("R-2")
    with transaction():
        subscribed(neighbour("R-3", north=0.003))
    plan_and_release()
    after = report("R-2")
    assert before.run_id != after.run_id
    assert take(after, before) == [Taken.ACCEPTED] * 2
    assert [meal.resident_no for meal in meals()] == ["R-2"]
    # What is not on its way any more is not carried again.
    early = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=early)
    assert len(draft.problem.orders) == 2


def test_a_meal_recorded_at_a_site_too_is_subsidised_once_and_shown() -> None:
    with transaction():
        policy_row(policy(caps=meal_caps(sitting=1)))
    at_counter = LedgerEntry(
        id=UUID(int=5),
        resident_no="R-2",
        site_code="C02",
        served_on=MONDAY,
        sitting=LUNCH,
        channel=Channel.DINE_IN,
        price_fen=12_00,
        served_at=NOON - timedelta(hours=1),
        recorded_by="U-1",
    )
    with transaction():
        ledger.take([at_counter], by=COMMAND, at=AT)
    take(report("R-2"))
    proof = proof_of("R-2")
    assert proof.reason is Reason.CAP_SITTING
    assert proof.elsewhere is not None
    assert proof.elsewhere.site_code == "C02"
    assert proof.meal_id is not None
    with transaction():
        ledger.reverse(proof.meal_id, "送错门", by=COMMAND, at=AT)
    assert proof_of("R-2").is_reversed


def test_many_hands_at_one_door_make_one_meal(app: Flask) -> None:
    told = [report("R-2", reported_by=f"Q-{number}") for number in range(6)]

    def one(each: Report) -> None:
        with app.app_context(), transaction():
            take_reports([each], by=COMMAND, at=AT)

    with ThreadPoolExecutor(6) as hands:
        list(hands.map(one, told))
    db.session.rollback()
    assert len(meals()) == 1
    assert len(db.session.execute(select(StopReport)).scalars().all()) == 6
