"""A row form names each fault by line, column, reason and remedy; bad rows can be mended and read again."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date

import pytest

from app.errors import BadFile, DomainError
from app.sheet.bad_rows import write_bad_rows
from app.sheet.cells import code, day, integer, line_of_text, optional
from app.sheet.form import BadRow, Row, RowForm, column
from app.text import text


@dataclass(frozen=True, slots=True)
class Stay:
    room: str = column(code(r"R\d+", meaning=text("R and digits")), "房间")
    guest: str = column(line_of_text(max_length=10), "姓名")
    from_on: date = column(day, "自")  # noqa: RUF009  column() gives a dataclass field
    until_on: date | None = column(optional(day), "至")  # noqa: RUF009  as above
    beds: int = column(integer(high=4), "床位数")


def _sound(stay: Stay) -> Stay:
    if stay.until_on is not None and stay.until_on <= stay.from_on:
        raise DomainError(text("It ends before it begins."), field="until_on")
    return stay


STAYS = RowForm(Stay, _sound, keys=("room",))
HEADER = "room,guest,from_on,until_on,beds\n"


def read(*lines: str, header: str = HEADER) -> list[Row[Stay] | BadRow]:
    return list(STAYS.read(io.BytesIO((header + "\n".join(lines)).encode())))


def faults(*lines: str) -> list[tuple[int, str, str]]:
    bad = [row for row in read(*lines) if isinstance(row, BadRow)]
    return [(fault.line, fault.column, str(fault.reason)) for row in bad for fault in row.faults]


def test_a_good_row_becomes_its_value() -> None:
    (row,) = read("R1,曾秀英,2026-02-03,,2")
    assert isinstance(row, Row)
    assert row.value == Stay("R1", "曾秀英", date(2026, 2, 3), None, 2)


@pytest.mark.parametrize(
    "header",
    [
        "\ufeffRoom,GUEST,From On,until-on,Beds\n",
        "ｒｏｏｍ,姓 名,自（必填）,至,床位数*\n",
        "房间,姓名,自,至,床位数,,\n",
    ],
)
def test_a_header_is_understood_in_any_case_width_and_language(header: str) -> None:
    assert isinstance(read("R1,曾秀英,2026-02-03,,2", header=header)[0], Row)


def test_every_column_that_is_missing_unknown_or_doubled_is_listed() -> None:
    with pytest.raises(BadFile) as caught:
        read(header="room,Guest,guest,phone,from_on,beds\n")
    found = {(fault.column, str(fault.reason)) for fault in caught.value.rows}
    assert found == {
        ("phone", "This column is not known."),
        ("guest", "This column is there 2 times."),
        ("until_on", "This column is missing."),
    }


def test_every_fault_of_a_row_is_listed() -> None:
    assert faults("1,,2026/2/30,2026-03-01,5") == [
        (2, "room", "“1” is not such a code."),
        (2, "guest", "Nothing is written here."),
        (2, "from_on", "There is no day “2026/2/30” in the calendar."),
        (2, "beds", "5 is out of bounds."),
    ]


def test_a_row_is_checked_as_a_whole_once_its_cells_are_sound() -> None:
    assert faults("R1,Li,2026-02-03,2026-02-03,1") == [(2, "until_on", "It ends before it begins.")]


def test_a_repeated_key_names_the_first_line_even_when_that_one_was_bad() -> None:
    found = faults("R1,Li,2026-02-03,,1", "R2,Li,2026-02-03,,9", "R1,Wu,2026-02-03,,1", "R2,Wu,2026-02-03,,1")
    assert found[1:] == [
        (4, "room", "The same value stands in line 2."),
        (5, "room", "The same value stands in line 3."),
    ]


@pytest.mark.parametrize("row", ["R1,Li,2026-02-03,", "R1,Li,2026-02-03,,1,left over"])
def test_a_row_of_another_shape_than_the_header_is_bad(row: str) -> None:
    assert [fault[:2] for fault in faults(row)] == [(2, "")]


def test_a_filled_cell_under_a_nameless_column_is_bad() -> None:
    (row,) = read("R1,x,Li,2026-02-03,,1", header="room,,guest,from_on,until_on,beds\n")
    assert isinstance(row, BadRow)


def test_a_cell_that_starts_like_a_formula_is_text() -> None:
    (row,) = read("R1,=Li+1,2026-02-03,,1")
    assert isinstance(row, Row)
    assert row.value.guest == "=Li+1"


def test_bad_rows_are_written_with_their_faults_and_can_be_read_again_when_mended() -> None:
    rows = read('R1,"=Li,1",2026/2/3,,1', "R2,Wu,2026-02-03,,1", "R3,@Wu,2026-02-03,-,9")
    file = io.StringIO(newline="")
    write_bad_rows(
        file,
        HEADER.strip().split(","),
        [row for row in rows if isinstance(row, BadRow)],
        say=str,
    )
    written = file.getvalue()
    table = list(csv.reader(io.StringIO(written.removeprefix("\ufeff"), newline="")))
    assert table[0] == ["room", "guest", "from_on", "until_on", "beds", "line", "column", "reason", "remedy"]
    assert table[1][:2] == ["R1", "'=Li,1"]
    assert table[1][5:] == ["2", "from_on", "“2026/2/3” is not written YYYY-MM-DD.", "Write 2026-02-03."]
    assert table[2][6] == "until_on | beds"

    mended = written.replace("2026/2/3,", "2026-02-03,", 1)
    again = list(STAYS.read(io.BytesIO(mended.encode())))
    assert isinstance(again[0], Row)
    assert again[0].value.guest == "=Li,1"
    assert isinstance(again[1], BadRow)
    twice = io.StringIO(newline="")
    write_bad_rows(twice, table[0], [again[1]], say=str)
    assert twice.getvalue().count("remedy") == 1
