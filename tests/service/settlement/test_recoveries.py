"""Money that was wrongly paid comes back once: offset in the next statement or repaid, decided by another."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import insert

from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.month import Month
from app.roles import COMMAND, Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.models import Statement, StatementRecovery
from app.settlement.rules.recovery import OFFSET_TWICE, Finding, RecoveryAct, RecoveryStatus
from app.settlement.rules.steps import Act
from app.settlement.service import Format, Wanted, export_month
from app.settlement.service.books import month_sheets
from app.settlement.service.listing import hash_of
from app.settlement.service.reading import Reading
from app.transaction import transaction
from tests.factories.settlement import (
    AFTERWARDS,
    NUMBER,
    OCTOBER,
    a_meal,
    a_month,
    acted,
    draft_october,
    take,
)

NOVEMBER = "202611-C01-01"
ROOT = Path(__file__).parents[3]
FINDING = Finding(
    NUMBER, "district", "一般公共预算", 6_00, date(2026, 11, 20), "三次走访少两人", "走访笔录3号"
)


@pytest.fixture(autouse=True)
def _paid(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()
    acted(NUMBER, Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)


def person(number: int, *permissions: Permission) -> Actor:
    return Actor(f"U-9{number}", frozenset(permissions or Permission))


def opened(finding: Finding = FINDING, by: int = 1) -> str:
    with transaction():
        return service.open_recovery(finding, by=person(by), at=AFTERWARDS).recovery_no


def decided(number: str, act: RecoveryAct, by: int = 2, repaid_on: date | None = None) -> RecoveryStatus:
    with transaction():
        found = service.decide_recovery(
            number, act, reason="查实", repaid_on=repaid_on, by=person(by), at=AFTERWARDS
        )
        return found.status


def draft(month: Month = OCTOBER.next) -> None:
    with transaction():
        service.draft_statements(month, by=COMMAND, at=AFTERWARDS)


def statement(number: str = NOVEMBER) -> Statement:
    db.session.rollback()
    found = queries.statement(number, Scope())
    assert found is not None
    return found


def taken_back(number: str = NOVEMBER) -> list[tuple[str, int]]:
    return [(row.recovery.recovery_no, row.facts.amount_fen) for row in statement(number).recoveries]


def test_a_case_is_opened_by_one_decided_by_another_and_offset_in_the_next_draft() -> None:
    number = opened()
    draft()
    assert taken_back() == []
    with pytest.raises(NotAllowed):
        decided(number, RecoveryAct.DEMAND, by=1)
    assert decided(number, RecoveryAct.DEMAND) is RecoveryStatus.DEMANDED
    before = statement().totals
    draft()
    after = statement()
    assert taken_back() == [(number, -6_00)]
    assert after.totals.amount_fen == before.amount_fen - 6_00
    assert after.recovery_fen == -6_00
    assert sum(row.amount_fen for row in after.fund_amounts) == after.totals.amount_fen
    assert (after.persons, after.subsidised_meals) == (before.persons, before.subsidised_meals)
    assert after.moved_fen("district", "一般公共预算") == -6_00
    assert not service.verify_month(OCTOBER.next).differences


def test_what_one_statement_takes_back_no_other_does_until_it_is_void() -> None:
    number = opened()
    decided(number, RecoveryAct.DEMAND)
    draft()
    acted(NOVEMBER, Act.SUBMIT, Act.REVIEW, Act.APPROVE)
    draft(Month(2026, 9))
    assert taken_back("202609-C01-01") == []
    acted(NOVEMBER, Act.VOID)
    draft(Month(2026, 9))
    assert taken_back("202609-C01-01") == [(number, -6_00)]
    draft()
    assert taken_back("202611-C01-02") == []
    assert taken_back() == [(number, -6_00)]
    assert not service.verify_month(OCTOBER.next).differences


def test_the_database_itself_refuses_a_second_offset() -> None:
    number = opened()
    decided(number, RecoveryAct.DEMAND)
    draft()
    case = queries.recovery(number, Scope())
    assert case is not None
    row = {"statement_id": statement(NUMBER).id, "recovery_id": case.id, "is_released": False}
    with pytest.raises(Conflict, match=str(OFFSET_TWICE)), transaction():
        db.session.execute(insert(StatementRecovery).values(row))


def test_what_is_repaid_in_cash_is_not_offset_and_the_other_way_round() -> None:
    number = opened()
    decided(number, RecoveryAct.DEMAND)
    draft()
    with pytest.raises(DomainError, match="day"):
        decided(number, RecoveryAct.REPAY, by=3)
    with pytest.raises(DomainError, match="day"):
        decided(number, RecoveryAct.REPAY, by=3, repaid_on=date(2027, 1, 1))
    assert decided(number, RecoveryAct.REPAY, by=3, repaid_on=date(2026, 11, 22)) is RecoveryStatus.REPAID
    draft()
    assert taken_back() == []
    other = opened(replace(FINDING, amount_fen=1_00))
    decided(other, RecoveryAct.DEMAND)
    draft()
    acted(NOVEMBER, Act.SUBMIT)
    with pytest.raises(Conflict, match=NOVEMBER):
        decided(other, RecoveryAct.REPAY, by=3, repaid_on=date(2026, 11, 22))


def test_a_waived_case_takes_nothing_back() -> None:
    number = opened()
    assert decided(number, RecoveryAct.WAIVE) is RecoveryStatus.WAIVED
    draft()
    assert taken_back() == []
    with pytest.raises(Conflict):
        decided(number, RecoveryAct.DEMAND, by=4)


def test_cases_together_never_take_back_more_than_was_paid() -> None:
    opened(replace(FINDING, amount_fen=10_00))
    with pytest.raises(DomainError, match="More than the statement gave"):
        opened(replace(FINDING, amount_fen=5_01))
    waived = opened(replace(FINDING, amount_fen=5_00))
    with pytest.raises(DomainError, match="More than the statement gave"):
        opened(replace(FINDING, amount_fen=1))
    decided(waived, RecoveryAct.WAIVE)
    opened(replace(FINDING, amount_fen=5_00))


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"amount_fen": 0}, "amount"),
        ({"payer": "nobody"}, "amount"),
        ({"found_on": date(2027, 1, 1)}, "found_on"),
        ({"finding": " "}, "finding"),
        ({"evidence": ""}, "evidence"),
    ],
)
def test_a_finding_that_cannot_be_is_refused(changes: dict[str, object], field: str) -> None:
    with pytest.raises(DomainError) as refused:
        opened(replace(FINDING, **changes))  # type: ignore[arg-type]  # any field of it
    assert refused.value.field == field


def test_only_what_was_paid_is_recovered_by_who_may_within_their_area() -> None:
    with pytest.raises(Conflict, match="Only what was paid"):
        opened(replace(FINDING, statement_no="202610-C02-01"))
    with pytest.raises(NotAllowed), transaction():
        service.open_recovery(FINDING, by=person(1, Permission.STATEMENTS_VIEW), at=AFTERWARDS)
    elsewhere = replace(person(1), scope=Scope("430103006"))
    with pytest.raises(NotFound), transaction():
        service.open_recovery(FINDING, by=elsewhere, at=AFTERWARDS)
    number = opened()
    by = person(2, Permission.STATEMENTS_PAY)
    with pytest.raises(NotAllowed), transaction():
        service.decide_recovery(number, RecoveryAct.DEMAND, reason="x", by=by, at=AFTERWARDS)
    with pytest.raises(DomainError, match="Say why"), transaction():
        service.decide_recovery(number, RecoveryAct.DEMAND, reason=" ", by=person(2), at=AFTERWARDS)


def test_the_documented_script_recomputes_a_statement_with_a_recovery(tmp_path: Path) -> None:
    decided(opened(), RecoveryAct.DEMAND)
    draft()
    wanted = Wanted.of(OCTOBER.next, Scope())
    folder = tmp_path / "out"
    export_month(wanted, folder, (Format.CSV, Format.PDF), at=AFTERWARDS, progress=lambda _: None)
    document = (ROOT / "docs" / "statement-hash.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    program = tmp_path / "recompute.py"
    program.write_text(script, encoding="utf-8")

    def answer() -> str:
        command = [sys.executable, str(program), str(folder), NOVEMBER]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own

    assert answer() == f"{hash_of(statement())} agrees\n"
    recoveries = folder / "recoveries.csv"
    recoveries.write_bytes(recoveries.read_bytes().replace(b"-600", b"-500"))
    assert answer().endswith("DIFFERS\n")


def test_the_months_workbook_lists_what_is_taken_back_beside_what_the_meals_earned() -> None:
    number = opened()
    decided(number, RecoveryAct.DEMAND)
    draft()
    reading = Reading(OCTOBER.next, [statement()])
    sheets = {each.name: (list(each.rows), each.sums) for each in month_sheets(reading)}
    rows, sums = sheets["追回"]
    assert [(row[2], row[3], row[6], row[7]) for row in rows] == [(number, NUMBER, "三次走访少两人", -6_00)]
    assert sums[-1] == -6_00
    rows, sums = sheets["汇总"]
    assert [(row[6], row[7], row[10:13]) for row in rows if row[11]] == [
        ("更正、追回", None, (0, -6_00, -6_00))
    ]
    totals = statement().totals
    assert sums[10:13] == (totals.earned_fen, -6_00, totals.amount_fen)
    assert [sum(column) for column in zip(*(row[10:13] for row in rows), strict=True)] == list(sums[10:13])


def test_a_case_that_another_statement_carries_keeps_no_other_case_back() -> None:
    acted("202610-C02-01", Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)
    first, there = opened(), opened(replace(FINDING, statement_no="202610-C02-01", amount_fen=1_00))
    for number in (first, there):
        decided(number, RecoveryAct.DEMAND)
    draft()
    acted(NOVEMBER, Act.SUBMIT)
    second = opened(replace(FINDING, amount_fen=2_00))
    decided(second, RecoveryAct.DEMAND)
    take(a_meal(70, served_on=date(2026, 12, 1)), a_meal(71, site_code="C02", served_on=date(2026, 12, 1)))
    draft(OCTOBER.next.next)
    carried = {
        number: [row.recovery.recovery_no for row in statement(number).recoveries]
        for number in (NOVEMBER, "202612-C01-01", "202612-C02-01")
    }
    assert carried == {NOVEMBER: [first], "202612-C01-01": [second], "202612-C02-01": [there]}
