"""How the two databases are spoken to: lists as one parameter, rows in one go, and what is refused."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select, text

from app.database import among, count_the_rows, insert_rows
from app.extensions import db
from app.meals.models import LedgerRecord, MealConflict
from app.meals.rules import LedgerEntry
from app.meals.service.record import ledger_row
from app.residents.models import Resident
from app.till.models import QuarantinedRecord
from app.transaction import transaction
from tests.factories.district import canteen, elder
from tests.factories.meals import NOON
from tests.service.meals.test_ledger import entry

pytestmark = pytest.mark.usefixtures("app")
IDS = select(LedgerRecord.id).where(among(LedgerRecord.id, "ids")).order_by(LedgerRecord.id)
NAMES = select(Resident.name).where(among(Resident.name, "names"), among(Resident.id, "ids"))


def rows(*numbers: int, note: str = "") -> list[dict[str, object]]:
    made: list[LedgerEntry] = [entry(number, recorded_by=note or "U-1") for number in numbers]
    return [ledger_row(each, NOON) for each in made]


def inserted(*numbers: int) -> int:
    with transaction():
        return insert_rows(db.session, LedgerRecord, rows(*numbers), if_new=True)


def test_rows_are_inserted_once_and_counted() -> None:
    with transaction():
        canteen("C01")
    assert [inserted(1, 2), inserted(2, 3, 4), inserted(1, 4), inserted()] == [2, 2, 0, 0]
    kept = db.session.execute(select(LedgerRecord).where(LedgerRecord.id == UUID(int=3))).scalar_one()
    assert (kept.served_at, kept.served_on, kept.reverses, kept.reason) == (
        entry(3).served_at,
        date(2026, 3, 2),
        None,
        "",
    )


@pytest.mark.parametrize("note", ['"', "\\", "'; --", "老", "𠮷", "{1,2}", "NULL", "a\tb"])
def test_what_is_inserted_comes_back_as_it_was(note: str) -> None:
    with transaction():
        canteen("C01")
        insert_rows(db.session, LedgerRecord, rows(1, note=note))
    assert db.session.execute(select(LedgerRecord.recorded_by)).scalar_one() == note


def test_what_is_read_in_parts_is_planned_as_read_to_its_end() -> None:
    if db.engine.dialect.name == "postgresql":
        db.session.rollback()
        assert db.session.execute(text("SHOW cursor_tuple_fraction")).scalar_one() == "1"


def test_a_list_of_any_length_is_one_parameter() -> None:
    with transaction():
        canteen("C01")
    inserted(*range(1, 6))
    some = [UUID(int=number) for number in (2, 4, 9)]
    assert db.session.execute(IDS, {"ids": some}).scalars().all() == some[:2]
    assert db.session.execute(IDS, {"ids": []}).scalars().all() == []
    many = [UUID(int=number) for number in range(40_000)]
    assert len(db.session.execute(IDS, {"ids": many}).scalars().all()) == 5


def test_a_long_transaction_lets_its_rows_be_counted_before_it_ends() -> None:
    with transaction():
        canteen("C01")
        insert_rows(db.session, LedgerRecord, rows(*range(1, 301)))
        count_the_rows(db.session)
        if db.engine.dialect.name == "postgresql":
            counted = text("SELECT reltuples FROM pg_class WHERE oid = 'ledger'::regclass")
            assert db.session.execute(counted).scalar_one() == 300


@pytest.mark.parametrize("name", ['O"Neil', "王,秀", "{", "NULL", "老\\"])
def test_a_list_may_hold_any_words(name: str) -> None:
    with transaction():
        number = elder(name=name).id
    found = db.session.execute(NAMES, {"names": ["x", name], "ids": [number, 0]}).scalars().all()
    assert found == [name]


def test_an_instant_without_its_zone_is_refused() -> None:
    row = {"meal_id": UUID(int=1), "digest": "d", "content": "{}", "received_at": NOON.replace(tzinfo=None)}
    with pytest.raises(Exception, match="needs its zone"), transaction():
        insert_rows(db.session, MealConflict, [row])


def test_sealed_columns_are_not_written_past_their_seal() -> None:
    row = {"tablet_id": 1, "record_id": "x", "digest": "d", "content": "11010519491231002X"}
    with pytest.raises(TypeError, match="seals a column"), transaction():
        insert_rows(db.session, QuarantinedRecord, [row | {"received_at": NOON}])
