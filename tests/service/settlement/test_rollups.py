"""A quarter and a year are the sum of their months' statements, to the fen, and everybody counts once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.errors import DomainError, NotFound
from app.money import format_yuan
from app.month import Month
from app.roles import COMMAND, Actor, Permission, Role, Scope
from app.settlement import queries, service
from app.settlement.rules.period import Period, parse_period, quarter_of
from app.settlement.rules.rollup import Rollup, RollupTally
from app.settlement.rules.statement import FundAmount
from app.settlement.rules.steps import Act
from app.settlement.service import Format
from app.transaction import transaction
from tests.factories.settlement import AFTERWARDS, OCTOBER, a_meal, a_month, take, undoing
from tests.support.pages import PageClient

QUARTER = Period(2026, 4)


def person(number: int) -> Actor:
    return Actor(f"U-9{number}", frozenset(Permission))


def draft(*months: Month) -> None:
    for month in months:
        with transaction():
            service.draft_statements(month, by=COMMAND, at=AFTERWARDS)


def acted(number: str, *acts: Act) -> None:
    for by, act in enumerate(acts):
        with transaction():
            reason = "错了" if act.needs_reason else ""
            service.take_step(number, act, reason=reason, by=person(by), at=AFTERWARDS + timedelta(days=60))


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
    total: list[Any] = book.get_sheet_by_name("按助餐点").to_python()[2 + len(found.rows)]
    assert round(total[-1] * 100) == found.total.amount_fen
    said = "".join(
        "".join(page.extract_text().split()) for page in PdfReader(tmp_path / "rollup-2026Q4.pdf").pages
    )
    assert "2026年第四季度助餐补贴汇总表" in said
    assert format_yuan(found.total.amount_fen) in said
    year = service.rollup_pdf(service.rollup_of(Period(2026), Scope()), at=AFTERWARDS)
    assert "第四季度" in "".join(PdfReader(io.BytesIO(year)).pages[0].extract_text().split())


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
    with pytest.raises(NotFound):
        service.rollup_of(QUARTER, Scope())


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
