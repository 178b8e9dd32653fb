"""A quarter side by side, and a year by fund: the sums of the statements, and everybody counted once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.canteens.rules import Sitting
from app.errors import DomainError
from app.meals.rules import Channel
from app.month import Month
from app.settlement.rules.fund_year import CharityYear, FundMonthSum, fund_report
from app.settlement.rules.lines import CHARITY_FUND, CHARITY_PAYER, Line
from app.settlement.rules.period import Period, parse_period, quarter_of
from app.settlement.rules.rollup import RollupTally, Row
from app.settlement.rules.statement import FundAmount
from app.subsidy.rules import LayerShare, Reason

OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
LINE = Line(
    "m1",
    "C01",
    "R-1",
    date(2026, 10, 8),
    Sitting.LUNCH,
    Channel.DINE_IN,
    15_00,
    3_00,
    0,
    50,
    11_50,
    Reason.OK,
    "示例1号",
    (LayerShare("district", "A", 3_00),),
)
CITY = replace(LINE, layers=(LayerShare("city", "B", 3_00),), charity_fen=0, resident_fen=12_00)


def a_quarter() -> RollupTally:
    """Give a quarter of two sites, one of which nobody owes anything in its second month."""
    tally = RollupTally(Period(2026, 4))
    tally.add(
        "C02",
        OCTOBER,
        [FundAmount(CHARITY_PAYER, CHARITY_FUND, 1, 1, 50), FundAmount("district", "A", 1, 2, 6_00)],
        [
            replace(LINE, site_code="C02", resident_no="R-2"),
            replace(LINE, site_code="C02", resident_no="R-2", charity_fen=0),
            replace(LINE, site_code="C02", resident_no="R-9", reason=Reason.REVERSED),
            replace(LINE, site_code="C02", resident_no="R-8", layers=(), charity_fen=0),
        ],
        is_draft=False,
    )
    tally.add(
        "C01",
        OCTOBER,
        [FundAmount("district", "A", 2, 2, 6_00), FundAmount("district", "A", 0, 0, -1_00)],
        [LINE, replace(LINE, resident_no="R-2")],
        is_draft=True,
    )
    tally.add("C01", NOVEMBER, [FundAmount("district", "A", 1, 1, 3_00)], [LINE], is_draft=True)
    tally.add("C03", NOVEMBER, [], [], is_draft=False)
    return tally


def test_each_site_and_fund_has_its_months_and_its_persons_once() -> None:
    found = a_quarter().result()
    assert found.period == Period(2026, 4)
    assert found.rows == (
        Row("C01", "district", "A", 2, 3, (5_00, 3_00, 0)),
        Row("C02", "district", "A", 1, 2, (6_00, 0, 0)),
        Row("C02", CHARITY_PAYER, CHARITY_FUND, 1, 1, (50, 0, 0)),
        Row("C03", "", "", 0, 0, (0, 0, 0)),
    )
    assert [row.amount_fen for row in found.rows] == [8_00, 6_00, 50, 0]


def test_funds_and_the_whole_count_who_ate_at_two_sites_once() -> None:
    found = a_quarter().result()
    assert found.funds == (
        Row("", "district", "A", 2, 5, (11_00, 3_00, 0)),
        Row("", CHARITY_PAYER, CHARITY_FUND, 1, 1, (50, 0, 0)),
    )
    assert found.total == Row("", "", "", 2, 5, (11_50, 3_00, 0))
    assert (found.statements, found.drafts) == (4, 2)


def test_nothing_taken_in_is_nothing_owed() -> None:
    found = RollupTally(Period(2026, 4)).result()
    assert (found.rows, found.funds, found.total.months_fen) == ((), (), (0, 0, 0))
    assert (found.statements, found.drafts) == (0, 0)


@pytest.mark.parametrize(
    ("month", "quarter"), [(1, 1), (3, 1), (4, 2), (6, 2), (7, 3), (9, 3), (10, 4), (12, 4)]
)
def test_a_month_lies_in_its_quarter(month: int, quarter: int) -> None:
    period = quarter_of(Month(2026, month))
    assert period == Period(2026, quarter)
    assert Month(2026, month) in period.months


def test_a_period_is_written_as_it_is_read() -> None:
    assert [str(parse_period(written)) for written in ("2026", " 2026q1 ")] == ["2026", "2026Q1"]
    with pytest.raises(DomainError, match="2026Q5") as refused:
        parse_period("2026Q5")
    assert refused.value.field == "period"


def month_of(payer: str, fund: str, month: str, amount_fen: int, paid_fen: int = 0) -> FundMonthSum:
    return FundMonthSum(payer, fund, month, 2, 1, amount_fen // 100, amount_fen, paid_fen)


def test_a_year_is_told_by_fund_with_charity_last_and_its_balance() -> None:
    sums = [
        month_of(CHARITY_PAYER, CHARITY_FUND, "2026-10", 5_00),
        month_of("district", "A", "2026-10", 30_00, 30_00),
        month_of("district", "A", "2026-11", 20_00),
        month_of("city", "B", "2026-10", 7_00),
    ]
    charity = [
        CharityYear("一号", "助餐", 100_00, 2, 50_00, 9, 6_00),
        CharityYear("二号", "助餐", 1_00, 1, 2_00, 1, 3_00),
    ]
    report = fund_report(2026, sums, charity, charity_fund=CHARITY_FUND)
    assert (report.year, report.charity) == (2026, tuple(charity))
    assert [(fund.payer, fund.fund, fund.amount_fen, fund.paid_fen, fund.meals) for fund in report.funds] == [
        ("city", "B", 7_00, 0, 7),
        ("district", "A", 50_00, 30_00, 50),
        (CHARITY_PAYER, CHARITY_FUND, 5_00, 0, 5),
    ]
    assert [fund.unstated_fen for fund in report.funds] == [None, None, 4_00]
    last = report.funds[-1]
    assert (last.carried_fen, last.received_fen, last.left_fen) == (101_00, 52_00, 144_00)
    assert (report.amount_fen, report.paid_fen, report.drafts) == (62_00, 30_00, True)


def test_charity_is_told_of_even_before_a_statement_owes_it() -> None:
    gift = CharityYear("一号", "助餐", 0, 1, 50_00, 0, 0)
    (only,) = fund_report(2026, [], [gift], charity_fund=CHARITY_FUND).funds
    assert (only.payer, only.fund, only.months, only.left_fen) == (CHARITY_PAYER, CHARITY_FUND, (), 50_00)
    assert fund_report(2026, [], [], charity_fund=CHARITY_FUND).funds == ()
