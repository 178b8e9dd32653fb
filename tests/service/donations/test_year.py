"""A year's money by fund: the page's figures, the files, and what a donation pays for."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.donations import queries
from app.donations.models import Allotment
from app.donations.queries.books import Spent
from app.roles import Scope
from app.settlement import service
from app.settlement.service.fund_files import NOTES
from app.transaction import transaction
from tests.factories.donations import CHECKER, a_fund
from tests.factories.settlement import a_month, draft_october


def a_year() -> None:
    a_month()
    with transaction():
        a_fund(3_00, area="430103006", name="示例街道资金")
    draft_october()


def test_government_funds_and_charity_stand_side_by_side(app: Flask) -> None:  # noqa: ARG001 - its context
    a_year()
    report = service.year_report(2026, Scope())
    told = [(each.payer, each.meals, each.amount_fen, each.paid_fen, each.drafts) for each in report.funds]
    assert told == [("city", 2, 3_00, 0, 2), ("district", 6, 18_00, 0, 2), ("charity", 5, 2_50, 0, 1)]
    charity = report.funds[-1]
    assert report.funds[0].received_fen is None
    # A meal of September and one of November were helped too: the ledger knows, no statement does yet.
    spent_fen = sum(each.spent_fen for each in report.charity)
    assert spent_fen == 3_50
    assert charity.received_fen == 100_003_00
    assert charity.left_fen == 100_003_00 - spent_fen
    assert (charity.unstated_fen, report.funds[0].unstated_fen) == (1_00, None)
    before, after = service.year_report(2025, Scope()), service.year_report(2027, Scope())
    assert (before.amount_fen, before.funds[0].left_fen) == (0, 0)
    assert (after.funds[0].carried_fen, after.funds[0].received_fen) == (charity.left_fen, 0)


def test_other_areas_have_their_own_year(app: Flask) -> None:  # noqa: ARG001 - as above
    a_year()
    assert service.year_report(2026, Scope("430104")).funds == ()
    street = service.year_report(2026, Scope("430103006"))
    assert [each.name for each in street.charity][-1] == "示例街道资金"
    assert street.amount_fen < service.year_report(2026, CHECKER.scope).amount_fen


def test_what_funds_gave_is_told_by_fund_and_month_of_the_meals_that_hold_it(app: Flask) -> None:  # noqa: ARG001 - as above
    a_month()
    with transaction():
        first, second = a_fund(1_00).id, a_fund(1_00).id
    for number, fund, day, fen in (
        (3, second, date(2026, 9, 3), 7),
        (1, first, date(2026, 9, 1), 50),
        (1, first, date(2026, 9, 1), -20),
        (2, first, date(2026, 9, 1), 40),
        (2, first, date(2026, 9, 1), -40),
        (7, first, date(2026, 9, 30), 1),
        (8, first, date(2026, 10, 1), 3),
        (9, first, date(2025, 10, 9), 2),
    ):
        moved(number, fund, day, fen)
    of_first = [Spent(first, 2025, 10, 1, 2), Spent(first, 2026, 9, 2, 31), Spent(first, 2026, 10, 1, 3)]
    of_second = [Spent(second, 2026, 9, 1, 7)]
    assert queries.spent_by_month([first, second]) == of_first + of_second
    assert queries.spent_by_month([second]) == of_second
    moved(10, second, date(2026, 9, 4), 5)
    assert queries.spent_by_month([second]) == [Spent(second, 2026, 9, 2, 12)]


def moved(number: int, fund_id: int, served_on: date, fen: int) -> None:
    """Let a fund give to a meal, or take back."""
    with transaction() as session:
        session.add(
            Allotment(
                meal_id=UUID(int=number), fund_id=fund_id, served_on=served_on, pledged_fen=50, given_fen=fen
            )
        )


def test_csv_workbook_and_paper_agree(app: Flask, tmp_path: Path) -> None:
    a_year()
    run = app.test_cli_runner().invoke
    done = run(args=["donations", "report", "--year", "2026", "-o", str(tmp_path)])
    assert (done.exit_code, "3 funds in 4 files" in done.output) == (0, True)
    report = service.year_report(2026, Scope())
    with (tmp_path / "funds-2026.csv").open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.DictReader(opened))
    assert sum(int(row["amount_fen"]) for row in rows) == report.amount_fen == 23_50
    with (tmp_path / "charity-2026.csv").open(encoding="utf-8-sig", newline="") as opened:
        assert [row["fund"] for row in csv.DictReader(opened)] == [each.name for each in report.charity]
    general = report.charity[0].name
    assert sheets(tmp_path) == {
        "资金使用": [
            ["2026年老年助餐资金来源和使用情况"],
            ["市级财政", "一般公共预算", "", "", "老年人助餐就餐补助", 2, 3, 0, "", ""],
            ["区级财政", "一般公共预算", "", "", "老年人助餐就餐补助", 6, 18, 0, "", ""],
            ["慈善", "慈善资助", 0, 100_003, "老年人助餐就餐补助", 5, 2.5, 0, 1, 99_999.5],
            ["合计", "", "", "", "", "", 23.5, 0, "", ""],
            *[[note] for note in NOTES],
        ],
        "按月": [
            ["2026年老年助餐资金按月支出"],
            ["市级财政", "一般公共预算", "2026-10", 2, 2, 3, 0],
            ["区级财政", "一般公共预算", "2026-10", 2, 6, 18, 0],
            ["慈善", "慈善资助", "2026-10", 1, 5, 2.5, 0],
            ["合计", "", "", "", "", 23.5, 0],
        ],
        "慈善资金": [
            ["2026年慈善资金收支（捐赠台账）"],
            [general, "老年助餐", 0, 1, 100_000, 7, 3.5, 99_996.5],
            ["示例街道资金", "老年助餐", 0, 1, 3, 0, 0, 3],
            ["合计", "", 0, 2, 100_003, 7, 3.5, 99_999.5],
        ],
    }
    paper = PdfReader(io.BytesIO((tmp_path / "funds-2026.pdf").read_bytes()))
    written = "".join("".join(page.extract_text() for page in paper.pages).split())
    for shown in (
        *("示例街道资金", "人民币贰拾叁元伍角整"),
        "市级财政一般公共预算——老年人助餐就餐补助23.000.00——",
        "慈善慈善资助0.00100,003.00老年人助餐就餐补助52.500.001.0099,999.50",
        f"{general}老年助餐0.001100,000.0073.5099,996.50",
    ):
        assert shown in written


def sheets(folder: Path) -> dict[str, list[list[Any]]]:
    """Give each sheet's title and rows; of a line of words alone, the words."""
    book = CalamineWorkbook.from_path(str(folder / "funds-2026.xlsx"))
    told = {}
    for name in book.sheet_names:
        title, _heading, *rows = book.get_sheet_by_name(name).to_python()
        told[name] = [row if any(row[1:]) else row[:1] for row in (title, *rows)]
    return told
