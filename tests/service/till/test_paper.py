"""Sheets of paper: numbers that are never used twice, and meals that reach the ledger once, keyed twice."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import service as ledger
from app.meals.models import Decision, LedgerRecord, Meal
from app.meals.rules import Channel
from app.roles import COMMAND, Actor, Scope
from app.subsidy.rules import Reason
from app.till import queries, service
from app.till.models import PaperCounter, PaperEntry, PaperSheet
from app.till.rules.completeness import GapKind
from app.till.rules.keying import Resolution, Take
from app.till.rules.paper import SheetState, read_sheet_no, sheet_no
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.factories.paper import EVENING, canteen_hand, keyed, keyed_row, outsider, printed_sheets

HANDS = 8


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy(caps=meal_caps(sitting=1)))


@pytest.fixture
def hands() -> tuple[Actor, Actor]:
    return canteen_hand(), canteen_hand()


def meals() -> list[Meal]:
    db.session.rollback()
    return list(db.session.execute(select(Meal).order_by(Meal.served_at, Meal.id)).scalars())


def state(number: str) -> SheetState:
    db.session.rollback()
    found = queries.sheet_numbered(number, Scope())
    assert found is not None
    return found.state


def acts(action: str) -> list[dict[str, object]]:
    rows = db.session.execute(
        select(AuditEntry.detail).where(AuditEntry.action == action).order_by(AuditEntry.seq)
    ).scalars()
    return [json.loads(detail) for detail in rows]


def test_sheets_are_numbered_one_after_another(app: Flask) -> None:
    assert app
    assert printed_sheets(2) + printed_sheets(1) == [sheet_no(1), sheet_no(2), sheet_no(3)]
    sheets = queries.sheets_numbered([sheet_no(1), sheet_no(2), sheet_no(3)])
    assert [(each.page, each.pages, each.rows) for each in sheets] == [(1, 2, 20), (2, 2, 20), (1, 1, 20)]
    assert acts("sheet.printed")[0] == {
        "site": "C01",
        "on": TODAY.isoformat(),
        "sitting": "lunch",
        "sheets": 2,
        "last": sheet_no(2),
    }


def test_many_who_print_at_once_never_get_the_same_number(app: Flask) -> None:
    ready = Barrier(HANDS)

    def prints(count: int) -> list[str]:
        with app.app_context():
            ready.wait()
            return printed_sheets(count)

    with ThreadPoolExecutor(HANDS) as pool:
        numbers = [number for made in pool.map(prints, range(1, HANDS + 1)) for number in made]
    assert sorted(numbers) == [sheet_no(number) for number in range(1, 37)]


def test_a_printing_that_fails_makes_no_sheet(app: Flask) -> None:
    assert app

    def prints_too_many() -> None:
        with transaction():
            for count in (1, 99):
                service.print_sheets("C01", TODAY, Sitting.LUNCH, count=count, by=COMMAND, at=NOON)

    with pytest.raises(DomainError):
        prints_too_many()
    assert db.session.execute(select(PaperSheet)).all() == []
    assert printed_sheets() == [sheet_no(1)]


def test_the_database_refuses_a_number_that_was_used(app: Flask) -> None:
    assert app
    printed_sheets(2)
    with transaction():
        db.session.execute(update(PaperCounter).values(last=1))
    with pytest.raises(IntegrityError):
        printed_sheets()


@pytest.mark.parametrize("count", [0, 21])
def test_no_more_sheets_than_a_printer_holds_are_made_at_once(app: Flask, count: int) -> None:
    assert app
    with pytest.raises(DomainError, match="between 1 and 20"):
        printed_sheets(count)


def test_sheets_are_printed_within_the_scope_alone(app: Flask) -> None:
    assert app
    by = canteen_hand("C01")
    with pytest.raises(NotFound), transaction():
        service.print_sheets("C02", TODAY, Sitting.LUNCH, count=1, by=by, at=NOON)


def test_regulars_are_named_by_name_with_room_for_others(app: Flask) -> None:
    assert app
    with transaction():
        for number in range(10, 30):
            elder(f"R-{number:06d}", name=f"老人{number}").name_key = f"lao ren {99 - number}"
    taken(
        *(
            entry(number, resident_no=f"R-{number:06d}", served_on=TODAY - timedelta(days=1))
            for number in range(10, 30)
        )
    )
    first, second = queries.sheets_numbered(printed_sheets(2, names_regulars=True))
    assert first.named == [f"R-{number:06d}" for number in range(29, 13, -1)]
    assert second.named == [f"R-{number:06d}" for number in range(13, 9, -1)]
    assert queries.sheets_numbered(printed_sheets())[0].named == []


def test_a_sheet_printed_again_is_the_same_sheet(app: Flask) -> None:
    assert app
    (number,) = printed_sheets()
    with transaction():
        assert service.print_again(number, by=COMMAND, at=NOON).sheet_no == number
    assert db.session.execute(select(PaperSheet.copies)).scalars().all() == [2]
    assert acts("sheet.printed")[-1] == {"copies": 2}


def test_keying_once_is_not_enough(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(), by=hands[0])
    assert meals() == []
    assert state(number) is SheetState.KEYED_ONCE


def test_two_keyings_that_agree_take_the_meals_in(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    rows = [keyed_row(1), keyed_row(4, "R-000002", channel=Channel.TAKE_AWAY, price_fen=10_00)]
    keyed(number, 1, *rows, by=hands[0])
    keyed(number, 2, *rows, by=hands[1])
    assert state(number) is SheetState.TAKEN
    assert [
        (meal.resident_no, meal.channel, meal.price_fen, meal.sheet_no, meal.recorded_by, meal.tablet)
        for meal in meals()
    ] == [
        ("R-000001", Channel.DINE_IN, 15_00, number, hands[0].user_no, ""),
        ("R-000002", Channel.TAKE_AWAY, 10_00, number, hands[0].user_no, ""),
    ]
    assert [meal.served_at.astimezone(SHANGHAI).strftime("%H:%M:%S") for meal in meals()] == [
        "11:00:00",
        "11:00:03",
    ]
    assert acts("sheet.keyed") == [{"turn": 1, "rows": 2, "meals": 2}, {"turn": 2, "rows": 2, "meals": 2}]
    assert acts("sheet.taken") == [{"site": "C01", "rows": 2, "meals": 2, "resolved": {}}]


def test_a_note_stays_with_the_sheet_and_does_not_make_two_keyings_differ(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1, "", note="张三 13812345678"), by=hands[0])
    keyed(number, 2, keyed_row(1, "", note="张三"), by=hands[1])
    (meal,) = meals()
    assert (meal.resident_no, meal.decision and meal.decision.reason) == ("", Reason.NOT_REGISTERED)
    for table in (LedgerRecord, AuditEntry):
        written = db.session.execute(select(table.__table__)).all()
        assert "张三" not in str(written)
        assert "13812345678" not in str(written)
    db.session.rollback()
    raw = db.session.connection().exec_driver_sql("SELECT content FROM paper_entry").scalars().all()
    assert all("张三".encode() not in bytes(content) for content in raw)


def test_rows_that_differ_keep_the_meals_out_until_each_is_resolved(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), keyed_row(2, "R-000002"), keyed_row(3), by=hands[0])
    keyed(number, 2, keyed_row(1), keyed_row(2), keyed_row(3, count=2), by=hands[1])
    assert (meals(), state(number)) == ([], SheetState.DIFFERING)
    with pytest.raises(DomainError, match="Resolve every row"), transaction():
        service.settle(number, {2: Resolution(Take.FIRST)}, by=hands[1], at=EVENING)
    assert meals() == []
    resolutions = {
        2: Resolution(Take.FIRST),
        3: Resolution(Take.AGAIN, keyed_row(3, "R-000002", price_fen=8_00)),
    }
    with transaction():
        service.settle(number, resolutions, by=hands[1], at=EVENING)
    assert [(meal.resident_no, meal.price_fen) for meal in meals()] == [
        ("R-000001", 15_00),
        ("R-000002", 15_00),
        ("R-000002", 8_00),
    ]
    assert acts("sheet.taken")[0]["resolved"] == {"2": "first", "3": "again"}


def test_a_row_that_was_resolved_away_is_no_meal(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), keyed_row(2), by=hands[0])
    keyed(number, 2, keyed_row(1), by=hands[1])
    with transaction():
        service.settle(number, {2: Resolution(Take.SECOND)}, by=hands[0], at=EVENING)
    assert len(meals()) == 1


def test_a_sheet_of_which_nothing_is_left_is_not_taken_but_declared_void(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(number, 2, keyed_row(2), by=hands[1])
    nothing = {1: Resolution(Take.SECOND), 2: Resolution(Take.FIRST)}
    with pytest.raises(DomainError, match="declare the sheet void"), transaction():
        service.settle(number, nothing, by=hands[0], at=EVENING)
    assert state(number) is SheetState.DIFFERING


def test_a_sheet_is_settled_only_after_the_second_keying(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    with pytest.raises(Conflict, match="not keyed twice"), transaction():
        service.settle(number, {}, by=hands[0], at=EVENING)
    assert meals() == []


def test_a_sheet_is_taken_in_once(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(number, 2, keyed_row(1), by=hands[1])
    for turn in (1, 2, 3):
        with pytest.raises(Conflict, match="in the ledger already"):
            keyed(number, turn, keyed_row(1), by=hands[0])
    with pytest.raises(Conflict, match="in the ledger already"), transaction():
        service.settle(number, {}, by=hands[0], at=EVENING)
    assert len(meals()) == 1


def test_hands_that_save_the_second_keying_at_once_take_the_sheet_in_once(app: Flask) -> None:
    first = canteen_hand()
    others = [canteen_hand() for _ in range(4)]
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=first)
    ready = Barrier(len(others))

    def saves(by: Actor) -> bool:
        with app.app_context():
            ready.wait()
            try:
                keyed(number, 2, keyed_row(1), by=by)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(len(others)) as pool:
        assert sorted(pool.map(saves, others)) == [False, False, False, True]
    assert len(meals()) == 1
    assert db.session.execute(select(func.count()).select_from(PaperEntry)).scalar_one() == 2


def test_hands_that_resolve_at_once_take_the_sheet_in_once(app: Flask, hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(number, 2, keyed_row(1, "R-000002"), by=hands[1])
    ready = Barrier(2)

    def resolves(take: Take) -> bool:
        with app.app_context():
            ready.wait()
            try:
                with transaction():
                    service.settle(number, {1: Resolution(take)}, by=hands[0], at=EVENING)
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(resolves, (Take.FIRST, Take.SECOND))) == [False, True]
    assert len(meals()) == 1


def test_other_meals_under_the_ids_of_a_sheet_keep_it_out(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    (sheet,) = queries.sheets_numbered([number])
    taken(entry(1, id=sheet.facts.meal_id(1, 0), price_fen=9_00))
    keyed(number, 1, keyed_row(1), keyed_row(2, "R-000002"), by=hands[0])
    with pytest.raises(Conflict, match="other meals"):
        keyed(number, 2, keyed_row(1), keyed_row(2, "R-000002"), by=hands[1])
    assert len(meals()) == 1
    assert state(number) is SheetState.KEYED_ONCE


def test_a_turn_that_is_not_due_is_refused(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    with pytest.raises(Conflict, match="keyed meanwhile"):
        keyed(number, 2, keyed_row(1), by=hands[0])
    keyed(number, 1, keyed_row(1), by=hands[0])
    with pytest.raises(Conflict, match="keyed meanwhile"):
        keyed(number, 1, keyed_row(1), by=hands[1])


def test_nobody_keys_twice_while_somebody_else_works_at_the_site(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    with pytest.raises(Conflict, match="Let somebody else key it the second time: 测试员"):
        keyed(number, 2, keyed_row(1), by=hands[0])
    assert meals() == []


def test_who_works_alone_may_key_twice_and_the_trail_says_so(app: Flask) -> None:
    assert app
    alone = canteen_hand()
    canteen_hand("C02")
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=alone)
    keyed(number, 2, keyed_row(1), by=alone)
    assert state(number) is SheetState.TAKEN
    assert [act.get("same_person") for act in acts("sheet.keyed")] == [None, True]
    assert acts("sheet.taken")[0]["same_person"] is True


def test_a_sheet_whose_day_has_not_come_cannot_be_keyed(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets(on=TODAY + timedelta(days=1))
    with pytest.raises(Conflict, match="has not come yet"):
        keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(number, 1, keyed_row(1), by=hands[0], at=EVENING + timedelta(days=1))


def test_nothing_typed_is_no_keying(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    with pytest.raises(DomainError, match="Nothing was typed"):
        keyed(number, 1, by=hands[0])
    assert state(number) is SheetState.PRINTED


def test_a_void_sheet_cannot_be_keyed_nor_printed_again(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    with transaction():
        service.declare_void(number, "打湿了", by=hands[0], at=EVENING)
    assert state(number) is SheetState.VOID
    with pytest.raises(Conflict, match="is void"):
        keyed(number, 1, keyed_row(1), by=hands[0])
    with pytest.raises(Conflict, match="is void"), transaction():
        service.print_again(number, by=hands[0], at=EVENING)
    with pytest.raises(Conflict, match="is void"), transaction():
        service.declare_void(number, "又一次", by=hands[0], at=EVENING)
    assert acts("sheet.voided") == [{"keyings": 0}]


@pytest.mark.parametrize("reason", ["", "   ", "湿" * 201])
def test_a_sheet_is_void_only_for_a_fit_reason(hands: tuple[Actor, Actor], reason: str) -> None:
    (number,) = printed_sheets()
    with pytest.raises(DomainError, match="Say why"), transaction():
        service.declare_void(number, reason, by=hands[0], at=EVENING)
    assert state(number) is SheetState.PRINTED


def test_what_is_in_the_ledger_cannot_be_declared_void(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(number, 2, keyed_row(1), by=hands[1])
    with pytest.raises(Conflict, match="in the ledger already"), transaction():
        service.declare_void(number, "打湿了", by=hands[0], at=EVENING)


def test_another_sites_sheet_is_not_there(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets(site_code="C02")
    with pytest.raises(NotFound):
        keyed(number, 1, keyed_row(1), by=hands[0])
    with pytest.raises(NotFound), transaction():
        service.declare_void(number, "打湿了", by=hands[0], at=EVENING)
    assert queries.sheet_numbered(number, hands[0].scope) is None


def test_the_caps_go_by_the_order_of_rows_and_pages(hands: tuple[Actor, Actor]) -> None:
    first, second = printed_sheets(2)
    for number, rows in ((second, (1,)), (first, (7, 3))):
        keyed(number, 1, *(keyed_row(row) for row in rows), by=hands[0])
        keyed(number, 2, *(keyed_row(row) for row in rows), by=hands[1])
    pages = {first: 1, second: 2}
    assert [(pages[meal.sheet_no or ""], meal.decision and meal.decision.reason) for meal in meals()] == [
        (1, Reason.OK),
        (1, Reason.CAP_SITTING),
        (2, Reason.CAP_SITTING),
    ]
    (sheet,) = queries.sheets_numbered([first])
    subsidised = (
        db.session.execute(select(Decision.meal_id).where(Decision.government_fen > 0)).scalars().all()
    )
    assert subsidised == [sheet.facts.meal_id(3, 0)]


def test_several_meals_and_companions_of_one_row(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    for turn, by in enumerate(hands, start=1):
        keyed(number, turn, keyed_row(1, count=2, companions=2), by=by)
    assert [
        (meal.resident_no, meal.companion_of, meal.decision and meal.decision.government_fen)
        for meal in meals()
    ] == [("R-000001", None, 3_00), ("R-000001", None, 0), ("", "R-000001", 0), ("", "R-000001", 0)]


def test_a_wrong_row_is_reversed_like_any_other_meal(hands: tuple[Actor, Actor]) -> None:
    (number,) = printed_sheets()
    for turn, by in enumerate(hands, start=1):
        keyed(number, turn, keyed_row(1), by=by)
    (meal,) = meals()
    with transaction():
        ledger.reverse(meal.id, "录错了", by=hands[0], at=EVENING)
    (meal,) = meals()
    assert meal.decision is not None
    assert meal.decision.reason is Reason.REVERSED
    assert state(number) is SheetState.TAKEN


def test_what_was_keyed_and_is_not_in_the_ledger_yet_is_missing_of_its_day(
    hands: tuple[Actor, Actor],
) -> None:
    fresh, once, differing, taken_in, void = printed_sheets(5)
    for number in (once, differing, taken_in, void):
        keyed(number, 1, keyed_row(1), by=hands[0])
    keyed(differing, 2, keyed_row(2), by=hands[1])
    keyed(taken_in, 2, keyed_row(1), by=hands[1])
    with transaction():
        service.declare_void(void, "打湿了", by=hands[0], at=EVENING)
    assert fresh
    gaps = queries.incomplete("C01", TODAY, TODAY)
    assert [(gap.kind, gap.sheet_no) for gap in gaps] == [
        (GapKind.HALF_KEYED, once),
        (GapKind.HALF_KEYED, differing),
    ]
    assert queries.incomplete("C02", TODAY, TODAY) == []
    assert queries.incomplete("C01", TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == []


def test_the_numbers_that_are_printed_pass_the_check(app: Flask) -> None:
    assert app
    assert all(read_sheet_no(number) == number for number in printed_sheets(20))


def test_a_street_keys_for_its_sites_when_their_hands_are_not_there(app: Flask) -> None:
    assert app
    (number,) = printed_sheets()
    keyed(number, 1, keyed_row(1), by=outsider("U-98"))
    keyed(number, 2, keyed_row(1), by=outsider("U-99"))
    assert len(meals()) == 1
