"""Cards on a real database: one valid card each, however often somebody clicks; each finds its holder."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select
from sqlalchemy.exc import IntegrityError

from app.areas.service import seed_areas
from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents import queries, service
from app.residents.models import Resident, ResidentCard
from app.residents.rules.cards import CardCodes, EndReason, is_code
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import cards
from app.roles import COMMAND, Actor, Role, Scope
from app.transaction import transaction
from tests.factories.residents import COMMUNITY, identity_of, person

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
TODAY = date(2026, 11, 23)
WORKER = Actor("U-7", Role.COMMUNITY_WORKER.permissions, Scope(COMMUNITY))
STRANGER = Actor("U-8", Role.COMMUNITY_WORKER.permissions, Scope("430103006001"))
ELSEWHERE = "430103006001"


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        seed_areas(by=COMMAND, at=NOW)


def registered(name: str = "曾国强", sequence: int = 1, **changes: str) -> str:
    with transaction():
        return service.register(
            identity_of(sequence), person(name, **changes), by=COMMAND, at=NOW
        ).resident_no


def issued(resident_no: str) -> str:
    with transaction():
        return cards.issue(resident_no, by=WORKER, at=NOW).code


def row_of(resident_no: str) -> Resident:
    return db.session.execute(select(Resident).where(Resident.resident_no == resident_no)).scalar_one()


def cards_of(resident_no: str) -> list[tuple[str, EndReason | None]]:
    return [(card.code, card.end_reason) for card in queries.cards_of(row_of(resident_no).id)]


def trail() -> list[tuple[str, str, dict[str, str]]]:
    rows = db.session.execute(
        select(AuditEntry.action, AuditEntry.subject, AuditEntry.detail)
        .where(AuditEntry.action.startswith("card."))
        .order_by(AuditEntry.seq)
    )
    return [(row.action, row.subject, json.loads(row.detail)) for row in rows]


def found(query: str, scope: Scope = Scope()) -> list[str]:  # noqa: B008 - it is frozen
    return [each.resident_no for each in db.session.execute(queries.residents(scope, query=query)).scalars()]


def test_who_has_no_card_gets_one_and_keeps_it() -> None:
    zeng = registered()
    code = issued(zeng)
    assert is_code(code)
    assert issued(zeng) == code
    assert cards_of(zeng) == [(code, None)]
    assert trail() == [("card.issued", f"resident:{zeng}", {"card": code[-4:]})]


def test_a_lost_card_ends_once_and_another_is_given() -> None:
    zeng = registered()
    lost = issued(zeng)
    for _ in range(2):
        with transaction():
            assert not cards.report_lost(zeng, lost, by=WORKER, at=LATER).is_valid
    assert cards_of(zeng) == [(lost, EndReason.LOST)]
    new = issued(zeng)
    assert new != lost
    assert cards_of(zeng) == [(new, None), (lost, EndReason.LOST)]
    assert [act for act, _, _ in trail()] == ["card.issued", "card.lost", "card.issued"]


def test_a_card_is_ended_and_given_anew_in_one_act_and_a_second_click_keeps_the_new_one() -> None:
    zeng = registered()
    old = issued(zeng)
    codes = set()
    for _ in range(2):
        with transaction():
            codes.add(cards.reissue(zeng, old, EndReason.REPLACED, by=WORKER, at=LATER).code)
    (new,) = codes
    assert cards_of(zeng) == [(new, None), (old, EndReason.REPLACED)]
    assert trail()[1:] == [
        ("card.reissued", f"resident:{zeng}", {"card": new[-4:], "ended": old[-4:], "reason": "replaced"})
    ]


def test_the_trail_and_the_code_say_nothing_about_the_person() -> None:
    zeng = registered("曾国强", phone="13812345678")
    code = issued(zeng)
    entries = db.session.execute(
        select(AuditEntry.detail).where(AuditEntry.action == "card.issued")
    ).scalars()
    assert not any("曾" in detail or code in detail for detail in entries)


def test_many_get_their_cards_at_once_and_who_holds_one_keeps_it() -> None:
    numbers = [registered("曾国强", 1), registered("李四", 2), registered("王五", 3)]
    first = issued(numbers[0])
    with transaction():
        given = cards.issue_many(numbers, by=WORKER, at=LATER)
    assert {number: card.code for number, card in given.items()}[numbers[0]] == first
    assert set(given) == set(numbers)
    assert len({card.code for card in given.values()}) == 3
    assert [act for act, _, _ in trail()] == ["card.issued"] * 3
    with transaction():
        assert cards.issue_many([], by=WORKER, at=LATER) == {}


def test_a_tablet_notices_a_card_by_the_day_of_change_and_decisions_are_left_alone() -> None:
    zeng, li = registered(), registered("李四", 2)
    told: list[object] = []

    def hear(_sender: object, **changed: object) -> None:
        told.append(changed)

    with service.facts_changed.connected_to(hear):
        code = issued(zeng)
        assert row_of(zeng).changed_at == NOW
        with transaction():
            cards.report_lost(zeng, code, by=WORKER, at=LATER)
        assert row_of(zeng).changed_at == LATER
        with transaction():
            cards.report_lost(zeng, code, by=WORKER, at=LATER + timedelta(hours=1))
        assert row_of(zeng).changed_at == LATER
    assert told == []
    assert row_of(li).changed_at is None


def test_nobody_gives_or_ends_cards_outside_their_scope() -> None:
    zeng = registered()
    code = issued(zeng)
    li = registered("李四", 2)
    acts: list[Callable[[], object]] = [
        lambda: cards.issue(li, by=STRANGER, at=NOW),
        lambda: cards.issue_many([zeng, li], by=STRANGER, at=NOW),
        lambda: cards.report_lost(zeng, code, by=STRANGER, at=NOW),
        lambda: cards.reissue(zeng, code, EndReason.LOST, by=STRANGER, at=NOW),
    ]
    for act in acts:
        with pytest.raises(NotFound), transaction():
            act()
    assert cards_of(zeng) == [(code, None)]
    assert cards_of(li) == []


def test_a_card_belongs_to_its_holder() -> None:
    zeng, li = registered(), registered("李四", 2)
    code = issued(zeng)
    acts: list[Callable[[], object]] = [
        lambda: cards.report_lost(li, code, by=WORKER, at=NOW),
        lambda: cards.reissue(li, code, EndReason.LOST, by=WORKER, at=NOW),
    ]
    for act in acts:
        with pytest.raises(NotFound, match="no longer there"), transaction():
            act()
    assert cards_of(zeng) == [(code, None)]


def test_the_deceased_get_no_card_and_nothing_is_half_done() -> None:
    zeng, li = registered(), registered("李四", 2)
    code = issued(zeng)
    with transaction():
        service.change_status(zeng, StatusChange(Status.DECEASED, TODAY), by=WORKER, at=NOW)
        service.change_status(li, StatusChange(Status.DECEASED, TODAY), by=WORKER, at=NOW)
    with pytest.raises(DomainError, match="deceased"), transaction():
        cards.issue(li, by=WORKER, at=NOW)
    with pytest.raises(DomainError, match="deceased"), transaction():
        cards.reissue(zeng, code, EndReason.LOST, by=WORKER, at=NOW)
    assert cards_of(zeng) == [(code, None)]


def test_the_database_refuses_a_second_valid_card_and_an_end_without_a_reason() -> None:
    zeng = registered()
    issued(zeng)
    row = {"resident_id": row_of(zeng).id, "issued_at": NOW, "issued_by": "U-7"}
    with pytest.raises(Conflict, match="holds a card already"), transaction():
        db.session.execute(insert(ResidentCard).values(code="C00000000000", **row))
    with pytest.raises(IntegrityError, match="ends_for_a_reason"), transaction():
        db.session.execute(insert(ResidentCard).values(code="C00000000000", ended_at=NOW, **row))
    with transaction():
        ended = {"ended_at": NOW, "end_reason": EndReason.LOST}
        db.session.execute(insert(ResidentCard).values(code="C00000000000", **ended, **row))


def test_two_clicks_at_once_give_one_card(app: Flask) -> None:
    zeng = registered()

    def click(_hand: int) -> str:
        with app.app_context(), transaction():
            return cards.issue(zeng, by=WORKER, at=NOW).code

    with ThreadPoolExecutor(8) as hands:
        codes = set(hands.map(click, range(16)))
    assert [code for code, _ in cards_of(zeng)] == list(codes)
    assert [act for act, _, _ in trail()] == ["card.issued"]


def test_many_hands_that_give_a_card_anew_give_one(app: Flask) -> None:
    zeng = registered()
    old = issued(zeng)

    def click(_hand: int) -> str:
        with app.app_context(), transaction():
            return cards.reissue(zeng, old, EndReason.LOST, by=WORKER, at=LATER).code

    with ThreadPoolExecutor(8) as hands:
        (new,) = set(hands.map(click, range(16)))
    assert cards_of(zeng) == [(new, None), (old, EndReason.LOST)]
    assert [act for act, _, _ in trail()] == ["card.issued", "card.reissued"]


def test_two_batches_at_once_give_each_one_card(app: Flask) -> None:
    numbers = [registered("曾国强", sequence) for sequence in range(1, 21)]

    def batch(hand: int) -> dict[str, str]:
        with app.app_context(), transaction():
            given = cards.issue_many(numbers[:: -1 if hand % 2 else 1], by=WORKER, at=NOW)
            return {number: card.code for number, card in given.items()}

    with ThreadPoolExecutor(4) as hands:
        first, *others = hands.map(batch, range(4))
    assert all(other == first for other in others)
    assert db.session.execute(select(func.count()).select_from(ResidentCard)).scalar_one() == 20


def test_a_code_that_is_taken_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    zeng, li = registered(), registered("李四", 2)
    chances: Iterator[int] = iter([5, 5, 5, 6])
    monkeypatch.setattr("secrets.randbits", lambda _bits: next(chances))
    assert issued(zeng) != issued(li)
    assert next(chances, None) is None


def test_a_scanned_card_finds_its_holder_alone_also_when_it_is_lost() -> None:
    zeng, _ = registered(), registered("李四", 2)
    lost = issued(zeng)
    with transaction():
        new = cards.reissue(zeng, lost, EndReason.LOST, by=WORKER, at=LATER).code
    for code in (lost, new):
        assert found(code) == [zeng]
        assert found(f" {code[:4].lower()}-{code[4:8]} {code[8:]}\r") == [zeng]
        assert found(code, Scope(ELSEWHERE)) == []
    sought = queries.card_sought(lost)
    assert sought is not None
    assert sought.end_reason is EndReason.LOST


def test_a_name_that_could_be_a_code_finds_the_person() -> None:
    cao = registered("曹东升")
    assert found("caodongsheng") == [cao]
    assert found("Cao Dong Sheng") == [cao]


def test_meals_with_an_ended_card_are_still_that_persons() -> None:
    zeng, li = registered(), registered("李四", 2)
    lost, other = issued(zeng), issued(li)
    with transaction():
        new = cards.reissue(zeng, lost, EndReason.LOST, by=WORKER, at=LATER).code
    asked = {lost, new, other, "C00000000000"}
    assert queries.residents_by_card(asked) == {lost: zeng, new: zeng, other: li}
    assert queries.residents_by_card([]) == {}


def test_a_roster_gets_valid_and_ended_codes_apart() -> None:
    zeng, li, wang = registered(), registered("李四", 2), registered("王五", 3)
    lost, other = issued(zeng), issued(li)
    with transaction():
        new = cards.reissue(zeng, lost, EndReason.LOST, by=WORKER, at=LATER).code
        cards.report_lost(li, other, by=WORKER, at=LATER)
    ids = {number: row_of(number).id for number in (zeng, li, wang)}
    assert queries.card_codes_of(ids.values()) == {
        ids[zeng]: CardCodes((new,), (lost,)),
        ids[li]: CardCodes((), (other,)),
    }
    assert queries.card_codes_of(range(1_000_000, 1_012_000)) == {}


def test_cards_are_for_those_who_are_active_in_the_area_and_may_leave_out_holders() -> None:
    here = [registered("曾国强", 1), registered("安娜", 2)]
    gone = registered("李四", 3)
    back = registered("王五", 4)
    far = registered("赵六", 5, residence_area=ELSEWHERE)
    with transaction():
        service.change_status(gone, StatusChange(Status.MOVED_AWAY, date(2026, 1, 1)), by=COMMAND, at=NOW)
        service.change_status(back, StatusChange(Status.INSTITUTION, date(2026, 1, 1)), by=COMMAND, at=NOW)
        service.change_status(back, StatusChange(Status.ACTIVE, date(2026, 2, 1)), by=COMMAND, at=NOW)
        service.change_status(here[0], StatusChange(Status.DECEASED, date(2026, 11, 1)), by=COMMAND, at=NOW)

    def takers(scope: Scope = Scope(), **narrowed: Any) -> list[str]:  # noqa: B008, ANN401 - frozen; as named
        return queries.numbers(queries.card_takers(scope, on=TODAY, **narrowed))

    assert takers() == [here[1], back, far]
    assert takers(Scope(ELSEWHERE)) == [far]
    assert takers(area=COMMUNITY) == [here[1], back]
    issued(back)
    assert takers(area=COMMUNITY, without_card_only=True) == [here[1]]
    assert takers(issued_since=NOW) == [back]
    assert takers(issued_since=LATER) == []
