"""The worklist: what was kept apart is taken in by a tap, put right by hand, or set aside; never deleted."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals.models import LedgerRecord, Meal, Reversal
from app.meals.rules import Channel
from app.roles import Actor, Scope
from app.till import queries, service
from app.till.models import QuarantinedRecord
from app.till.rules.mending import Mended, own_id
from app.till.rules.quarantine import Outcome, Problem
from app.till.service import Proposal
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON
from tests.factories.residents import id_number
from tests.factories.till import record, undoing, uuid_of
from tests.factories.worklist import kept_apart, row, sent, tablet, the_tablet

LATER = NOON + timedelta(hours=3)
HERE = Actor("U-5", scope=Scope("430103", "C01"))
THERE = Actor("U-6", scope=Scope("430103", "C02"))
DISTRICT = Actor("U-7", scope=Scope("430103"))
HANDS = 4


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy(caps=meal_caps(sitting=1)))


@pytest.fixture
def sender() -> int:
    return tablet("C01")


def proposal(kept_id: int, scope: Scope = HERE.scope) -> Proposal:
    (found,) = service.proposals([row(kept_id)], scope=scope)
    return found


def fixed(kept_id: int, by: Actor = HERE, *, choice: int = 0) -> QuarantinedRecord:
    key = proposal(kept_id, by.scope).fixes[choice].key
    with transaction():
        service.take_fixed(kept_id, key, by=by, at=LATER)
    return row(kept_id)


def the_meal() -> Meal:
    db.session.rollback()
    return db.session.execute(select(Meal)).scalar_one()


def count(model: type) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def acts() -> Sequence[AuditEntry]:
    db.session.rollback()
    return db.session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars().all()


@pytest.mark.parametrize(
    ("raw", "problem", "eaten"),
    [
        (record(1, price_fen=-5), Problem.PRICE, ("R-000001", 15_00, "ok")),
        (record(1, sitting="supper"), Problem.SITTING, ("R-000001", 15_00, "ok")),
        (record(1, channel="box"), Problem.CHANNEL, ("R-000001", 15_00, "ok")),
        (record(1, served_at="noon"), Problem.TIME, ("R-000001", 15_00, "ok")),
        (record(1, served_at="2026-03-09T12:00:00+08:00"), Problem.AHEAD, ("R-000001", 15_00, "ok")),
        (record(1, id="17"), Problem.NO_ID, ("R-000001", 15_00, "ok")),
        (record(1, by="x" * 40), Problem.WORDS, ("R-000001", 15_00, "ok")),
        (record(1, resident=id_number(8)), Problem.UNKNOWN_IDENTITY, ("", 15_00, "not_registered")),
        (record(1, resident="C4K7M29QXTB4"), Problem.UNKNOWN_CARD, ("", 15_00, "not_registered")),
        (record(1, resident="张三"), Problem.UNKNOWN_PERSON, ("", 15_00, "not_registered")),
        (record(1, tablet="T-77"), Problem.OTHER_SITE, ("R-000001", 15_00, "ok")),
    ],
)
def test_one_tap_takes_a_record_into_the_ledger_under_its_own_id(
    sender: int, raw: dict[str, object], problem: Problem, eaten: tuple[str, int, str]
) -> None:
    kept_id = kept_apart(sender, raw)
    assert row(kept_id).problem is problem
    settled = fixed(kept_id)
    meal = the_meal()
    assert meal.decision is not None
    assert (meal.resident_no, meal.price_fen, meal.decision.reason.value) == eaten
    assert (settled.outcome, settled.settled_by, settled.meal_id) == (Outcome.TAKEN, "U-5", meal.id)
    assert meal.id == (uuid_of(1) if problem is not Problem.NO_ID else own_id("T-1", settled.digest))
    assert (meal.tablet, meal.seq, meal.site_code) == ("T-1", 1, "C01")
    assert meal.recorded_by == ("U-1" if problem is not Problem.WORDS else "")
    assert [(each.action, each.actor) for each in acts()[-2:]] == [
        ("meal.recorded", "U-5"),
        ("quarantine.taken", "U-5"),
    ]
    assert audit.verify()[1] is None


def test_the_tablet_learns_what_became_of_its_record(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    fixed(kept_id)
    corrections = service.roster(the_tablet(sender), since="", at=LATER).corrections
    (receipt,) = [receipt for receipt, _ in corrections if receipt.id == str(uuid_of(1))]
    assert (receipt.status.value, receipt.government_fen, receipt.resident_fen) == ("accepted", 300, 1200)
    # Sent again, it is answered the same way and is not taken twice.
    (again,) = sent(sender, record(1, price_fen=-5), at=LATER)
    assert (again.status.value, again.government_fen, again.is_new) == ("accepted", 300, False)
    assert count(Meal) == 1


def test_a_fix_that_is_no_longer_what_was_shown_is_refused(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, resident=id_number(8)))
    key = proposal(kept_id).fixes[0].key
    with transaction():
        # Known by now, but by nobody's act that would have released the record.
        known = elder("R-000009")
        known.identity_index = row_index(kept_id)
    with pytest.raises(Conflict, match="has changed"), transaction():
        service.take_fixed(kept_id, key, by=HERE, at=LATER)
    assert fixed(kept_id).meal_id == uuid_of(1)
    assert the_meal().resident_no == "R-000009"


def row_index(kept_id: int) -> str | None:
    return db.session.execute(
        select(QuarantinedRecord.identity_index).where(QuarantinedRecord.id == kept_id)
    ).scalar_one()


def test_another_record_under_the_same_number_gets_one_of_its_own(sender: int) -> None:
    first = kept_apart(sender, record(1, price_fen=-5))
    second = kept_apart(sender, record(1, price_fen=-6))
    assert row(second).problem is Problem.SAME_ID
    assert fixed(first).meal_id == uuid_of(1)
    assert fixed(second).meal_id == own_id("T-1", row(second).digest)
    assert count(Meal) == 2


def test_an_id_that_stands_for_another_meal_already_is_not_taken_twice(sender: int) -> None:
    sent(sender, record(1))
    kept_id = kept_apart(sender, record(1, resident="张三"))
    assert proposal(kept_id).other_id == uuid_of(1)
    assert fixed(kept_id).meal_id == own_id("T-1", row(kept_id).digest)
    assert count(Meal) == 2


def by_hand(kept_id: int, by: Actor = HERE, **changes: object) -> QuarantinedRecord:
    """Take a record as somebody has put it right: a lunch of the second resident, taken away."""
    wanted = Mended(
        id=UUID(int=3),
        site_code="C01",
        resident_no="R-000002",
        sitting=Sitting.LUNCH,
        channel=Channel.TAKE_AWAY,
        price_fen=12_00,
        served_at=NOON,
        by="U-1",
        tablet="T-99",
        seq=4,
    )
    with transaction():
        service.take_as(kept_id, replace(wanted, **changes), by=by, at=LATER)  # type: ignore[arg-type]  # any member
    return row(kept_id)


BROKEN = {"id": str(uuid_of(1)), "seq": 4, "by": "U-1"}


def test_a_record_is_put_right_by_hand_but_keeps_its_id_and_tablet(sender: int) -> None:
    kept_id = kept_apart(sender, BROKEN)
    assert proposal(kept_id).fixes == ()
    settled = by_hand(kept_id)
    meal = the_meal()
    assert (meal.id, meal.tablet, meal.seq) == (uuid_of(1), "T-1", 4)
    assert (meal.resident_no, meal.channel, meal.price_fen) == ("R-000002", Channel.TAKE_AWAY, 12_00)
    assert (settled.meal_id, settled.settled_by) == (meal.id, "U-5")


def test_a_meal_may_be_put_right_to_nobody_registered(sender: int) -> None:
    by_hand(kept_apart(sender, BROKEN), resident_no="")
    assert the_meal().resident_no == ""


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"resident_no": "R-000077"}, "resident_no"),
        ({"served_at": LATER + timedelta(minutes=3)}, "day"),
        ({"site_code": "C02"}, None),
        ({"price_fen": -1}, None),
    ],
)
def test_what_cannot_be_is_not_taken(sender: int, changes: dict[str, Any], field: str | None) -> None:
    kept_id = kept_apart(sender, BROKEN)
    with pytest.raises(DomainError) as caught:
        by_hand(kept_id, **changes)
    assert caught.value.field == field
    assert row(kept_id).settled_at is None
    assert count(LedgerRecord) == 0


def test_the_undoing_of_a_meal_is_put_right_by_hand(sender: int) -> None:
    sent(sender, record(1))
    kept_id = kept_apart(sender, record(2, reverses=str(uuid_of(1)), reason=""))
    assert row(kept_id).problem is Problem.REVERSAL
    assert proposal(kept_id).fixes == ()
    by_hand(kept_id, reverses=uuid_of(1), reason="记错了", resident_no="")
    reversal = db.session.execute(select(Reversal)).scalar_one()
    assert (reversal.id, reversal.reverses, reversal.reason) == (uuid_of(2), uuid_of(1), "记错了")
    assert (reversal.resident_no, reversal.site_code) == ("R-000001", "C01")
    meal = the_meal()
    assert meal.decision is not None
    assert meal.decision.reason.value == "reversed"


def test_nobody_undoes_the_meal_of_another_site_from_the_worklist(sender: int) -> None:
    other = tablet("C02", "二号")
    sent(other, record(1))
    kept_id = kept_apart(sender, undoing(2, of=1, price_fen=-1))
    assert proposal(kept_id).fixes == ()
    with pytest.raises(DomainError, match="another site"):
        by_hand(kept_id, reverses=uuid_of(1), reason="记错了")
    # Whoever may act there may undo it.
    assert fixed(kept_id, DISTRICT).meal_id == uuid_of(2)
    assert db.session.execute(select(Reversal.site_code)).scalar_one() == "C02"


def test_a_record_is_set_aside_with_its_reason_and_stays(sender: int) -> None:
    kept_id = kept_apart(sender, BROKEN)
    with transaction():
        service.set_aside(kept_id, " 试机用的 ", by=HERE, at=LATER)
    settled = row(kept_id)
    assert (settled.outcome, settled.note, settled.settled_by) == (Outcome.SET_ASIDE, "试机用的", "U-5")
    assert settled.meal_id is None
    assert acts()[-1].action == "quarantine.set_aside"
    assert "试机" not in acts()[-1].detail
    assert (count(QuarantinedRecord), count(LedgerRecord)) == (1, 0)
    corrections = service.roster(the_tablet(sender), since="", at=LATER).corrections
    assert [receipt.status.value for receipt, _ in corrections] == ["quarantined"]


@pytest.mark.parametrize("reason", ["", "   ", "长" * 201])
def test_nothing_is_set_aside_without_a_reason(sender: int, reason: str) -> None:
    kept_id = kept_apart(sender, BROKEN)
    with pytest.raises(DomainError) as caught, transaction():
        service.set_aside(kept_id, reason, by=HERE, at=LATER)
    assert caught.value.field == "reason"
    assert row(kept_id).settled_at is None


def test_another_sites_record_is_not_there(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    key = proposal(kept_id).fixes[0].key
    with pytest.raises(NotFound), transaction():
        service.take_fixed(kept_id, key, by=THERE, at=LATER)
    with pytest.raises(NotFound):
        by_hand(kept_id, THERE, site_code="C02")
    with pytest.raises(NotFound), transaction():
        service.set_aside(kept_id, "不对", by=THERE, at=LATER)
    assert queries.waiting(THERE.scope) == 0
    assert queries.waiting(HERE.scope) == queries.waiting(DISTRICT.scope) == 1


def test_what_is_settled_stays_settled(sender: int) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    key = proposal(kept_id).fixes[0].key
    fixed(kept_id)
    with pytest.raises(Conflict, match="meanwhile"), transaction():
        service.take_fixed(kept_id, key, by=HERE, at=LATER)
    with pytest.raises(Conflict, match="meanwhile"), transaction():
        service.set_aside(kept_id, "不对", by=HERE, at=LATER)
    assert proposal(kept_id).fixes == ()
    assert row(kept_id).outcome is Outcome.TAKEN


def test_of_people_who_settle_at_once_one_wins_and_the_others_are_told(app: Flask, sender: int) -> None:
    kept_id = kept_apart(sender, record(1, price_fen=-5))
    key = proposal(kept_id).fixes[0].key

    def settle(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    if number % 2:
                        service.take_fixed(kept_id, key, by=HERE, at=LATER)
                    else:
                        service.set_aside(kept_id, "不对", by=DISTRICT, at=LATER)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(HANDS) as hands:
        won = list(hands.map(settle, range(HANDS)))
    assert sum(won) == 1
    assert count(Meal) == (1 if row(kept_id).outcome is Outcome.TAKEN else 0)
    settling = [act for act in acts() if act.action.startswith("quarantine.")]
    assert len(settling) == 1
    assert audit.verify()[1] is None


def test_a_record_of_another_sites_tablet_goes_to_that_site_where_one_may_act(sender: int) -> None:
    tablet("C02", "二号")
    kept_id = kept_apart(sender, record(1, tablet="T-2"))
    assert [fix.mended.site_code for fix in proposal(kept_id).fixes] == ["C01"]
    fixed(kept_id, DISTRICT)
    meal = the_meal()
    assert (meal.site_code, meal.tablet) == ("C02", "T-2")


def test_what_waits_comes_first_and_the_oldest_of_it(sender: int) -> None:
    first, second, third = (kept_apart(sender, record(number, price_fen=-5)) for number in (1, 2, 3))
    fixed(first)
    listed = db.session.execute(queries.kept(DISTRICT.scope)).scalars().all()
    assert [each.id for each in listed] == [second, third, first]
