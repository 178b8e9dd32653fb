"""Two contents under one number are decided once by a person; who ate twice is shown to both sites."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit import service as audit
from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import service as ledger
from app.meals.models import LedgerRecord, Meal, MealConflict, Reversal
from app.roles import Actor, Scope
from app.sealing import keyring
from app.till import queries, service
from app.till.models import ConflictReview, SeenDouble, Tablet
from app.till.queries import Double
from app.till.rules.conflicts import Verdict, id_of_other
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.factories.residents import id_number
from tests.factories.till import record, undoing, uuid_of
from tests.factories.worklist import sent, tablet

LATER = NOON + timedelta(hours=3)
HERE = Actor("U-5", scope=Scope("430103", "C01"))
THERE = Actor("U-6", scope=Scope("430103", "C02"))
DISTRICT = Actor("U-7", scope=Scope("430103"))
REASON = "第二条才对"
HANDS = 4


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        elder("R-000002", name="李建国").identity_index = keyring.index(
            id_number(8), context="resident.identity_number"
        )
        policy_row(policy(caps=meal_caps(sitting=1)))


@pytest.fixture
def sender() -> int:
    return tablet("C01")


def at_odds(sender: int, **changes: object) -> int:
    """Let a tablet send another content under the number of its first meal; give the conflict's id."""
    sent(sender, record(1))
    sent(sender, record(1, **changes))
    return db.session.execute(select(MealConflict.id)).scalar_one()


def records(kind: type[LedgerRecord] = Meal) -> list[LedgerRecord]:
    db.session.rollback()
    return list(db.session.execute(select(kind).order_by(kind.received_at, kind.id)).scalars())


def took_other(conflict_id: int, by: Actor = HERE, reason: str = REASON) -> UUID:
    with transaction():
        return service.take_other(conflict_id, reason, by=by, at=LATER)


def reviews() -> Sequence[ConflictReview]:
    db.session.rollback()
    return db.session.execute(select(ConflictReview)).scalars().all()


def test_two_contents_wait_until_somebody_looks(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    (found,) = queries.two_contents(HERE.scope)
    assert (found.first.id, found.conflict.id) == (uuid_of(1), conflict_id)
    assert queries.two_contents(THERE.scope) == []
    assert [queries.waiting(actor.scope) for actor in (HERE, DISTRICT, THERE)] == [1, 1, 0]


def test_the_first_is_right_and_nothing_else_changes(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    with transaction():
        service.keep_first(conflict_id, by=HERE, at=LATER)
    (review,) = reviews()
    assert (review.verdict, review.record_id, review.reviewed_by) == (Verdict.FIRST, None, "U-5")
    assert [meal.price_fen for meal in records()] == [15_00]
    assert queries.two_contents(HERE.scope) == []
    assert queries.waiting(HERE.scope) == 0


def test_the_other_is_taken_instead_the_first_reversed_and_both_stay(sender: int) -> None:
    conflict_id = at_odds(sender, resident="R-000002", channel="take_away", payment="cash")
    digest = queries.two_contents(HERE.scope)[0].conflict.digest
    record_id = took_other(conflict_id)
    assert record_id == id_of_other(uuid_of(1), digest)
    first, other = records()
    assert isinstance(first, Meal)
    assert isinstance(other, Meal)
    assert first.decision is not None
    assert other.decision is not None
    assert (first.decision.reason.value, other.decision.government_fen) == ("reversed", 300)
    assert (other.id, other.resident_no, other.channel.value) == (record_id, "R-000002", "take_away")
    assert (other.recorded_by, other.tablet, other.served_at) == ("U-1", "T-1", first.served_at)
    (reversal,) = records(Reversal)
    assert (reversal.reason, reversal.recorded_by) == (REASON, "U-5")
    assert [review.verdict for review in reviews()] == [Verdict.OTHER]
    acts = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert acts[-3:] == ["conflict.other_taken", "reversal.recorded", "meal.recorded"]
    assert audit.verify()[1] is None


def test_the_other_may_name_its_resident_by_identity_number(sender: int) -> None:
    took_other(at_odds(sender, resident=id_number(8)))
    assert [meal.resident_no for meal in records()] == ["R-000001", "R-000002"]


def test_a_first_that_is_reversed_already_stays_as_it_is(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    sent(sender, undoing(2, of=1))
    took_other(conflict_id)
    assert len(records(Reversal)) == 1
    assert [meal.price_fen for meal in records()] == [15_00, 10_00]


def test_a_first_that_undoes_a_meal_is_not_undone(sender: int) -> None:
    sent(sender, record(1), undoing(2, of=1))
    sent(sender, record(2))
    conflict_id = db.session.execute(select(MealConflict.id)).scalar_one()
    took_other(conflict_id)
    assert len(records(Reversal)) == 1
    assert len(records()) == 2


def test_the_other_that_undoes_a_meal_undoes_it(sender: int) -> None:
    sent(sender, record(1), record(2))
    sent(sender, undoing(2, of=1))
    took_other(db.session.execute(select(MealConflict.id)).scalar_one())
    assert {reversal.reverses for reversal in records(Reversal)} == {uuid_of(1), uuid_of(2)}


def test_nothing_is_taken_without_a_reason(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    with pytest.raises(DomainError) as caught:
        took_other(conflict_id, reason=" ")
    assert caught.value.field == "reason"
    assert reviews() == []


def test_another_sites_contents_are_not_there(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    with pytest.raises(NotFound):
        took_other(conflict_id, THERE)
    with pytest.raises(NotFound), transaction():
        service.keep_first(conflict_id, by=THERE, at=LATER)
    with pytest.raises(NotFound):
        took_other(conflict_id + 1)


def test_a_content_of_another_site_is_for_the_district() -> None:
    taken(entry(1), entry(1, site_code="C02"))
    conflict_id = db.session.execute(select(MealConflict.id)).scalar_one()
    with pytest.raises(DomainError, match="Let the district decide"):
        took_other(conflict_id)
    took_other(conflict_id, DISTRICT)
    assert [meal.site_code for meal in records()] == ["C01", "C02"]


def test_of_people_who_decide_at_once_one_wins(app: Flask, sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)

    def decide(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    if number % 2:
                        service.keep_first(conflict_id, by=HERE, at=LATER)
                    else:
                        service.take_other(conflict_id, REASON, by=DISTRICT, at=LATER)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(HANDS) as hands:
        won = list(hands.map(decide, range(HANDS)))
    assert sum(won) == 1
    (review,) = reviews()
    assert len(records()) == (1 if review.verdict is Verdict.FIRST else 2)
    assert audit.verify()[1] is None


def test_what_is_decided_is_told_to_who_comes_later(sender: int) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    took_other(conflict_id)
    with pytest.raises(Conflict, match="meanwhile"):
        took_other(conflict_id)


def doubles(by: Actor, first: date = TODAY, last: date = TODAY) -> list[Double]:
    db.session.rollback()
    return queries.doubles(by.scope, first, last)


def twice() -> None:
    """Let the first resident have lunch at both sites, at the second one first."""
    taken(entry(10), entry(5, site_code="C02", tablet="T-2"), entry(20, resident_no="R-000002"))


def test_who_ate_at_two_sites_is_shown_to_both_with_which_meal_is_subsidised() -> None:
    twice()
    (here,), (there,) = doubles(HERE), doubles(THERE)
    assert here.key == there.key == ("R-000001", TODAY, Sitting.LUNCH)
    assert [(meal.site_code, meal.government_fen, meal.is_mine) for meal in here.meals] == [
        ("C02", 300, False),
        ("C01", 0, True),
    ]
    assert [meal.is_mine for meal in there.meals] == [True, False]
    assert [meal.reason and meal.reason.value for meal in here.meals] == ["ok", "cap_sitting"]
    assert [meal.is_mine for meal in doubles(DISTRICT)[0].meals] == [True, True]


def test_one_meal_a_sitting_is_no_double() -> None:
    taken(
        entry(1),
        entry(2, sitting=Sitting.DINNER),
        entry(3, served_on=TODAY - timedelta(days=1), served_at=NOON - timedelta(days=1)),
        entry(4, resident_no=""),
        entry(5, resident_no=""),
    )
    assert doubles(DISTRICT, TODAY - timedelta(days=1)) == []


def test_a_reversed_meal_is_no_double() -> None:
    twice()
    with transaction():
        ledger.reverse(entry(5).id, "记错了", by=THERE, at=LATER)
    assert doubles(DISTRICT) == []


def test_a_third_sites_people_see_nothing_of_it() -> None:
    with transaction():
        canteen("C03", "430103005003")
    twice()
    assert doubles(Actor("U-8", scope=Scope("430103", "C03"))) == []
    assert doubles(Actor("U-9", scope=Scope("430103006"))) == []


def test_what_was_seen_is_noted_once_for_the_site() -> None:
    twice()
    for seen in (2, 3):
        with transaction():
            service.see_double("R-000001", TODAY, Sitting.LUNCH, meals_seen=seen, by=HERE, at=LATER)
    db.session.rollback()
    (row,) = db.session.execute(select(SeenDouble)).scalars()
    assert (row.site_code, row.meals, row.seen_by) == ("C01", 3, "U-5")
    assert queries.seen_doubles("C02", TODAY) == queries.seen_doubles("", TODAY) == []
    assert [each.resident_no for each in queries.seen_doubles("C01", TODAY)] == ["R-000001"]


def test_nobody_marks_what_is_not_theirs() -> None:
    twice()
    with pytest.raises(NotFound), transaction():
        service.see_double("R-000002", TODAY, Sitting.LUNCH, meals_seen=2, by=HERE, at=LATER)


@pytest.mark.parametrize("verdict", Verdict)
def test_the_tablet_learns_how_its_record_was_judged(sender: int, verdict: Verdict) -> None:
    conflict_id = at_odds(sender, price_fen=10_00)
    if verdict is Verdict.FIRST:
        with transaction():
            service.keep_first(conflict_id, by=HERE, at=LATER)
    else:
        took_other(conflict_id)
    row = db.session.execute(select(Tablet)).scalar_one()
    told = [each for each, _ in service.roster(row, since="", at=LATER).corrections if each.is_settled]
    conflict = db.session.execute(select(MealConflict)).scalar_one()
    assert [(each.id, each.status.value, each.digest) for each in told] == [
        (str(uuid_of(1)), "conflict", conflict.digest)
    ]
    said = {Verdict.FIRST: "that came first counts", Verdict.OTHER: "this record counts"}[verdict]
    assert said in str(told[0].message)
