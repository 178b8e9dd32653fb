"""Residents on a real database: registered once, found by what is typed, kept within a scope."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from app.areas.service import seed_areas
from app.audit.models import AuditEntry
from app.errors import DomainError, NotAllowed, NotFound
from app.extensions import db
from app.residents import queries, service
from app.residents.models import Resident
from app.residents.rules.categories import period
from app.residents.rules.facts import Category, Status, StatusChange
from app.residents.rules.identity import identity
from app.roles import COMMAND, Actor, Permission, Role, Scope
from app.sheet.cells import Unreadable
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, id_number, identity_of, person

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
WORKER = Actor("U-7", Role.COMMUNITY_WORKER.permissions, Scope(COMMUNITY))
STRANGER = Actor("U-8", Role.COMMUNITY_WORKER.permissions, Scope("430103006001"))


@pytest.fixture(autouse=True)
def told(app: object) -> Iterator[list[frozenset[str]]]:  # noqa: ARG001 - asked for its context
    heard: list[frozenset[str]] = []

    def hear(_sender: object, resident_nos: frozenset[str]) -> None:
        heard.append(resident_nos)

    with transaction():
        seed_areas(by=COMMAND, at=NOW)
    with service.facts_changed.connected_to(hear):
        yield heard


def registered(name: str = "曾国强", sequence: int = 1, by: Actor = WORKER, **changes: str) -> str:
    with transaction():
        made = service.register(identity_of(sequence), person(name, **changes), by=by, at=NOW)
        return made.resident_no


def found(query: str, scope: Scope = Scope()) -> list[str]:  # noqa: B008 - it is frozen
    return [each.name for each in db.session.execute(queries.residents(scope, query=query)).scalars()]


def acts() -> list[str]:
    return list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars())[1:]


def test_somebody_registers_and_gets_a_number() -> None:
    assert [registered(), registered("李四", 2)] == ["R-000001", "R-000002"]
    assert acts() == ["resident.registered", "resident.registered"]


def test_numbers_and_phones_lie_sealed_in_the_database() -> None:
    registered()
    raw = db.session.execute(
        select(type_coerce(Resident.identity_number, LargeBinary), type_coerce(Resident.phone, LargeBinary))
    ).one()
    assert id_number().encode() not in raw[0]
    assert b"13812345678" not in raw[1]


def test_one_identity_number_registers_once_and_the_other_is_named() -> None:
    registered()
    with pytest.raises(DomainError, match="R-000001") as caught:
        registered("同一人")
    assert caught.value.field == "id_number"


@pytest.mark.parametrize(
    "query",
    [
        "曾国",
        "曾 国强",
        "zgq",
        "ZENG",
        "zengguoqiang",
        "cgq",
        "5678",
        "138 1234 5678",
        id_number(),
        "R-000001",
        "r-0000",
    ],
)
def test_a_resident_is_found_by_what_is_typed(query: str) -> None:
    registered()
    registered("李四", 2, phone="13900000001", address="")
    assert "曾国强" in found(query)
    if query != "r-0000":
        assert found(query) == ["曾国强"]


@pytest.mark.parametrize("query", ["gq", "王", "9999", "%", "_", id_number(5), "13912345678"])
def test_others_are_not_found(query: str) -> None:
    registered()
    assert found(query) == []


def test_the_end_of_the_identity_number_finds_too() -> None:
    registered(sequence=7)
    assert found(id_number(7)[-4:].lower()) == ["曾国强"]


def test_residents_are_listed_by_their_pinyin() -> None:
    for sequence, name in enumerate(("张三", "陈芳军", "单雄", "欧阳明", "安娜", "陈芳", "陈放"), start=1):
        registered(name, sequence)
    assert found("") == ["安娜", "陈放", "陈芳", "陈芳军", "欧阳明", "单雄", "张三"]


def test_a_scope_holds_those_who_live_or_are_registered_there() -> None:
    registered("住在这里", 1, registered_area="430111")
    registered("户籍在这里", 2, residence_area="430111001001")
    registered("都不在", 3, COMMAND, registered_area="430111", residence_area="430111001001")
    assert sorted(found("", Scope(COMMUNITY))) == ["住在这里", "户籍在这里"]
    assert sorted(found("", Scope("430103"))) == ["住在这里", "户籍在这里"]
    assert found("", Scope("430103", site_code="C01")) == []
    assert len(found("")) == 3


def test_what_lies_outside_the_scope_is_as_if_it_were_not_there() -> None:
    number = registered()
    held = period(Category.LIVING_ALONE, None, date(2026, 1, 1))
    for act in (
        lambda: service.edit(number, person(), by=STRANGER, at=NOW),
        lambda: service.begin_category(number, held, evidence="", by=STRANGER, at=NOW),
        lambda: service.change_status(
            number, StatusChange(Status.DECEASED, date(2026, 1, 1)), by=STRANGER, at=NOW
        ),
        lambda: service.reveal_identity(number, by=STRANGER, at=NOW),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    with pytest.raises(Unreadable, match="430103006001"):
        registered("别处的人", 2, STRANGER)


def test_a_place_that_the_district_does_not_have_is_refused() -> None:
    with pytest.raises(Unreadable, match="430103005999") as caught:
        registered(residence_area="430103005999")
    assert caught.value.field == "residence_area"


def test_nobody_registers_before_being_born() -> None:
    with pytest.raises(Unreadable, match="in the future"), transaction():
        service.register(identity(id_number(born="20270101")), person(), by=WORKER, at=NOW)


def test_a_correction_changes_what_is_kept_and_tells_when_decisions_rest_on_it(
    told: list[frozenset[str]],
) -> None:
    number = registered()
    told.clear()
    with transaction():
        service.edit(number, person("曾国强", phone="13900001111"), by=WORKER, at=NOW)
    assert told == []
    with transaction():
        service.edit(number, person("曾国强", registered_area="430111"), by=WORKER, at=NOW)
    assert told == [frozenset({number})]
    assert found("1111") == []
    assert acts() == ["resident.registered", "resident.edited", "resident.edited"]


def test_a_wrong_identity_number_is_corrected_but_never_to_anothers() -> None:
    number, other = registered(), registered("李四", 2)
    with transaction():
        service.edit(number, person(), identity=identity(id_number(3, "19400101")), by=WORKER, at=NOW)
    resident = queries.resident_of(number, Scope())
    assert resident is not None
    assert resident.birth_on == date(1940, 1, 1)
    assert found(id_number(3, "19400101")) == ["曾国强"]
    with pytest.raises(DomainError, match=other), transaction():
        service.edit(number, person(), identity=identity_of(2), by=WORKER, at=NOW)


def test_a_look_at_the_whole_number_is_recorded() -> None:
    number = registered()
    with transaction():
        assert service.reveal_identity(number, by=WORKER, at=NOW) == id_number()
    assert acts()[-1] == "resident.identity_revealed"
    blind = Actor("U-9", WORKER.permissions - {Permission.IDENTITY_REVEAL}, WORKER.scope)
    with pytest.raises(NotAllowed), transaction():
        service.reveal_identity(number, by=blind, at=NOW)


def test_a_category_begins_ends_and_never_overlaps_itself(told: list[frozenset[str]]) -> None:
    number = registered()
    told.clear()
    with transaction():
        row = service.begin_category(
            number, period(Category.DISABLED, "2", date(2024, 1, 1)), evidence="残疾证", by=WORKER, at=NOW
        )
        row_id = row.id
    with pytest.raises(Unreadable, match="overlaps"), transaction():
        service.begin_category(
            number, period(Category.DISABLED, "1", date(2025, 1, 1)), evidence="", by=WORKER, at=NOW
        )
    with transaction():
        service.end_category(number, row_id, until_on=date(2025, 1, 1), by=WORKER, at=NOW)
        service.begin_category(
            number, period(Category.DISABLED, "1", date(2025, 1, 1)), evidence="", by=WORKER, at=NOW
        )
    facts = queries.facts_of([number])[number]
    assert [held.grade for held in facts.categories_on(date(2024, 12, 31))] == ["2"]
    assert [held.grade for held in facts.categories_on(date(2025, 1, 1))] == ["1"]
    assert set(told) == {frozenset({number})}
    with pytest.raises(Unreadable, match="not after"), transaction():
        service.end_category(number, row_id, until_on=date(2024, 1, 1), by=WORKER, at=NOW)


def test_a_category_written_by_mistake_is_withdrawn_and_the_trail_keeps_it() -> None:
    number = registered()
    with transaction():
        row_id = service.begin_category(
            number, period(Category.VETERAN, None, date(2024, 1, 1)), evidence="", by=WORKER, at=NOW
        ).id
    with transaction():
        service.withdraw_category(number, row_id, by=WORKER, at=NOW)
    assert queries.facts_of([number])[number].categories == ()
    assert acts()[-2:] == ["resident.category_begun", "resident.category_withdrawn"]
    with pytest.raises(NotFound), transaction():
        service.withdraw_category(number, row_id, by=WORKER, at=NOW)


def test_a_status_changes_on_a_day_and_is_told(told: list[frozenset[str]]) -> None:
    number = registered()
    with transaction():
        service.change_status(number, StatusChange(Status.INSTITUTION, date(2026, 3, 1)), by=WORKER, at=NOW)
    assert told[-1] == frozenset({number})
    facts = queries.facts_of([number])[number]
    assert facts.status_on(date(2026, 2, 28)) is Status.ACTIVE
    assert facts.status_on(date(2026, 3, 1)) is Status.INSTITUTION
    with pytest.raises(DomainError, match="already"), transaction():
        service.change_status(number, StatusChange(Status.INSTITUTION, date(2026, 4, 1)), by=WORKER, at=NOW)
    with pytest.raises(DomainError, match="begins on this day"), transaction():
        service.change_status(number, StatusChange(Status.ACTIVE, date(2026, 3, 1)), by=WORKER, at=NOW)
    with pytest.raises(DomainError, match="future"), transaction():
        service.change_status(number, StatusChange(Status.DECEASED, date(2026, 11, 24)), by=WORKER, at=NOW)
