"""What is read of statements: within month, site and scope, void ones apart, and with its sign."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest
from flask import Flask

from app.extensions import db
from app.residents.rules.facts import ResidentFacts
from app.roles import Scope
from app.settlement import queries, service
from app.settlement.queries import MonthSums, diners
from app.settlement.queries.funds import fund_months
from app.settlement.rules.fund_year import FundMonthSum
from app.settlement.rules.recovery import Finding, RecoveryAct
from app.settlement.rules.steps import Act
from app.settlement.service.books import month_sheets
from app.settlement.service.reading import Reading
from app.transaction import transaction
from tests.factories.district import resident_row
from tests.factories.settlement import (
    AFTERWARDS,
    OCTOBER,
    a_month,
    acted,
    draft,
    person,
    undone_and_demanded_back,
)

C01, C02 = "202610-C01-01", "202610-C02-01"
STREET = Scope("430103006")
GENERAL = "一般公共预算"


@pytest.fixture(autouse=True)
def _autumn(app: Flask) -> None:
    """Let October be paid, one meal of it undone and one yuan of it demanded back; C02's was void once.

    September is handed in, November is a draft.
    """
    assert app
    a_month()
    draft(OCTOBER.previous, OCTOBER)
    acted("202609-C01-01", Act.SUBMIT)
    for number in (C01, C02):
        acted(number, Act.SUBMIT, Act.REVIEW, Act.APPROVE, Act.PAY)
    acted(C02, Act.VOID)
    draft(OCTOBER)
    undone_and_demanded_back(C01)
    draft(OCTOBER.next)


def test_a_month_comes_to_what_its_statements_owe_that_are_not_void() -> None:
    sums = queries.months(Scope())
    assert sums == [
        MonthSums(OCTOBER.next, 1, 1, 3_50 - 5_50 - 1_00),
        MonthSums(OCTOBER, 2, 6, 23_50),
        MonthSums(OCTOBER.previous, 1, 1, 3_50),
    ]
    for each in sums:
        statements = queries.statements_of(each.month, Scope())
        assert each.amount_fen == sum(statement.totals.amount_fen for statement in statements)
    assert [each.amount_fen for each in queries.months(STREET)] == [4_00]


def test_what_was_handed_in_since_a_day_is_told_by_month_within_the_scope() -> None:
    assert queries.settled_since(date(2026, 9, 30), Scope()) == [(OCTOBER.previous, 1), (OCTOBER, 1)]
    assert queries.settled_since(date(2026, 10, 31), Scope()) == [(OCTOBER, 1)]
    assert queries.settled_since(date(2026, 9, 1), STREET) == []


def test_the_statements_of_a_site_and_month_are_told_with_the_void_ones() -> None:
    assert [each.statement_no for each in queries.statement_issues("C02", OCTOBER)] == [C02, "202610-C02-02"]
    assert [each.statement_no for each in queries.statement_issues("C01", OCTOBER)] == [C01]


def test_only_what_was_paid_and_is_void_by_now_may_have_left_the_account() -> None:
    assert [each.statement_no for each in queries.paid_and_void(OCTOBER, Scope())] == [C02]
    acted("202609-C01-01", Act.RETURN)
    acted("202609-C01-01", Act.SUBMIT, Act.REVIEW, Act.APPROVE)
    acted("202609-C01-01", Act.VOID)
    assert queries.paid_and_void(OCTOBER.previous, Scope()) == []
    assert queries.paid_and_void(OCTOBER, Scope("430103005")) == []


def test_what_cases_claim_is_told_by_statement_payer_and_fund_without_what_was_waived() -> None:
    numbers = {each.statement_no: each.id for each in queries.statements_of(OCTOBER, Scope())}
    for fen, act in ((40, RecoveryAct.WAIVE), (2_00, None)):
        finding = Finding(C01, "district", GENERAL, fen, date(2026, 11, 21), "多记", "走访")
        with transaction():
            number = service.open_recovery(finding, by=person(1), at=AFTERWARDS).recovery_no
        if act is not None:
            with transaction():
                service.decide_recovery(number, act, reason="查无此事", by=person(2), at=AFTERWARDS)
    assert queries.claimed_fen(numbers[C01], "district", GENERAL) == 3_00
    assert queries.claimed_fen(numbers[C01], "city", GENERAL) == 0
    assert queries.claimed_fen(numbers[C01], "district", "慈善资助") == 0
    assert queries.claimed_fen(numbers["202610-C02-02"], "district", GENERAL) == 0


def test_a_funds_months_tell_what_is_paid_and_what_is_a_draft() -> None:
    assert fund_months(2026, Scope()) == [
        FundMonthSum("charity", "慈善资助", "2026-09", 1, 0, 1, 50, 0),
        FundMonthSum("charity", "慈善资助", "2026-10", 1, 0, 5, 2_50, 2_50),
        FundMonthSum("charity", "慈善资助", "2026-11", 1, 1, 1, 0, 0),
        FundMonthSum("city", GENERAL, "2026-10", 2, 1, 2, 3_00, 2_00),
        FundMonthSum("city", GENERAL, "2026-11", 1, 1, 0, -2_00, 0),
        FundMonthSum("district", GENERAL, "2026-09", 1, 0, 1, 3_00, 0),
        FundMonthSum("district", GENERAL, "2026-10", 2, 1, 6, 18_00, 15_00),
        FundMonthSum("district", GENERAL, "2026-11", 1, 1, 1, -1_00, 0),
    ]
    at_c02 = Scope("430103", site_code="C02")
    assert [each.amount_fen for each in fund_months(2026, at_c02)] == [1_00, 3_00]
    assert fund_months(2025, Scope()) == []


def test_corrections_and_recoveries_stand_in_the_workbook_with_their_sums() -> None:
    november = OCTOBER.next
    (statement,) = statements = queries.statements_of(november, Scope())
    reading = Reading(november, statements)
    shown = {sheet.name: (sheet, [list(row) for row in sheet.rows]) for sheet in month_sheets(reading)}
    meal = ("202611-C01-01", "C01老年食堂", C01, date(2026, 10, 8), "午餐", "R-000002", "龙䶮")
    corrected, rows = shown["更正"]
    assert rows == [
        [*meal, "慈善", "慈善资助", -50, str(UUID(int=3))],
        [*meal, "市级财政", GENERAL, -2_00, str(UUID(int=3))],
        [*meal, "区级财政", GENERAL, -3_00, str(UUID(int=3))],
    ]
    assert (corrected.sums_label, list(corrected.sums)) == ("合计", [*[None] * 9, -5_50, None])
    recovered, rows = shown["追回"]
    (case,) = statement.recoveries
    assert rows == [
        ["202611-C01-01", "C01老年食堂", case.recovery.recovery_no, C01, "区级财政", GENERAL, "多记", -1_00]
    ]
    assert (recovered.sums_label, list(recovered.sums)) == ("合计", [*[None] * 7, -1_00])
    moved = {fund: reading.summary.moved_fen(*fund) for fund in (("district", GENERAL), ("city", GENERAL))}
    assert moved == {("district", GENERAL): -4_00, ("city", GENERAL): -2_00}
    meals, _ = shown["明细"]
    assert list(meals.sums) == [*[None] * 13, 15_00, 3_00, 1_00, 50, 10_50, *[None] * 6]
    total, _ = shown["汇总"]
    assert list(total.sums) == [*[None] * 8, 1, 1, 3_50, -6_50, -3_00, *[None] * 3]


def test_cases_that_wait_stand_first_then_the_newest() -> None:
    with transaction():
        waits = [
            service.open_recovery(
                Finding(C01, "district", GENERAL, 1_00, date(2026, 11, 21), "又多记", "走访"),
                by=person(1),
                at=AFTERWARDS,
            ).recovery_no
            for _ in range(2)
        ]
    with transaction():
        last = Finding(C01, "city", GENERAL, 1_00, date(2026, 11, 22), "不是多记", "走访")
        dropped = service.open_recovery(last, by=person(1), at=AFTERWARDS).recovery_no
    with transaction():
        service.decide_recovery(dropped, RecoveryAct.WAIVE, reason="没有多记", by=person(2), at=AFTERWARDS)
    told = list(db.session.execute(queries.recoveries(Scope())).scalars())
    assert [each.recovery_no for each in told[:3]] == [waits[1], waits[0], dropped]
    assert len(told) == 4


def test_whoever_ate_is_known_from_any_portion_of_the_register(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction():
        elsewhere = ResidentFacts("R-000009", date(1950, 5, 1), "430111001001", "430103999999")
        resident_row(elsewhere, name="赵先生")
    numbers = ["R-000001", "R-000002", "R-000003", "R-000009", "R-404"]
    meal_ids = [UUID(int=number) for number in (1, 3, 6, 7)]
    known, eaten = queries.diners_of(numbers), queries.eaten(meal_ids)
    assert {number: (each.name, each.registered, each.community) for number, each in known.items()} == {
        "R-000001": ("王秀英", "地区430103005001", "地区430103005001"),
        "R-000002": ("龙䶮", "地区430103006001", "地区430103006001"),
        "R-000003": ("*王#panic()*", "地区430103005001", "地区430103005001"),
        # Of a place that nobody has entered there is the code; of a community, nothing.
        "R-000009": ("赵先生", "430111001001", ""),
    }
    assert [(number.int, each.resident_no, each.name) for number, each in eaten.items()] == [
        (1, "R-000001", "王秀英"),
        (3, "R-000002", "龙䶮"),
        (6, "R-404", None),
        (7, "R-000003", "*王#panic()*"),
    ]
    monkeypatch.setattr(diners, "_AT_ONCE", 1)
    assert (queries.diners_of(numbers), queries.eaten(meal_ids)) == (known, eaten)
