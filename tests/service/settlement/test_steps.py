"""Statements on their way: frozen, adjusted by the next, voided and issued anew."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from json import loads

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy import text as sql
from sqlalchemy.exc import DBAPIError

from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.meals import service as meals
from app.month import Month
from app.roles import Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.models import Statement
from app.settlement.rules.canonical import statement_hash
from app.settlement.rules.steps import Act, StatementStatus
from app.settlement.service import Drafted
from app.transaction import transaction
from tests.factories.district import canteen
from tests.factories.settlement import AFTERWARDS, NUMBER, OCTOBER, a_meal, a_month, draft_october, undoing

NOVEMBER = Month(2026, 11)
NEXT = "202611-C01-01"
LATER = AFTERWARDS + timedelta(days=20)


def person(number: int, area: str = "") -> Actor:
    return Actor(f"U-{number}", frozenset(Permission), Scope(area))


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


def step(act: Act, by: int = 1, number: str = NUMBER, reason: str = "") -> StatementStatus:
    with transaction():
        return service.take_step(number, act, reason=reason, by=person(by), at=LATER).statement.stage


def paid(number: str = NUMBER) -> None:
    for by, act in enumerate((Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)):
        step(act, by, number)


def late(*entries: object) -> None:
    with transaction():
        meals.take(entries, by=person(9), at=LATER)  # type: ignore[arg-type]  # entries


def drafted(month: Month = NOVEMBER) -> Counter[Drafted]:
    with transaction():
        return service.draft_statements(month, site_code="C01", by=person(5), at=LATER)


def statement(number: str) -> Statement:
    found = queries.statement(number, Scope())
    assert found is not None
    return found


def adjustments(number: str) -> dict[tuple[int, str], int]:
    return {
        (each.meal_id.int, each.payer): each.amount_fen
        for each in statement(number).adjustments
        if each.corrects == NUMBER
    }


def test_a_statement_goes_its_way_and_the_trail_knows_each_step() -> None:
    paid()
    found = statement(NUMBER)
    assert (found.stage, [each.act for each in found.steps]) == (
        StatementStatus.PAID,
        [Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY],
    )
    told = db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars().all()
    assert told[-4:] == [
        "statement.submitted",
        "statement.reviewed",
        "statement.approved",
        "statement.paid",
    ]


def test_the_trail_tells_the_amount_and_the_hash_of_each_step() -> None:
    paid()
    details = select(AuditEntry.action, AuditEntry.detail).order_by(AuditEntry.seq)
    told = [(action, loads(detail)) for action, detail in db.session.execute(details)]
    drafts = [detail for action, detail in told if action == "statement.drafted"]
    assert {"lines": 7, "amount_fen": 19_50} in drafts
    said = {"hash": statement(NUMBER).hash, "amount_fen": 19_50}
    assert [detail for _, detail in told[-4:]] == [said] * 4


def test_four_eyes_permissions_and_scope_hold() -> None:
    step(Act.SUBMIT, 1)
    with pytest.raises(NotAllowed, match="Somebody else"):
        step(Act.REVIEW, 1)
    with pytest.raises(NotAllowed, match="may not take"), transaction():
        service.take_step(NUMBER, Act.REVIEW, by=Actor("U-2"), at=AFTERWARDS)
    with pytest.raises(NotFound), transaction():
        service.take_step(NUMBER, Act.REVIEW, by=person(2, "430104"), at=AFTERWARDS)
    assert statement(NUMBER).stage is StatementStatus.SUBMITTED


def test_what_was_handed_in_stands_whatever_comes() -> None:
    step(Act.SUBMIT)
    before = (statement(NUMBER).hash, list(queries.lines_held(statement(NUMBER))))
    late(undoing(60, a_meal(1)), a_meal(61, served_on=date(2026, 10, 20)))
    assert drafted(OCTOBER) == {Drafted.FROZEN: 1}
    assert (statement(NUMBER).hash, list(queries.lines_held(statement(NUMBER)))) == before
    found = service.verify_month(OCTOBER)
    assert not [each for each in found.differences if each.statement_no == NUMBER]
    moved = {(int(each.meal_id[-2:], 16), each.payer): each.amount_fen for each in found.pending}
    assert moved == {
        (1, "district"): -3_00,
        (1, "charity"): -50,
        (61, "district"): 3_00,
        (61, "charity"): 50,
    }


def test_whoever_hands_in_more_than_the_draft_said_is_told() -> None:
    late(a_meal(61, served_on=date(2026, 10, 20)))
    with transaction():
        taken = service.take_step(NUMBER, Act.SUBMIT, by=person(1), at=AFTERWARDS)
    assert str(taken.as_text()) == "handed in, 23.00 yuan: meals changed since the draft, which said 19.50"
    assert statement(NUMBER).hash == statement_hash(
        queries.frozen_lines(statement(NUMBER).id), statement_no=NUMBER, site_code="C01", month=OCTOBER
    )
    with transaction():
        taken = service.take_step(NUMBER, Act.RETURN, reason="少了一天", by=person(2), at=AFTERWARDS)
    assert (str(taken.as_text()), statement(NUMBER).hash) == ("draft", None)
    with transaction():
        taken = service.take_step(NUMBER, Act.SUBMIT, by=person(1), at=AFTERWARDS)
    assert str(taken.as_text()) == "handed in"


def test_later_facts_are_settled_by_the_next_statement_to_the_fen() -> None:
    paid()
    late(
        undoing(60, a_meal(3, resident_no="R-000002")),
        a_meal(61, served_on=date(2026, 10, 20)),
    )
    assert drafted() == {Drafted.MADE: 1}
    assert adjustments(NEXT) == {
        (3, "district"): -3_00,
        (3, "city"): -2_00,
        (3, "charity"): -50,
        (61, "district"): 3_00,
        (61, "charity"): 50,
    }
    found = statement(NEXT)
    # One meal of November at 3.50 yuan, and the corrections.
    assert (found.adjustment_fen, found.totals.amount_fen) == (-2_00, 1_50)
    assert sum(row.amount_fen for row in found.fund_amounts) == 1_50
    paid(NEXT)
    assert statement(NEXT).frozen_at == LATER
    # The hash is over the corrections too.
    assert service.verify_month(NOVEMBER).differences == ()
    assert service.verify_month(OCTOBER).pending == ()
    late(a_meal(70, served_on=date(2026, 12, 1)))
    assert drafted(Month(2026, 12)) == {Drafted.MADE: 1}
    assert statement("202612-C01-01").adjustments == []


def test_a_meal_that_was_on_its_way_while_a_statement_froze_is_settled_by_the_next() -> None:
    paid()
    with transaction():
        # It bears the time of its arrival, and is there only when its transaction ends.
        meals.take([a_meal(61, served_on=date(2026, 10, 20))], by=person(9), at=LATER - timedelta(hours=1))
    drafted()
    assert adjustments(NEXT) == {(61, "district"): 3_00, (61, "charity"): 50}


def test_a_returned_statement_is_a_draft_again_and_follows_its_meals() -> None:
    step(Act.SUBMIT, 1)
    assert step(Act.RETURN, 2, reason=" 少了一天 ") is StatementStatus.DRAFT
    assert [each.reason for each in statement(NUMBER).steps] == ["", "少了一天"]
    late(a_meal(61, served_on=date(2026, 10, 20)))
    assert drafted(OCTOBER) == {Drafted.REFRESHED: 1}
    assert step(Act.SUBMIT, 1) is StatementStatus.SUBMITTED
    assert step(Act.REVIEW, 2) is StatementStatus.REVIEWED
    assert statement(NUMBER).lines == 8


def test_a_wrong_voucher_is_void_and_issued_under_a_new_number() -> None:
    paid()
    late(undoing(60, a_meal(3, resident_no="R-000002")), a_meal(61, served_on=date(2026, 10, 20)))
    drafted()
    paid(NEXT)
    assert step(Act.VOID, 7, reason="账号错误") is StatementStatus.VOIDED
    assert drafted(OCTOBER) == {Drafted.MADE: 1}
    again = "202610-C01-02"
    assert adjustments(again) == {}
    paid(again)
    late(a_meal(70, served_on=date(2026, 12, 1)))
    drafted(Month(2026, 12))
    # November had corrected the void one; the new one says it rightly itself, so December takes that back.
    assert statement("202612-C01-01").adjustment_fen == 2_00
    assert {each.corrects for each in statement("202612-C01-01").adjustments} == {again}
    # The void one is kept, and what it says is proven like the others.
    assert [each.statement_no for each in queries.void_statements(OCTOBER, Scope())] == [NUMBER]
    assert not service.verify_month(OCTOBER).differences
    with transaction():
        more = "UPDATE statement SET government_fen = government_fen + 1, price_fen = price_fen + 1"
        db.session.execute(sql(f"{more} WHERE statement_no = :no"), {"no": NUMBER})
    assert {each.statement_no for each in service.verify_month(OCTOBER).differences} == {NUMBER}


def test_two_who_click_at_once_move_it_once(app: Flask) -> None:
    step(Act.SUBMIT, 1)
    gate, outcomes = threading.Barrier(2), []

    def review(by: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                with transaction():
                    service.take_step(NUMBER, Act.REVIEW, by=person(by), at=AFTERWARDS)
                outcomes.append("done")
            except Conflict:
                outcomes.append("conflict")

    threads = [threading.Thread(target=review, args=(by,)) for by in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]
    db.session.rollback()
    assert [each.act for each in statement(NUMBER).steps] == [Act.SUBMIT, Act.REVIEW]


@pytest.mark.parametrize("statement_sql", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
@pytest.mark.as_owner
def test_the_database_keeps_the_steps_as_they_were_taken(statement_sql: str) -> None:
    step(Act.SUBMIT, 1)
    with pytest.raises(DBAPIError, match="append-only"), transaction():
        db.session.execute(sql(statement_sql.format("statement_step")))


def test_a_month_that_lacks_something_waits_unless_somebody_answers_for_it() -> None:
    at = datetime(2026, 10, 20, 4, tzinfo=UTC)
    with transaction():
        canteen("C03")
        # Recorded at a desk on its day, and the sitting was never closed.
        meals.take([a_meal(80, site_code="C03", served_on=date(2026, 10, 20))], by=person(1), at=at)
        service.draft_statements(OCTOBER, site_code="C03", by=person(1), at=at)
    with pytest.raises(DomainError, match="1 things are missing"):
        step(Act.SUBMIT, 1, "202610-C03-01")
    for reason in (" ", "长" * 201):
        with pytest.raises(DomainError, match="Say why") as refused, transaction():
            service.waive("202610-C03-01", reason=reason, by=person(6), at=AFTERWARDS)
        assert refused.value.field == "reason"
    with pytest.raises(NotAllowed), transaction():
        service.waive("202610-C03-01", reason="停电", by=Actor("U-6"), at=AFTERWARDS)
    with transaction():
        service.waive("202610-C03-01", reason="长" * 200, by=person(6), at=AFTERWARDS)
    entry = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc()).limit(1)).scalar_one()
    assert (entry.action, entry.subject) == ("statement.waived", "statement:202610-C03-01")
    assert entry.detail == '{"gaps":1}'
    with transaction():
        late_entry = a_meal(81, site_code="C03", served_on=date(2026, 10, 20), resident_no="R-000003")
        meals.take([late_entry], by=person(1), at=at)
    # One meal more is open than was waived.
    with pytest.raises(DomainError, match="are missing"):
        step(Act.SUBMIT, 1, "202610-C03-01")
    with transaction():
        service.waive("202610-C03-01", reason="停电", by=person(6), at=AFTERWARDS)
    # Who answered for it has acted on the statement, and takes no step with it.
    with pytest.raises(NotAllowed, match="Somebody else"):
        step(Act.SUBMIT, 6, "202610-C03-01")
    assert step(Act.SUBMIT, 1, "202610-C03-01") is StatementStatus.SUBMITTED
    with pytest.raises(NotAllowed, match="Somebody else"):
        step(Act.REVIEW, 6, "202610-C03-01")
    with pytest.raises(Conflict), transaction():
        service.waive("202610-C03-01", reason="停电", by=person(6), at=AFTERWARDS)
    # To return it is no step on its way; what was answered for counts no longer when it is handed in again.
    assert step(Act.RETURN, 6, "202610-C03-01", "又少一天") is StatementStatus.DRAFT
    with pytest.raises(DomainError, match="are missing"):
        step(Act.SUBMIT, 1, "202610-C03-01")


def test_what_was_answered_for_at_one_site_counts_for_no_other() -> None:
    at = datetime(2026, 10, 20, 4, tzinfo=UTC)
    for number, site_code in ((80, "C03"), (81, "C04")):
        with transaction():
            canteen(site_code)
            meals.take([a_meal(number, site_code=site_code, served_on=at.date())], by=person(1), at=at)
            service.draft_statements(OCTOBER, site_code=site_code, by=person(1), at=at)
    with transaction():
        service.waive("202610-C03-01", reason="停电", by=person(6), at=AFTERWARDS)
    with pytest.raises(DomainError, match="1 things are missing"):
        step(Act.SUBMIT, 1, "202610-C04-01")
    assert step(Act.SUBMIT, 1, "202610-C03-01") is StatementStatus.SUBMITTED


def test_a_month_that_is_not_over_waits_for_its_end() -> None:
    late(a_meal(91, served_on=date(2026, 11, 2)))
    drafted()
    number, manager = "202611-C01-01", person(1)
    last_evening, morning = datetime(2026, 11, 30, 15, 59, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)
    (gap,) = queries.gaps_of(statement(number), today=date(2026, 11, 30))
    assert str(gap.sentence) == "Not all of these days are over: the last is 2026-11-30."
    with pytest.raises(DomainError, match="1 things are missing"), transaction():
        service.take_step(number, Act.SUBMIT, by=manager, at=last_evening)
    with transaction():
        taken = service.take_step(number, Act.SUBMIT, by=manager, at=morning)
    assert taken.statement.stage is StatementStatus.SUBMITTED


def test_nothing_can_be_waived_where_nothing_is_missing() -> None:
    with pytest.raises(DomainError, match="Nothing is missing"), transaction():
        service.waive(NUMBER, reason="停电", by=person(6), at=AFTERWARDS)
