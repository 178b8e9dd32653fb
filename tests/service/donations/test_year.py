"""A year's money by fund: the page's figures, the files, and what a donation pays for."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.roles import Scope
from app.settlement import service
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
    book = CalamineWorkbook.from_path(str(tmp_path / "funds-2026.xlsx"))
    assert book.sheet_names == ["资金使用", "按月", "慈善资金"]
    sums = [row for row in book.get_sheet_by_name("资金使用").to_python() if row[0] == "合计"]
    assert sums[0][6] == 23.5
    paper = PdfReader(io.BytesIO((tmp_path / "funds-2026.pdf").read_bytes()))
    written = "".join(page.extract_text() for page in paper.pages)
    assert "23.50" in written
    assert "示例街道资金" in written
