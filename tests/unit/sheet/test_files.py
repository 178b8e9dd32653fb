"""A table is read whatever kind of file it came in; what is no table is refused with what to do."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass
from typing import BinaryIO, Never

import pytest
import xlsxwriter

from app.errors import BadFile
from app.sheet.cells import integer, line_of_text
from app.sheet.form import BadRow, Row, RowForm, column, itself
from app.sheet.source import Limits


@dataclass(frozen=True, slots=True)
class Guest:
    name: str = column(line_of_text(max_length=50), "姓名")
    age: int = column(integer(high=130), "年龄")


GUESTS = RowForm(Guest, itself, keys=("name",))
CHINESE = "姓名,年龄\r\n欧阳建国,81\r\n曾秀英,79\r\n"


def read(content: bytes, limits: Limits = Limits()) -> list[tuple[int, Guest]]:  # noqa: B008  it is frozen
    rows = list(GUESTS.read(io.BytesIO(content), limits=limits))
    assert not [row for row in rows if isinstance(row, BadRow)]
    return [(row.line, row.value) for row in rows if isinstance(row, Row)]


def refusal(content: bytes, limits: Limits = Limits()) -> BadFile:  # noqa: B008  it is frozen
    with pytest.raises(BadFile) as caught:
        read(content, limits)
    return caught.value


def workbook(*rows: tuple[object, ...]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            for place, value in enumerate(row):
                sheet.write(number, place, value)
    return file.getvalue()


BOTH = [(2, Guest("欧阳建国", 81)), (3, Guest("曾秀英", 79))]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_text_is_read_in_every_usual_encoding(encoding: str) -> None:
    assert read(CHINESE.encode(encoding)) == BOTH


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_text_is_read_with_every_usual_delimiter_and_line_end(delimiter: str, newline: str) -> None:
    assert read(CHINESE.replace(",", delimiter).replace("\r\n", newline).encode()) == BOTH


def test_rare_characters_of_names_survive_gb18030() -> None:
    assert read("姓名,年龄\n王䶮,81\n李𬎆,82\n张三,83\n".encode("gb18030"))[1][1].name == "李𬎆"


def test_a_workbook_is_read() -> None:
    assert read(workbook(("姓名", "年龄"), ("欧阳建国", 81), ("曾秀英", "79"))) == BOTH


def test_a_separator_line_of_excel_is_heeded() -> None:
    assert read(b"sep=;\r\nname;age\r\nLi;81\r\n") == [(3, Guest("Li", 81))]


def test_a_title_over_the_header_is_passed_over() -> None:
    assert read("天心区老人名册,\n姓名,年龄\n曾秀英,79\n".encode()) == [(3, Guest("曾秀英", 79))]
    assert read(workbook(("天心区老人名册",), (), ("姓名", "年龄"), ("曾秀英", 79)))[0][0] == 4


def test_lines_are_counted_through_quoted_line_breaks_and_empty_lines() -> None:
    content = b'name,age\n"Li\nSi",81\n\n"Wang\r\n\r\nWu",82\nZhao,83\n,\n\n'
    assert read(content) == [(2, Guest("Li Si", 81)), (5, Guest("Wang Wu", 82)), (8, Guest("Zhao", 83))]


def test_a_table_that_stands_off_the_corner_of_its_sheet_is_read_with_true_lines() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(3, 2, ["name", "age"])
        sheet.write_row(6, 2, ["Li", 81])
        sheet.write_formula(7, 3, "=D7+1", value=82)
        sheet.write_string(7, 2, "Wang")
    rows = list(GUESTS.read(io.BytesIO(file.getvalue())))
    assert isinstance(rows[0], Row)
    assert (rows[0].line, rows[0].value) == (7, Guest("Li", 81))
    assert isinstance(rows[1], BadRow)
    assert [(fault.line, fault.column) for fault in rows[1].faults] == [(8, "age")]


def test_hidden_sheets_are_passed_over() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        hidden = book.add_worksheet("codes")
        hidden.write_row(0, 0, ["code", "meaning"])
        hidden.hide()
        shown = book.add_worksheet("老人")
        shown.write_row(0, 0, ["name", "age"])
        shown.write_row(1, 0, ["Li", 81])
        shown.activate()
        shown.set_first_sheet()
    assert read(file.getvalue()) == [(2, Guest("Li", 81))]


def test_a_formula_and_an_error_are_faults_even_where_a_value_is_stored() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "age"])
        for row in range(1, 3000):
            sheet.write_row(row, 0, [f"Guest {row}", 70])
        sheet.write_formula(2500, 1, "=70+1", value=71)
        sheet.write_formula(2600, 1, "=NA()", value="#N/A")
    bad = [row for row in GUESTS.read(io.BytesIO(file.getvalue())) if isinstance(row, BadRow)]
    assert [row.line for row in bad] == [2501, 2601]
    assert "formula" in str(bad[0].faults[0].reason)


def _writes(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\r\n\r\n , \r\n", "no rows"),
        (b"%PDF-1.7 \x00\x01", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), ".xls"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "picture"),
        (b"\xff\xd8\xff\xe0" + bytes(50), "picture"),
        (b"Rar!\x1a\x07", "archive"),
        (b"\x1f\x8b\x08" + bytes(50), "archive"),
        (b"<html><table><tr><td>name</td></tr></table></html>", "web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "web page"),
        (b"\x7fELF" + bytes(range(256)) * 20, "program's own data"),
        (_writes("word/document.xml", "<x/>"), "text document"),
        (_writes("xl/workbook.bin", "x"), "spreadsheet"),
        (_writes("guests.csv", "name,age"), "archive"),
        (b"PK\x03\x04 cut off", "damaged"),
        ("姓名,年齡\n歐陽建國,81\n曾秀英與陳國強,79\n".encode("big5"), "unknown encoding"),
        ("姓名,年龄\n欧阳建国,81\n曾秀英,79\n".encode()[:-8] + b"\xff\n", "damaged in places"),
        (bytes(range(128, 256)) * 9, "unknown encoding"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    assert said in str(refusal(content))


def test_an_oversized_file_is_refused_without_being_read() -> None:
    class Unread(io.BytesIO):
        def read(self, _size: int | None = -1) -> Never:
            msg = "it must not be read"
            raise AssertionError(msg)

    file: BinaryIO = Unread(bytes(3_000_001))
    with pytest.raises(BadFile, match="3 MB; at most 2 MB"):
        GUESTS.read(file, limits=Limits(size_bytes=2 * 1024 * 1024))


def test_too_many_rows_are_refused() -> None:
    content = b"name,age\n" + b"".join(b"G%d,70\n" % number for number in range(11))
    assert len(read(content, Limits(rows=11))) == 11
    assert "more than 10 rows" in str(refusal(content, Limits(rows=10)))


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    content = workbook(("name", "age"), *((f"G{number}", 70) for number in range(3000)))
    assert "unpacks to" in str(refusal(content, Limits(unpacked_bytes=50_000)))


@pytest.mark.parametrize("claimed", [1000, 1001])
def test_a_workbook_that_lies_about_its_size_is_refused(claimed: int) -> None:
    content = workbook(("name", "age"), *((f"G{number}", 70) for number in range(3000)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        sheet = archive.getinfo("xl/worksheets/sheet1.xml")
        start = archive.read(sheet)[:1001]
    # The liar makes the checksum fit, too: for what it claims, and for one byte more.
    forged = content.replace(_bytes(sheet.file_size), _bytes(1000))
    forged = forged.replace(_bytes(sheet.CRC), _bytes(zlib.crc32(start[:claimed])))
    assert "damaged" in str(refusal(forged))


def _bytes(number: int) -> bytes:
    return number.to_bytes(4, "little")


def test_no_formula_is_missed_in_a_long_sheet() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "age"])
        for row in range(1, 48_001):
            sheet.write_formula(row, 1, "=70+1", value=71)
    rows = GUESTS.read(io.BytesIO(file.getvalue()))
    assert (
        sum(fault.column == "age" for row in rows if isinstance(row, BadRow) for fault in row.faults)
        == 48_000
    )


@pytest.mark.parametrize(("row", "place"), [(1_048_575, 60), (5, 16_383)])
def test_a_sheet_that_reaches_far_beyond_its_table_is_refused(row: int, place: int) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["name", "age"])
        sheet.write_row(1, 0, ["Li", 81])
        sheet.write(row, place, "x")
    assert "Delete everything outside the table" in str(refusal(file.getvalue()))


def test_a_workbook_with_a_document_type_is_refused() -> None:
    plain = io.BytesIO(workbook(("name", "age"), ("Li", 81)))
    evil = io.BytesIO()
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(evil, "w") as target:
        for member in source.namelist():
            data = source.read(member)
            if member == "xl/workbook.xml":
                data = data.replace(b"<workbook", b'<!DOCTYPE x [<!ENTITY a "aaaa">]><workbook', 1)
            target.writestr(member, data)
    assert "damaged" in str(refusal(evil.getvalue()))


@pytest.mark.parametrize(
    "content", [b'name,age\nLi,81\n"Wang,82\nZhao,83\n', b'name,age\nLi,81\n"Wang"x,82\n']
)
def test_an_unclosed_quotation_mark_is_named_with_its_line(content: bytes) -> None:
    assert [fault.line for fault in refusal(content).rows] == [3]


def test_a_null_byte_is_a_fault_of_its_cell() -> None:
    rows = list(GUESTS.read(io.BytesIO(b"name,age\nLi,81\nWa\x00ng,82\n" + b"Zhao Qian,83\n" * 100)))
    assert isinstance(rows[1], BadRow)
    assert [(fault.line, fault.column) for fault in rows[1].faults] == [(3, "name")]
