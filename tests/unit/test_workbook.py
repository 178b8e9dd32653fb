"""Workbooks keep every digit, run no formula of a stranger, and add up."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.workbook import Cell, Column, Kind, Sheet, write_workbook

COLUMNS = (
    Column("编号", width=10),
    Column("身份证号", width=22),
    Column("日期", Kind.DATE),
    Column("人数", Kind.COUNT),
    Column("金额（元）", Kind.YUAN, summed=True),
)
ROWS: list[list[Cell]] = [
    ["C01", "430103194501011234", date(2026, 10, 8), 3, 14_09_50],
    ["=1+1", "@x", date(2026, 10, 9), 4, -5],
]


def written(sheet: Sheet) -> bytes:
    target = io.BytesIO()
    write_workbook(target, [sheet])
    return target.getvalue()


def cells(book: bytes, sheet: int = 0) -> list[list[object]]:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(book)).get_sheet_by_index(sheet).to_python()
    return [list(row) for row in rows]


def part(book: bytes, name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return archive.read(name).decode()


@pytest.fixture(scope="module")
def book() -> bytes:
    sums = (None, None, None, 6, sum(int(str(row[4])) for row in ROWS))
    return written(
        Sheet("汇总", "2026年10月", COLUMNS, ROWS, sums=sums, sums_label="合计", after=["注：示例"])
    )


def test_what_is_written_reads_back(book: bytes) -> None:
    assert cells(book) == [
        ["2026年10月", "", "", "", ""],
        ["编号", "身份证号", "日期", "人数", "金额（元）"],
        ["C01", "430103194501011234", date(2026, 10, 8), 3.0, 1409.5],
        ["=1+1", "@x", date(2026, 10, 9), 4.0, -0.05],
        ["合计", "", "", 6.0, 1409.45],
        ["注：示例", "", "", "", ""],
    ]


def test_the_only_formula_is_the_sum_of_a_summed_column(book: bytes) -> None:
    assert re.findall("<f>(.*?)</f>", part(book, "xl/worksheets/sheet1.xml")) == ["SUM(E3:E4)"]


@pytest.mark.parametrize("text", ["=cmd()", "+1", "-1", "@sum", "http://a.b", "\t=1", "007", "4.3E+17"])
def test_any_text_stays_a_text(text: str) -> None:
    book = written(Sheet("表", "题", (Column("文字"),), [[text]]))
    assert cells(book)[2] == [text]
    assert "<f>" not in part(book, "xl/worksheets/sheet1.xml")


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_no_name_whatever_its_characters_breaks_the_workbook(name: str) -> None:
    sheet = part(written(Sheet("表", "题", (Column("姓名"),), [[name]])), "xl/worksheets/sheet1.xml")
    cell = ET.fromstring(sheet).find(".//{*}row[@r='3']/{*}c/{*}is/{*}t")  # noqa: S314 - our own file
    assert cell is not None
    shown = re.sub("_x([0-9A-F]{4})_", lambda found: chr(int(found[1], 16)), cell.text or "")
    assert shown == name


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x0b", "\x0d", "\x1b", "\x1f", "\ufffe", "\ud800"])
def test_a_control_character_in_a_name_is_written_as_excel_writes_it(control: str) -> None:
    sheet = part(
        written(Sheet("表", "题", (Column("姓名"),), [[f"王{control}秀英"]])), "xl/worksheets/sheet1.xml"
    )
    assert f"<t>王_x{ord(control):04X}_秀英</t>" in sheet


def test_sheets_stand_in_the_order_of_their_tabs_however_they_are_written() -> None:
    target = io.BytesIO()
    columns = (Column("数", Kind.COUNT, summed=True),)
    sheets = [Sheet(name, name, columns, [[number]], sums=(number,)) for number, name in enumerate("乙甲")]
    write_workbook(target, sheets, tabs=("甲", "乙"))
    found = CalamineWorkbook.from_filelike(io.BytesIO(target.getvalue()))
    assert found.sheet_names == ["甲", "乙"]
    assert [found.get_sheet_by_name(name).to_python()[2] for name in "甲乙"] == [[1.0], [0.0]]
    names = part(target.getvalue(), "xl/workbook.xml")
    assert sorted(re.findall('Print_Area" localSheetId="(.)">(.)', names)) == [("0", "甲"), ("1", "乙")]


def test_a_sheet_prints_on_a4_landscape_with_its_heading_repeated_frozen_and_filtered(book: bytes) -> None:
    sheet = part(book, "xl/worksheets/sheet1.xml")
    assert 'paperSize="9"' in sheet
    assert 'orientation="landscape"' in sheet
    assert 'ySplit="2"' in sheet
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A2:E4"/>' in sheet
    assert "&amp;P / &amp;N" in sheet
    assert "'汇总'!$1:$2" in part(book, "xl/workbook.xml").replace("汇总!", "'汇总'!")


def test_names_of_sheets_are_made_fit_for_excel() -> None:
    book = written(Sheet("C01/a:b" + "长" * 40, "题", COLUMNS, []))
    (name,) = CalamineWorkbook.from_filelike(io.BytesIO(book)).sheet_names
    assert name == ("C01_a_b" + "长" * 40)[:31]


def test_an_empty_sheet_has_no_formula_over_nothing() -> None:
    book = written(Sheet("表", "题", COLUMNS, [], sums=(None, None, None, 0, 0), sums_label="合计"))
    assert "<f>" not in part(book, "xl/worksheets/sheet1.xml")
    assert cells(book)[2] == ["合计", "", "", 0.0, 0.0]


@settings(max_examples=25)
@given(st.lists(st.integers(-(10**13), 10**13), min_size=1, max_size=20))
def test_amounts_read_back_to_the_fen(amounts_fen: list[int]) -> None:
    book = written(Sheet("表", "题", (Column("元", Kind.YUAN),), [[fen] for fen in amounts_fen]))
    assert [round(float(str(row[0])) * 100) for row in cells(book)[2:]] == amounts_fen
