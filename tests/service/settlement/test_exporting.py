"""The files of a month: CSV, workbook and papers say the same, to the fen."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from app.errors import Conflict, DomainError, NotFound
from app.meals import service as meals
from app.meals.rules import FoundBy
from app.money import format_yuan
from app.month import Month
from app.paper import PaperList, printed
from app.processes import processes
from app.roles import COMMAND, Actor, Permission, Scope
from app.settlement import queries
from app.settlement.rules.canonical import check_code
from app.settlement.service import Format, Wanted, export, export_month, formats, statement_pdf, waive
from app.settlement.service.export import print_statement
from app.settlement.service.listing import listing_of
from app.settlement.service.papers import statement_paper, summary_paper
from app.settlement.service.summary import Summary
from app.transaction import transaction
from tests.factories.settlement import (
    AFTERWARDS,
    NUMBER,
    OCTOBER,
    a_meal,
    a_month,
    draft_october,
    take,
    undoing,
)

ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _october(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    a_month()
    draft_october()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    told: list[Path] = []
    done = export_month(
        Wanted.of(OCTOBER, Scope()), tmp_path / "out", tuple(Format), at=AFTERWARDS, progress=told.append
    )
    assert done == told
    return tmp_path / "out"


def rows(path: Path) -> list[dict[str, str]]:
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def pages(path: Path) -> list[str]:
    return ["".join(page.extract_text().split()) for page in PdfReader(path).pages]


def sheet(folder: Path, name: str) -> list[list[Any]]:
    book = CalamineWorkbook.from_path(folder / "statements-2026-10.xlsx")
    return book.get_sheet_by_name(name).to_python()


def test_the_folder_holds_exactly_the_files_of_the_month(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        "202610-C01-01.pdf",
        "202610-C02-01.pdf",
        "adjustments.csv",
        "disclosure-2026-10.csv",
        "disclosure-2026-10.pdf",
        "disclosure-2026-10.xlsx",
        "layers.csv",
        "lines.csv",
        "recoveries.csv",
        "statements-2026-10.xlsx",
        "statements.csv",
        "summary-2026-10.pdf",
    ]


def test_lines_csv_has_every_meal_of_the_month_to_the_letter(folder: Path) -> None:
    found = rows(folder / "lines.csv")
    assert ",".join(found[0]) == (
        "meal_id,site_code,resident_no,served_on,sitting,channel,price_fen,government_fen,operator_fen,"
        "charity_fen,resident_fen,reason,policy_reference"
    )
    assert [int(UUID(row["meal_id"])) for row in found] == [1, 3, 5, 6, 2, 9, 7, 8, 4]
    by_id = {int(UUID(row["meal_id"])): row for row in found}
    assert by_id[3] == {
        "meal_id": str(UUID(int=3)),
        "site_code": "C01",
        "resident_no": "R-000002",
        "served_on": "2026-10-08",
        "sitting": "lunch",
        "channel": "dine_in",
        "price_fen": "1500",
        "government_fen": "500",
        "operator_fen": "100",
        "charity_fen": "50",
        "resident_fen": "850",
        "reason": "ok",
        "policy_reference": "示例〔2026〕1号",
    }
    assert (by_id[5]["reason"], by_id[5]["government_fen"], by_id[5]["resident_fen"]) == (
        "reversed",
        "0",
        "1500",
    )
    assert by_id[6]["reason"] == "not_registered"
    assert by_id[4]["reason"] == "cap_sitting"
    order = [(row["site_code"], row["served_on"]) for row in found]
    assert order == sorted(order)


def test_statements_csv_has_a_row_for_each_site_payer_and_fund(folder: Path) -> None:
    found = rows(folder / "statements.csv")
    assert (
        ",".join(found[0]) == "statement_no,site_code,month,payer,fund,persons,meals,amount_fen,status,hash"
    )
    assert [
        (row["statement_no"], row["payer"], row["persons"], row["meals"], row["amount_fen"]) for row in found
    ] == [
        ("202610-C01-01", "city", "1", "1", "200"),
        ("202610-C01-01", "district", "3", "5", "1500"),
        ("202610-C01-01", "charity", "3", "5", "250"),
        ("202610-C02-01", "city", "1", "1", "100"),
        ("202610-C02-01", "district", "1", "1", "300"),
    ]
    assert {row["status"] for row in found} == {"draft"}


def test_the_documented_script_recomputes_the_hash_from_the_files_alone(folder: Path, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "statement-hash.md").read_text(encoding="utf-8")
    (script,) = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    program = tmp_path / "recompute.py"
    program.write_text(script, encoding="utf-8")

    def answer() -> str:
        command = [sys.executable, str(program), str(folder), NUMBER]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603 - our own

    said = next(row["hash"] for row in rows(folder / "statements.csv") if row["statement_no"] == NUMBER)
    assert answer() == f"{said} agrees\n"
    lines = folder / "lines.csv"
    lines.write_bytes(lines.read_bytes().replace(b"R-000003", b"R-000004"))
    assert answer().endswith("DIFFERS\n")


def test_csv_workbook_and_papers_agree_on_every_amount(folder: Path) -> None:
    csv_lines = [row for row in rows(folder / "lines.csv") if row["reason"] != "reversed"]
    names = ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen")
    sums = {name: sum(int(row[name]) for row in csv_lines) for name in names}
    owed = sum(int(row["amount_fen"]) for row in rows(folder / "statements.csv"))
    assert owed == sums["government_fen"] + sums["charity_fen"] == 23_50

    detail = sheet(folder, "明细")
    total = detail[-1]
    assert total[0] == "合计"
    assert [round(value * 100) for value in total[13:18]] == [sums[name] for name in names]
    assert len(detail) - 3 == len(csv_lines)
    assert [round(sum(row[place] for row in detail[2:-1]) * 100) for place in range(13, 18)] == [
        sums[name] for name in names
    ]
    summary = sheet(folder, "汇总")
    assert summary[-4][8:13] == [3.0, 6.0, 23.5, 0.0, 23.5]
    assert summary[-3][0] == "合计（大写）：人民币贰拾叁元伍角整"

    paper = pages(folder / "summary-2026-10.pdf")[-1]
    assert "合计（2个助餐点）人民币贰拾叁元伍角整3623.500.00¥23.50" in paper
    for statement in queries.statements_of(OCTOBER, Scope()):
        first, *_, last = pages(folder / f"{statement.statement_no}.pdf")
        assert f"¥{format_yuan(statement.totals.amount_fen)}" in first
        for name in names:
            assert format_yuan(getattr(statement, name)) in last
        said = {
            row["hash"]
            for row in rows(folder / "statements.csv")
            if row["statement_no"] == statement.statement_no
        }
        assert check_code(*said) in first
        assert check_code(*said) in last


def test_the_summary_counts_each_meal_once_by_category_and_rate(folder: Path) -> None:
    found = [(row[1], row[4], row[6], *row[7:13]) for row in sheet(folder, "汇总")[2:-4] if row[1] == "C01"]
    assert found == [
        ("C01", "市级财政", "残疾", 2.0, 1.0, 1.0, 2.0, 0.0, 2.0),
        ("C01", "区级财政", "残疾", 3.0, 1.0, 1.0, 3.0, 0.0, 3.0),
        ("C01", "区级财政", "其他老人", 3.0, 2.0, 4.0, 12.0, 0.0, 12.0),
        ("C01", "慈善", "残疾", 0.5, 1.0, 1.0, 0.5, 0.0, 0.5),
        ("C01", "慈善", "其他老人", 0.5, 2.0, 4.0, 2.0, 0.0, 2.0),
    ]


def test_the_workbook_keeps_reversed_meals_apart_and_identity_numbers_as_masked_text(folder: Path) -> None:
    (line,) = sheet(folder, "冲正")[2:]
    assert line[-1] == str(UUID(int=5))
    found = {row[-1]: row for row in sheet(folder, "明细")[2:-1]}
    row = found[str(UUID(int=3))]
    assert row[3] == date(2026, 10, 8)
    assert row[4:13] == [
        "午餐",
        "堂食",
        "R-000002",
        "龙䶮",
        "990000********2342",
        80.0,
        "地区430103006001",
        "地区430103006001",
        "残疾（二级）、独居",
    ]
    assert found[str(UUID(int=7))][7] == "*王#panic()*"
    assert found[str(UUID(int=6))][7] == "（未登记）"


def test_every_cell_of_the_summary_the_list_and_the_notice_says_what_the_statements_do(folder: Path) -> None:
    first, second = (
        check_code(row["hash"]) for row in (rows(folder / "statements.csv")[place] for place in (0, -1))
    )
    city, district, charity = (
        ("市级财政", "一般公共预算"),
        ("区级财政", "一般公共预算"),
        ("慈善", "慈善资助"),
    )
    c01, c02 = ("C01", "C01老年食堂", "C01运营公司"), ("C02", "C02老年食堂", "C02运营公司")
    of_c01, of_c02 = ("202610-C01-01", "草稿", first), ("202610-C02-01", "草稿", second)
    title, _heading, *listed = sheet(folder, "汇总")
    assert title[0] == "2026年10月 助餐补贴汇总表"
    assert listed[:8] == [
        [1, *c01, *city, "残疾", 2, 1, 1, 2, 0, 2, *of_c01],
        [2, *c01, *district, "残疾", 3, 1, 1, 3, 0, 3, *of_c01],
        [3, *c01, *district, "其他老人", 3, 2, 4, 12, 0, 12, *of_c01],
        [4, *c01, *charity, "残疾", 0.5, 1, 1, 0.5, 0, 0.5, *of_c01],
        [5, *c01, *charity, "其他老人", 0.5, 2, 4, 2, 0, 2, *of_c01],
        [6, *c02, *city, "残疾", 1, 1, 1, 1, 0, 1, *of_c02],
        [7, *c02, *district, "残疾", 3, 1, 1, 3, 0, 3, *of_c02],
        ["合计", *[""] * 7, 3, 6, 23.5, 0, 23.5, "", "", ""],
    ]
    assert listed[8][0] == "合计（大写）：人民币贰拾叁元伍角整"
    meals = sheet(folder, "明细")
    assert meals[3] == [
        *("202610-C01-01", "C01老年食堂", 2, date(2026, 10, 8), "午餐", "堂食", "R-000002", "龙䶮"),
        *("990000********2342", 80, "地区430103006001", "地区430103006001", "残疾（二级）、独居"),
        *(15, 5, 1, 0.5, 8.5, "", "U-1", "已享受补贴", "", "示例〔2026〕1号", str(UUID(int=3))),
    ]
    assert meals[-1] == ["合计", *[""] * 12, 109, 21, 5, 2.5, 80.5, *[""] * 6]
    notice = (
        CalamineWorkbook.from_path(folder / "disclosure-2026-10.xlsx").get_sheet_by_name("公示").to_python()
    )
    sites = "C01老年食堂、C02老年食堂（合并公示）"
    assert notice[:4] == [
        ["2026年10月老年助餐补贴公示表", "", "", "", ""],
        ["序号", "助餐点", "补贴人数", "补贴人次", "补贴金额（元）"],
        [1, sites, "少于5人", 6, 23.5],
        ["合计", "", "", 6, 23.5],
    ]
    assert notice[4][0] == "合计 3 人，同一老人在几个助餐点就餐的只计一次。"
    (paper,) = pages(folder / "disclosure-2026-10.pdf")
    for shown in ("公示内容所属期间：2026年10月1日至10月31日", f"1{sites}少于5人623.50", "合计3623.50"):
        assert shown in paper


def test_a_statements_paper_names_persons_with_masked_numbers_only(folder: Path) -> None:
    text = "".join(pages(folder / f"{NUMBER}.pdf"))
    for expected in (
        "龙䶮",
        "990000********2342",
        "*王#panic()*",
        "（未登记）",
        "此餐已冲正",
        "残疾（二级）、独居",
    ):
        assert expected in text
    assert "990000194605012342" not in text
    assert "C01运营公司" in text


def test_every_line_stands_on_the_paper_in_its_place(folder: Path) -> None:
    paper = PdfReader(folder / f"{NUMBER}.pdf")
    text = "".join("".join(page.extract_text(extraction_mode="layout").split()) for page in paper.pages[1:])
    lines = [row for row in rows(folder / "lines.csv") if row["site_code"] == "C01"]
    sittings = {"lunch": "午餐", "dinner": "晚餐"}
    for place, row in enumerate(lines, start=1):
        assert f"{place}{row['served_on'][5:]}{sittings[row['sitting']]}" in text


def test_the_list_says_how_each_meal_was_taken_down_and_why_one_was_undone() -> None:
    keyed = a_meal(
        20, served_on=date(2026, 10, 12), found_by=FoundBy.SCAN, recorded_by="U-404", sheet_no="P-000123-4"
    )
    take(keyed, undoing(60, keyed))
    draft_october()
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    listed = statement_paper(listing_of(statement), at=AFTERWARDS)["lines"]
    assert isinstance(listed, PaperList)
    headings = [column.heading for column in listed.columns]
    rows_of_it = [dict(zip(headings, row.cells, strict=True)) for row in listed.rows]
    (undone,) = (row for row in rows_of_it if row["日期"] == "10-12")
    assert undone["核验\n方式"] == "扫码"
    assert undone["操作员"] == "U-404"
    assert undone["备注"] == "冲正：记错了；补录 P-000123-4"
    assert {row["户籍"] for row in rows_of_it if row["姓名"] == "龙䶮"} == {"地区430103006001"}
    assert {row["备注"] for row in rows_of_it if row["认定"] == "已享受补贴"} == {""}


def test_the_paper_says_who_answers_for_a_gap_with_one_full_stop() -> None:
    at = datetime(2026, 10, 20, 4, tzinfo=UTC)
    with transaction():
        meals.take(
            [a_meal(20, served_on=date(2026, 10, 20))], by=COMMAND, at=at
        )  # At the desk: never closed.
    draft_october()
    with transaction():
        waive(
            NUMBER, reason="停电，已核对纸质登记表。", by=Actor("U-404", frozenset(Permission)), at=AFTERWARDS
        )
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    said = statement_paper(listing_of(statement), at=AFTERWARDS)["waiver"]
    # The paper sets the full stop.
    assert said == "U-404 于 2026-11-23 14:52 准予带 1 项缺漏申报：停电，已核对纸质登记表"


def test_papers_are_in_chinese_whatever_language_is_spoken(app: Flask) -> None:
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    with app.test_request_context():
        data = statement_paper(listing_of(statement), at=AFTERWARDS)
    listed = data["lines"]
    assert isinstance(listed, PaperList)
    sittings = [column.heading for column in listed.columns].index("餐次")
    assert {row.cells[sittings] for row in listed.rows} == {"午餐", "晚餐"}
    data = summary_paper(Summary.of([statement]), [statement], OCTOBER, at=AFTERWARDS)
    assert data["period"] == "2026年10月1日至2026年10月31日"
    summed = data["rows"]
    assert isinstance(summed, PaperList)
    payer = [column.heading for column in summed.columns].index("付款方")
    assert {row.cells[payer] for row in summed.rows} == {"市级财政", "区级财政", "慈善"}


def test_a_draft_whose_meals_changed_is_not_handed_out(tmp_path: Path) -> None:
    take(a_meal(12, served_on=date(2026, 10, 20)))
    wanted = Wanted.of(OCTOBER, Scope())
    for wish in Format:
        with pytest.raises(Conflict, match=f"statement {NUMBER} have changed since it was drafted"):
            export_month(wanted, tmp_path / "out", [wish], at=AFTERWARDS, progress=lambda _: None)
        assert list((tmp_path / "out").iterdir()) == []


def test_a_long_month_is_printed_in_processes_and_is_the_same(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MANY_LINES", 1)
    wanted = Wanted.of(OCTOBER, Scope())
    done = export_month(wanted, tmp_path / "long", [Format.PDF], at=AFTERWARDS, progress=lambda _: None)
    assert {path.name for path in done} == {path.name for path in folder.glob("*.pdf")}
    for path in done:
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_a_paper_that_fails_in_its_process_is_told_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MANY_LINES", 1)
    wanted = Wanted.of(OCTOBER, Scope())
    take(a_meal(12, served_on=date(2026, 10, 20)))
    with processes(1) as beside, pytest.raises(Conflict, match=f"statement {NUMBER} have changed"):
        beside.submit(print_statement, NUMBER, folder=tmp_path, at=AFTERWARDS).result()
    with pytest.raises(Conflict, match=f"statement {NUMBER} have changed"):
        export_month(wanted, tmp_path / "out", [Format.PDF], at=AFTERWARDS, progress=lambda _: None)
    assert list((tmp_path / "out").glob(".*")) == []


def test_only_statements_in_scope_are_handed_out(tmp_path: Path) -> None:
    wanted = Wanted.of(OCTOBER, Scope("430103006"))
    export_month(wanted, tmp_path, [Format.CSV], at=AFTERWARDS, progress=lambda _: None)
    assert {row["site_code"] for row in rows(tmp_path / "lines.csv")} == {"C02"}
    with pytest.raises(NotFound):
        Wanted.of(OCTOBER, Scope("430104"))
    with pytest.raises(NotFound, match="No statement of 2026-09"):
        Wanted.of(Month(2026, 9), Scope())


def test_the_same_statement_printed_at_the_same_instant_is_the_same_file() -> None:
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    assert statement_pdf(statement, at=AFTERWARDS) == statement_pdf(statement, at=AFTERWARDS)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("csv,xlsx,pdf", tuple(Format)), (" PDF ", (Format.PDF,)), ("pdf,csv,pdf", (Format.CSV, Format.PDF))],
)
def test_formats_are_read_as_people_write_them(written: str, expected: tuple[Format, ...]) -> None:
    assert formats(written) == expected


@pytest.mark.parametrize(
    ("written", "sentence"), [("docx", "“docx” is not a format"), (" , ", "at least one")]
)
def test_unknown_formats_are_refused_in_words(written: str, sentence: str) -> None:
    with pytest.raises(DomainError, match=sentence) as refused:
        formats(written)
    assert "csv, xlsx, pdf" in str(refused.value.message)
    assert refused.value.field == "format"


def test_text_files_are_plain_bytes_with_crlf(folder: Path) -> None:
    paths = sorted(folder.glob("*.csv"))
    assert [path.name for path in paths] == [
        "adjustments.csv",
        "disclosure-2026-10.csv",
        "layers.csv",
        "lines.csv",
        "recoveries.csv",
        "statements.csv",
    ]
    for path in paths:
        lines = io.BytesIO(path.read_bytes()).readlines()
        assert lines, path
        assert all(line.endswith(b"\r\n") for line in lines)


def test_each_page_of_the_list_has_its_own_sums_and_those_carried_over(folder: Path) -> None:
    said = "".join(pages(folder / f"{NUMBER}.pdf"))
    assert "本页小计90.0017.005.002.5065.50" in said
    assert "承前页累计（含本页）90.0017.005.002.5065.50" in said


def test_the_pages_of_the_summary_carry_their_sums_over() -> None:
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    summary = Summary.of([statement])
    row = replace(summary.rows[0], earned_fen=1_234_05, moved_fen=-4_05)
    summary.rows = [row] * 90
    data = summary_paper(summary, [statement], OCTOBER, at=AFTERWARDS)
    paper = PdfReader(io.BytesIO(printed("settlement/summary.typ", data, at=AFTERWARDS)))
    said = ["".join(page.extract_text().split()) for page in paper.pages]
    feet = [re.search(r"本页小计(.*)承前页累计（含本页）(.*\.\d\d)", page) for page in said]
    found = [[_fen(sums) for sums in foot.groups()] for foot in feet if foot]
    rows = [page.count("-4.05") for page in said]
    assert sum(rows) == 90
    assert rows[0] > 30  # The heading leaves the list its room on the first page.
    assert len(found) > 2
    for place, (own, carried) in enumerate(found):
        assert own == [fen * rows[place] for fen in (1_234_05, -4_05, 1_230_00)]
        assert carried == [fen * sum(rows[: place + 1]) for fen in (1_234_05, -4_05, 1_230_00)]


def _fen(said: str) -> list[int]:
    """Give the first three amounts that stand in words without spaces."""
    amounts = re.findall(r"-?[\d,]+\.\d\d", said)[:3]
    return [int(each.replace(",", "").replace(".", "")) for each in amounts]


def test_the_sums_of_many_pages_add_up_to_the_month() -> None:
    take(*(a_meal(1000 + number, resident_no="R-404") for number in range(100)))
    draft_october()
    statement = queries.statement(NUMBER, Scope())
    assert statement is not None
    paper = PdfReader(io.BytesIO(statement_pdf(statement, at=AFTERWARDS)))
    said = ["".join(page.extract_text().split()) for page in paper.pages]
    sums = [re.findall(r"本页小计([\d,]+\.\d\d).*承前页累计（含本页）([\d,]+\.\d\d)", page) for page in said]
    fen = [tuple(int(each.replace(",", "").replace(".", "")) for each in found[0]) for found in sums if found]
    assert len(fen) > 2
    assert [carried for _, carried in fen] == [
        sum(own for own, _ in fen[: place + 1]) for place in range(len(fen))
    ]
    assert fen[-1][1] == statement.price_fen
