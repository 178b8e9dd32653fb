"""Each kind of cell is read strictly, and its refusal says what to write instead."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sheet.cells import (
    Reader,
    Unreadable,
    choice,
    code,
    day,
    degrees,
    fen,
    instant,
    integer,
    line_of_text,
    optional,
    uuid,
)
from app.text import text


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


A_CODE = code(r"\d{4,18}", meaning=text("4 to 18 digits"))
A_COLOUR = choice(Colour, also={"红": Colour.RED})


@pytest.mark.parametrize(
    ("reader", "written", "value"),
    [
        (day, "2026-02-03", date(2026, 2, 3)),
        (day, " ２０２６－０２－０３ ", date(2026, 2, 3)),
        (instant, "2026-11-23T11:42:07+08:00", datetime(2026, 11, 23, 3, 42, 7, tzinfo=UTC)),
        (instant, "2026-11-23 03:42Z", datetime(2026, 11, 23, 3, 42, tzinfo=UTC)),
        (integer(), "００１５", 15),
        (fen(), "1500", 1500),
        (A_CODE, "４３０１", "4301"),
        (A_COLOUR, "RED", Colour.RED),
        (A_COLOUR, "红", Colour.RED),
        (degrees, "-112.97", -112.97),
        (line_of_text(max_length=9), "\u3000张 三\ufeff ", "张 三"),
        (line_of_text(max_length=9, empty=True), " ", ""),
        (optional(day), "\u3000", None),
    ],
)
def test_a_sound_cell_is_read(reader: Reader[object], written: str, value: object) -> None:
    assert reader(written) == value


@pytest.mark.parametrize(
    ("reader", "written", "said"),
    [
        (day, "", "Fill it in."),
        (day, "2026/2/3", "Write 2026-02-03."),
        (day, "2026.2.3", "Write 2026-02-03."),
        (day, "2026年2月3日", "Write 2026-02-03."),
        (day, "20260203", "Write 2026-02-03."),
        (day, "2026-2-3", "Write 2026-02-03."),
        (day, "2026/2/3 0:00", "Write 2026-02-03."),
        (day, "46056", "Write 2026-02-03."),
        (day, "2026/2/30", "no day “2026/2/30”"),
        (day, "2026-02-30", "no day “2026-02-30”"),
        (day, "20260230", "no day “20260230”"),
        (day, "0206-02-03", "Check the year."),
        (day, "3/2/2026", "Write it like 2026-02-03."),
        (day, "2026-02-03T11:42:07", "Write it like 2026-02-03."),
        (day, "今天", "Write it like 2026-02-03."),
        (instant, "2026-11-23T11:42:07", "2026-11-23T11:42:07+08:00"),
        (instant, "2026-11-23", "offset"),
        (instant, "2026-11-23T25:42:07+08:00", "not a real date and time"),
        (instant, "0001-01-01T00:00:00+08:00", "not a real date and time"),
        (integer(), "15.0", "whole number"),
        (integer(), "-1", "from 0 to"),
        (integer(), "9" * 30, "whole number"),
        (integer(), "²", "whole number"),
        (fen(), "15.00", "in fen"),
        (fen(), "-300", "out of bounds"),
        (A_CODE, "4.30103E+17", "Excel changed this number"),
        (A_CODE, "43O103", "4 to 18 digits"),
        (A_COLOUR, "green", "red, blue"),
        (degrees, "28°06'49\"", "decimal degrees"),
        (degrees, "nan", "decimal degrees"),
        (degrees, "1e5", "decimal degrees"),
        (line_of_text(max_length=3), "四个汉字", "4 characters"),
        (line_of_text(max_length=30), "王\ufffd", "damaged"),
        (line_of_text(max_length=30), "#REF!", "Excel shows the error"),
        (uuid, "01932C6E00007000800000000000000AA", "UUID"),
        (uuid, "{01932c6e-0000-7000-8000-0000000000aa}", "UUID"),
    ],
)
def test_an_unsound_cell_is_refused_with_what_to_write(
    reader: Reader[object], written: str, said: str
) -> None:
    with pytest.raises(Unreadable) as caught:
        reader(written)
    assert said in str(caught.value)


@given(st.dates(min_value=date(1850, 1, 1), max_value=date(2199, 12, 31)))
def test_every_day_is_read_back_as_it_is_written(on: date) -> None:
    assert day(on.isoformat()) == on


@given(st.text())
def test_no_cell_whatever_breaks_a_reader(written: str) -> None:
    for reader in (
        day,
        instant,
        integer(),
        fen(),
        A_CODE,
        A_COLOUR,
        degrees,
        line_of_text(max_length=9),
        uuid,
    ):
        with contextlib.suppress(Unreadable):
            reader(written)
