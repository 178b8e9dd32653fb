"""A quarter and a year are the sum of their months' statements, to the fen, and everybody counts once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.errors import DomainError, NotFound
from app.month import Month
from app.roles import Role, Scope
from app.settlement import queries, service
from app.settlement.rules.period import Period, parse_period, quarter_of
from app.settlement.rules.rollup import Rollup, RollupTally
from app.settlement.rules.statement import FundAmount
from app.settlement.rules.steps import Act
from app.settlement.service import Format
from app.transaction import transaction
from tests.factories.district import canteen
from tests.factories.settlement import (
    AFTERWARDS,
    OCTOBER,
    a_meal,
    a_month,
    acted,
    draft,
    take,
    undoing,
)
from tests.support.pages import PageClient

QUARTER = Period(2026, 4)


@pytest.fixture
def _quarter(app: Flask) -> None:
    """Make October and November, with a correction of October in November, and a void statement."""
    assert app
    a_month()
    take(a_meal(20, resident_no="R-000002", served_on=date(2026, 11, 2)))
    draft(OCTOBER)
    acted("202610-C01-01", Act.SUBMIT, Act.REVIEW, Act.APPROVE)
    take(undoing(60, a_meal(3, resident_no="R-000002")))
    draft(OCTOBER.next)
    acted("202610-C02-01", Act.SUBMIT, Act.REVIEW, Act.APPROVE)
    acted("202610-C02-01", Act.VOID)
    draft(OCTOBER)


def by_fund(found: Rollup) -> dict[tuple[str, str, str], tuple[int, ...]]:
    return {(row.site_code, row.payer, row.fund): row.months_fen for row in found.rows}


@pytest.mark.usefixtures("_quarter")
def test_the_sums_are_those_of_the_months_statements() -> None:
    found = service.rollup_of(QUARTER, Scope())
    for place, month in enumerate(QUARTER.months):
        statements = queries.statements_of(month, Scope())
        assert found.total.months_fen[place] == sum(each.totals.amount_fen for each in statements)
        for statement in statements:
            for row in statement.fund_amounts:
                assert by_fund(found)[statement.site_code, row.payer, row.fund][place] == row.amount_fen
    assert found.total.amount_fen == sum(row.amount_fen for row in found.rows) > 0
    assert found.total.amount_fen == sum(row.amount_fen for row in found.funds)
    assert by_fund(found)["C01", "city", "一般公共预算"] == (2_00, 0, 0)


@pytest.mark.usefixtures("_quarter")
def test_everybody_counts_once_however_many_months_and_sites() -> None:
    found = service.rollup_of(QUARTER, Scope())
    assert found.total.persons == 3
    assert {(row.site_code, row.payer): row.persons for row in found.rows}["C01", "district"] == 3
    assert [(row.payer, row.persons) for row in found.funds] == [("city", 1), ("district", 3), ("charity", 3)]


@pytest.mark.usefixtures("_quarter")
def test_a_void_statement_does_not_count_and_drafts_are_told() -> None:
    found = service.rollup_of(QUARTER, Scope())
    assert by_fund(found)["C02", "district", "一般公共预算"] == (3_00, 0, 0)
    assert (found.statements, found.drafts) == (3, 2)


@pytest.mark.usefixtures("_quarter")
def test_a_year_holds_its_quarters() -> None:
    year, quarter = service.rollup_of(Period(2026), Scope()), service.rollup_of(QUARTER, Scope())
    draft(Month(2026, 9))
    with_september = service.rollup_of(Period(2026), Scope())
    assert year.total.amount_fen == quarter.total.amount_fen
    (september,) = queries.statements_of(Month(2026, 9), Scope())
    assert with_september.total.months_fen[8] == september.totals.amount_fen != 0
    assert with_september.total.months_fen[9:] == quarter.total.months_fen


@pytest.mark.usefixtures("_quarter")
def test_the_files_say_the_same(tmp_path: Path) -> None:
    found = service.rollup_of(QUARTER, Scope())
    told: list[Path] = []
    done = service.export_rollup(found, tmp_path, tuple(Format), at=AFTERWARDS, progress=told.append)
    assert [path.name for path in done] == ["rollup-2026Q4.csv", "rollup-2026Q4.xlsx", "rollup-2026Q4.pdf"]
    text = (tmp_path / "rollup-2026Q4.csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(int(row["amount_fen"]) for row in rows) == found.total.amount_fen
    assert all(
        int(row["amount_fen"]) == sum(int(row[str(month)]) for month in QUARTER.months) for row in rows
    )
    book = CalamineWorkbook.from_path(tmp_path / "rollup-2026Q4.xlsx")
    city, district = ("市级财政", "一般公共预算"), ("区级财政", "一般公共预算")
    charity = ("慈善", "慈善资助")
    title, _heading, *by_site = book.get_sheet_by_name("按助餐点").to_python()
    assert title[0] == "2026年第四季度助餐补贴汇总表"
    assert by_site[:-2] == [
        [1, "C01", "C01老年食堂", *city, 1, 2, 2, 0, 0, 2],
        [2, "C01", "C01老年食堂", *district, 3, 7, 15, 3, 0, 18],
        [3, "C01", "C01老年食堂", *charity, 3, 7, 2.5, 0.5, 0, 3],
        [4, "C02", "C02老年食堂", *city, 1, 1, 1, 0, 0, 1],
        [5, "C02", "C02老年食堂", *district, 1, 1, 3, 0, 0, 3],
        ["合计", *[""] * 4, 3, 8, 23.5, 3.5, 0, 27],
    ]
    assert by_site[-1][0] == "其中 2 张结算单还是草稿，金额还会变。"
    assert book.get_sheet_by_name("按资金来源").to_python()[2:] == [
        [*city, 1, 3, 3, 0, 0, 3],
        [*district, 3, 8, 18, 3, 0, 21],
        [*charity, 3, 7, 2.5, 0.5, 0, 3],
        ["合计", "", 3, 8, 23.5, 3.5, 0, 27],
    ]


@pytest.mark.usefixtures("_quarter")
def test_the_workbook_of_a_year_has_its_twelve_months(tmp_path: Path) -> None:
    year = service.rollup_of(Period(2026), Scope())
    service.export_rollup(year, tmp_path, [Format.XLSX], at=AFTERWARDS, progress=lambda _path: None)
    book = CalamineWorkbook.from_path(tmp_path / "rollup-2026.xlsx")
    _title, heading, first, *_rest = book.get_sheet_by_name("按助餐点").to_python()
    assert heading[7:] == [*(f"{month}月（元）" for month in range(1, 13)), "合计（元）"]
    assert first == [1, "C01", "C01老年食堂", "市级财政", "一般公共预算", 1, 2, *[0] * 9, 2, 0, 0, 2]


@pytest.mark.usefixtures("_quarter")
def test_the_paper_of_a_quarter_has_its_months_and_that_of_a_year_its_quarters() -> None:
    quarter, year = (
        _said(service.rollup_pdf(service.rollup_of(period, Scope()), at=AFTERWARDS))
        for period in (QUARTER, Period(2026))
    )
    for shown in (
        "2026年第四季度助餐补贴汇总表（草稿，不作为结算依据）",
        *(
            "1C01C01老年食堂市级财政一般公共预算122.000.000.002.00",
            "区级财政一般公共预算3715.003.000.0018.00",
        ),
        *("慈善慈善资助372.500.500.003.00", "5C02C02老年食堂区级财政一般公共预算113.000.000.003.00"),
        *("区级财政一般公共预算3818.003.000.0021.00", "人民币贰拾柒元整3823.503.500.0027.00"),
        *("其中2张结算单还是草稿", "打印时间2026-11-2314:52"),
    ):
        assert shown in quarter
    for shown in (
        *("2026年助餐补贴汇总表", "1C01C01老年食堂市级财政一般公共预算120.000.000.002.002.00"),
        *("区级财政一般公共预算370.000.000.0018.0018.00", "慈善慈善资助370.000.000.003.003.00"),
        *("区级财政一般公共预算380.000.000.0021.0021.00", "人民币贰拾柒元整380.000.000.0027.0027.00"),
    ):
        assert shown in year


@pytest.mark.usefixtures("_quarter")
def test_papers_without_drafts_or_payers_say_so() -> None:
    for number in ("202610-C02-02", "202611-C01-01"):
        acted(number, Act.SUBMIT, Act.REVIEW, Act.APPROVE)
    found = service.rollup_of(QUARTER, Scope())
    assert "草稿" not in _said(service.rollup_pdf(found, at=AFTERWARDS))


def _said(paper: bytes) -> str:
    """Give what a paper says, line by line as it stands there, without spaces."""
    pages = PdfReader(io.BytesIO(paper)).pages
    return "".join("".join(page.extract_text(extraction_mode="layout").split()) for page in pages)


@pytest.mark.usefixtures("_quarter")
def test_the_page_and_its_files_are_there_within_the_scope(signed_in: Callable[..., PageClient]) -> None:
    street = signed_in(Role.STREET_REVIEWER, area="430103006")
    months = street.page("/settlement")
    assert "/settlement/rollup/2026Q4" in [link.get("href") for link in months.all("a")]
    page = street.page("/settlement/rollup/2026Q4")
    assert "C02老年食堂" in page.text
    assert "C01老年食堂" not in page.text
    for kind in ("csv", "xlsx", "pdf"):
        assert street.get(f"/settlement/rollup/2026Q4.{kind}").status_code == 200
    assert street.get("/settlement/rollup/2025Q1").status_code == 404
    assert "不是期间" in street.page("/settlement/rollup/2026Q5", status=422).text


@pytest.mark.usefixtures("_quarter")
def test_the_command_writes_the_files(app: Flask, tmp_path: Path) -> None:
    arguments = ["settlement", "rollup", "--period", "2026Q4", "-o", str(tmp_path / "out"), "--format", "csv"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert (result.exit_code, [path.name for path in (tmp_path / "out").iterdir()]) == (
        0,
        ["rollup-2026Q4.csv"],
    )
    assert "2026Q4: 3 statements, 2 of them drafts" in result.stdout


def test_without_statements_there_is_nothing_to_add_up(app: Flask) -> None:
    assert app
    with pytest.raises(NotFound, match="No statement of 2026Q4") as told:
        service.rollup_of(QUARTER, Scope())
    assert told.value.field == "period"


def test_a_site_whose_meals_nobody_pays_for_is_a_row_without_payer(app: Flask, tmp_path: Path) -> None:
    assert app
    a_month()
    canteen_of_strangers()
    draft(OCTOBER)
    found = service.rollup_of(QUARTER, Scope("430103007"))
    service.export_rollup(found, tmp_path, (Format.XLSX,), at=AFTERWARDS, progress=print)
    book = CalamineWorkbook.from_path(tmp_path / "rollup-2026Q4.xlsx")
    assert book.get_sheet_by_name("按助餐点").to_python()[2] == [
        *(1, "C07", "C07老年食堂", "", "", 0, 0, 0, 0, 0, 0)
    ]


def canteen_of_strangers() -> None:
    """Let only somebody whom nobody registered eat at C07."""
    with transaction():
        canteen("C07", "430103007001")
    take(a_meal(77, resident_no="R-405", site_code="C07"))


@pytest.mark.parametrize("written", ["2026Q5", "2026-10", "Q4", "", "20264"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(DomainError):
        parse_period(written)


@given(st.integers(1, 12))
def test_every_month_lies_in_its_quarter(number: int) -> None:
    month = Month(2026, number)
    assert month in quarter_of(month).months


@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(10, 12), st.sampled_from("xyz"), st.integers(-99, 99))
    )
)
def test_whatever_is_added_the_sum_is_kept(drawn: list[tuple[str, int, str, int]]) -> None:
    tally = RollupTally(QUARTER)
    for site_code, number, payer, fen in drawn:
        amounts = [FundAmount(payer, "一", 1, 1, fen)]
        tally.add(site_code, Month(2026, number), amounts, [], is_draft=False)
    found = tally.result()
    assert found.total.amount_fen == sum(fen for *_, fen in drawn)
    for place, month in enumerate(QUARTER.months):
        expected = sum(fen for _, number, _, fen in drawn if number == month.month)
        assert sum(row.months_fen[place] for row in found.rows) == expected
