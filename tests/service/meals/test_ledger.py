"""The ledger on a real database: each record once, nothing changed, decisions as the facts say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import queries, service
from app.meals.models import Decision, DecisionLayer, LedgerRecord, MealConflict
from app.meals.rules import Channel, LedgerEntry, ReceiptStatus
from app.residents.models import Resident, ResidentCategory, ResidentStatus
from app.residents.rules.facts import Category, Status
from app.roles import COMMAND, Actor, Scope
from app.subsidy.rules import Rate, Reason, When
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import layer, meal_caps, policy

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
TODAY = date(2026, 3, 2)
Rows = dict[UUID, tuple[str, int, int]]


@pytest.fixture(autouse=True)
def _district(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy(caps=meal_caps(sitting=1)))


def entry(number: int, **changes: object) -> LedgerEntry:
    made = LedgerEntry(
        id=UUID(int=number),
        resident_no="R-000001",
        site_code="C01",
        served_on=TODAY,
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=NOON + timedelta(seconds=number),
        recorded_by="U-1",
    )
    return replace(made, **changes)  # type: ignore[arg-type]  # any field of it


def undoing(number: int, of: LedgerEntry) -> LedgerEntry:
    return replace(
        of, id=UUID(int=number), reverses=of.id, reason="记错了", served_at=NOON + timedelta(hours=1)
    )


def taken(*entries: LedgerEntry) -> list[ReceiptStatus]:
    with transaction():
        return [receipt.status for receipt in service.take(entries, by=COMMAND, at=NOON)]


def decisions() -> Rows:
    rows = db.session.execute(select(Decision)).scalars()
    return {row.meal_id: (row.reason.value, row.government_fen, row.resident_fen) for row in rows}


def held(model: type[LedgerRecord | MealConflict]) -> int:
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def test_a_meal_is_decided_as_it_is_recorded() -> None:
    with transaction():
        receipt = service.record(entry(1), by=COMMAND, at=NOON)
    assert receipt.decision is not None
    assert (receipt.decision.government_fen, receipt.decision.resident_fen) == (3_00, 12_00)
    assert decisions() == {UUID(int=1): ("ok", 3_00, 12_00)}
    layers = db.session.execute(select(DecisionLayer)).scalars().all()
    assert [(row.payer, row.amount_fen) for row in layers] == [("district", 3_00)]


def test_sending_a_record_again_changes_nothing_and_gives_the_same_receipt() -> None:
    with transaction():
        first = service.take([entry(1)], by=COMMAND, at=NOON)
    with transaction():
        again = service.take([entry(1), entry(1)], by=COMMAND, at=NOON + timedelta(days=1))
    assert again == [*first, *first]
    assert held(LedgerRecord) == 1


def test_other_content_under_a_known_id_is_kept_apart_and_changes_nothing() -> None:
    taken(entry(1))
    assert taken(entry(1, price_fen=99_00), entry(2)) == [ReceiptStatus.CONFLICT, ReceiptStatus.ACCEPTED]
    assert taken(entry(1, price_fen=99_00)) == [ReceiptStatus.CONFLICT]
    assert (held(LedgerRecord), held(MealConflict)) == (2, 1)
    assert decisions()[UUID(int=1)] == ("ok", 3_00, 12_00)


def test_a_single_record_that_conflicts_is_refused() -> None:
    taken(entry(1))
    with pytest.raises(Conflict), transaction():
        service.record(entry(1, price_fen=99_00), by=COMMAND, at=NOON)


def test_the_second_lunch_at_another_site_is_served_at_full_price() -> None:
    taken(entry(1), entry(2, site_code="C02"))
    assert decisions() == {UUID(int=1): ("ok", 3_00, 12_00), UUID(int=2): ("cap_sitting", 0, 15_00)}


def test_an_earlier_meal_that_comes_late_takes_the_slot() -> None:
    taken(entry(2))
    taken(entry(1, site_code="C02"))
    assert decisions() == {UUID(int=1): ("ok", 3_00, 12_00), UUID(int=2): ("cap_sitting", 0, 15_00)}


def test_a_reversal_frees_the_slot_whichever_comes_first() -> None:
    meal, second = entry(1), entry(2)
    expected = {UUID(int=1): ("reversed", 0, 15_00), UUID(int=2): ("ok", 3_00, 12_00)}
    taken(undoing(9, meal))
    taken(second)
    taken(meal)
    assert decisions() == expected


def test_a_meal_may_come_before_its_resident() -> None:
    taken(entry(1, resident_no="R-000009"), entry(2, resident_no=""))
    assert {row[0] for row in decisions().values()} == {"not_registered"}
    with transaction():
        elder("R-000009", name="赵大海")
        service.decide_again({"R-000009": ()})
    assert decisions() == {UUID(int=1): ("ok", 3_00, 12_00), UUID(int=2): ("not_registered", 0, 15_00)}


@pytest.mark.parametrize("table", ["ledger", "meal_conflict"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET digest = 'x'", "DELETE FROM {}"])
@pytest.mark.as_owner
def test_the_database_refuses_to_change_facts(table: str, statement: str) -> None:
    taken(entry(1))
    taken(entry(1, price_fen=1))
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(sql(statement.format(table)))


def test_parts_that_do_not_add_up_are_refused_by_the_database() -> None:
    taken(entry(1))
    with pytest.raises(DBAPIError, match="parts_add_up"), transaction():
        db.session.execute(sql("UPDATE decision SET resident_fen = 1"))


def test_a_meal_is_reversed_once_and_with_a_reason() -> None:
    taken(entry(1))
    with pytest.raises(DomainError), transaction():
        service.reverse(UUID(int=1), "  ", by=COMMAND, at=NOON)
    with transaction():
        service.reverse(UUID(int=1), "点错了人", by=COMMAND, at=NOON)
    with pytest.raises(Conflict), transaction():
        service.reverse(UUID(int=1), "点错了人", by=COMMAND, at=NOON)
    assert decisions()[UUID(int=1)][0] == "reversed"


def test_undo_works_for_ten_minutes_and_then_asks_for_a_reason() -> None:
    taken(entry(1), entry(2, resident_no="R-000002"))
    with transaction():
        service.undo(UUID(int=1), by=COMMAND, at=NOON + timedelta(minutes=10))
    with pytest.raises(DomainError), transaction():
        service.undo(UUID(int=2), by=COMMAND, at=NOON + timedelta(minutes=10, seconds=1))


def test_another_sites_meal_is_not_there_for_staff() -> None:
    taken(entry(1))
    stranger = Actor("U-7", scope=Scope("430103", "C02"))
    with pytest.raises(NotFound), transaction():
        service.reverse(UUID(int=1), "记错了", by=stranger, at=NOON)


def test_a_quote_says_what_recording_would_give_and_writes_nothing() -> None:
    asked = {"sitting": Sitting.LUNCH, "on": TODAY, "price_fen": 15_00, "at": NOON + timedelta(hours=1)}
    assert service.quote("R-000001", "C01", **asked).government_fen == 3_00  # type: ignore[arg-type]  # by name
    taken(entry(1))
    assert service.quote("R-000001", "C02", **asked).reason is Reason.CAP_SITTING  # type: ignore[arg-type]  # as above
    assert service.quote("", "C02", **asked).reason is Reason.NOT_REGISTERED  # type: ignore[arg-type]  # as above
    assert held(LedgerRecord) == 1


def history() -> list[LedgerEntry]:
    """Give two residents' ten days at two sites, with seconds, late reversals and a stranger."""
    meals = [
        entry(
            100 + number,
            resident_no=("R-000001", "R-000002", "")[number % 7 % 3],
            site_code=("C01", "C02")[number % 3 % 2],
            served_on=TODAY + timedelta(days=number // 6),
            sitting=tuple(Sitting)[number % 4 % 3],
            served_at=NOON + timedelta(days=number // 6, minutes=(number * 37) % 59),
            price_fen=(15_00, 2_00, 8_50)[number % 5 % 3],
        )
        for number in range(60)
    ]
    return [*meals, *(undoing(900 + index, meals[index * 4]) for index in range(12))]


def all_again() -> Rows:
    """Forget every decision and derive it anew from the facts."""
    with transaction():
        db.session.execute(delete(DecisionLayer))
        db.session.execute(delete(Decision))
        service.decide_again({"R-000001": (), "R-000002": (), "": ()})
    return decisions()


@pytest.mark.parametrize("order", ["as served", "backwards", "one by one, interleaved"])
@pytest.mark.parametrize(
    "caps", [{"sitting": 1, "day": 2}, {"sitting": 1, "week": 4}, {"week": 3, "month": 7}]
)
def test_any_order_of_arrival_gives_the_decisions_that_the_facts_give(
    caps: dict[str, int], order: str
) -> None:
    with transaction():
        policy_row(policy(effective_from=date(2026, 2, 1), caps=meal_caps(**caps)))
        policy_row(
            policy(
                layer(Rate(amount_fen=5_00, when=When(category=Category.DESTITUTE)), Rate(amount_fen=2_00)),
                effective_from=date(2026, 3, 7),
                caps=meal_caps(**caps),
            )
        )
    records: Sequence[LedgerEntry] = history()
    if order == "as served":
        taken(*records)
    elif order == "backwards":
        taken(*reversed(records[30:]))
        taken(*reversed(records[:30]))
    else:
        for index in sorted(range(len(records)), key=lambda index: (index * 29) % len(records)):
            taken(records[index])
    incremental = decisions()
    assert incremental == all_again()
    assert len({row[0] for row in incremental.values()}) >= 4
    assert len(incremental) == 60


def test_facts_learnt_later_change_the_decisions_they_bear_on() -> None:
    with transaction():
        policy_row(
            policy(
                layer(Rate(amount_fen=3_00), Rate(amount_fen=6_00, when=When(category=Category.DESTITUTE))),
                effective_from=date(2026, 2, 1),
            )
        )
    taken(entry(1), entry(2, served_on=TODAY + timedelta(days=1), served_at=NOON + timedelta(days=1)))
    with transaction():
        person = db.session.execute(select(Resident).where(Resident.resident_no == "R-000001")).scalar_one()
        person.categories.append(ResidentCategory(category=Category.DESTITUTE, from_on=TODAY))
        person.statuses.append(ResidentStatus(status=Status.DECEASED, from_on=TODAY + timedelta(days=1)))
        db.session.flush()
        service.decide_again({"R-000001": ()})
    assert decisions() == {UUID(int=1): ("ok", 6_00, 9_00), UUID(int=2): ("deceased", 0, 15_00)}


def test_the_ledger_lists_within_the_scope() -> None:
    taken(entry(1), entry(2, site_code="C02", resident_no="R-000002"))
    days = {"first": TODAY, "last": TODAY}
    for scope, expected in [(Scope("430103"), 2), (Scope("430103006"), 1), (Scope("430103", "C01"), 1)]:
        assert len(db.session.execute(queries.ledger(scope, **days)).scalars().all()) == expected  # type: ignore[arg-type]  # by name
