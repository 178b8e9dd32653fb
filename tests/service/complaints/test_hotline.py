"""The hotline's sheet: its number is the key, bad rows are explained, and replies go back."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from app.complaints import queries, service
from app.complaints.forms.hotline import HOTLINE_FILE
from app.complaints.rules.states import State
from app.complaints.service.figures import reply_rows, write_replies_csv
from app.errors import BadFile
from app.roles import Actor, Role
from app.sheet.report import ImportReport
from app.transaction import transaction
from tests.factories import district
from tests.factories.complaints import actor

AT = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
HEAD = "工单编号,受理日期,诉求内容,诉求类别,助餐点,联系电话,办理期限\n"
ONE = "GD-1,2026-11-18,午餐太晚送到，饭菜是凉的,送餐,C01老年食堂,13912345678,\n"
TWO = "GD-2,2026-11-19,希望社区开一个食堂,,,,2026-12-31\n"


@pytest.fixture
def officer(app: Flask) -> Actor:  # noqa: ARG001 - asked for its context
    with transaction():
        district.canteen("C01")
    return actor(Role.DISTRICT_OFFICER, area="430103")


def taken(content: str, by: Actor, *, skip_bad_rows: bool = False) -> ImportReport:
    with transaction():
        return service.import_hotline(
            HOTLINE_FILE.read(io.BytesIO(content.encode())), skip_bad_rows=skip_bad_rows, by=by, at=AT
        )


def test_twice_takes_in_nothing(officer: Actor) -> None:
    assert taken(HEAD + ONE + TWO, officer).created == 2
    again = taken(HEAD + ONE + TWO, officer)
    assert (again.created, again.unchanged) == (0, 2)
    known = queries.of_hotline_numbers(["GD-1", "GD-2"])
    assert (known["GD-1"].site_code, known["GD-1"].class_code, known["GD-1"].phone) == (
        "C01",
        "delivery",
        "13912345678",
    )
    assert known["GD-1"].due_on == date(2026, 11, 27)
    assert (known["GD-2"].area_code, known["GD-2"].due_on) == ("430103", date(2026, 12, 31))


def test_a_time_behind_a_day_is_left_out(officer: Actor) -> None:
    timed = "GD-9,2026-11-18 23:05:10,饭菜是凉的,,,,2026-12-31T18:00\n"
    assert taken(HEAD + timed, officer).created == 1
    known = queries.of_hotline_numbers(["GD-9"])["GD-9"]
    assert (known.received_on, known.due_on) == (date(2026, 11, 18), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ("GD-3,2026-11-18,饭菜太咸了,,没有的食堂,,\n", "site"),
        ("GD-3,2026-12-18,饭菜太咸了,,,,\n", "received_on"),
        ("GD-3,2026-11-18,,,,,\n", "content"),
        ("GD-3,2026-11-18,饭菜太咸了,,,电话,\n", "phone"),
        ("GD-3,2026-11-18,饭菜太咸了,,,,2026-11-01\n", "due_on"),
        ("GD-1,2026-11-18,换了内容的工单,,,,\n", "content"),
        (",2026-11-18,饭菜太咸了,,,,\n", "hotline_no"),
    ],
)
def test_a_bad_row_is_explained_and_nothing_is_written(officer: Actor, row: str, column: str) -> None:
    taken(HEAD + ONE, officer)
    with pytest.raises(BadFile) as refused:
        taken(HEAD + TWO + row, officer)
    assert [fault.column for fault in refused.value.rows] == [column]
    assert queries.of_hotline_numbers(["GD-2", "GD-3"]) == {}
    report = taken(HEAD + TWO + row, officer, skip_bad_rows=True)
    assert (report.created, len(report.bad)) == (1, 1)


def test_replies_go_back_with_what_was_answered(officer: Actor) -> None:
    taken(HEAD + ONE + TWO, officer)
    number = queries.of_hotline_numbers(["GD-1"])["GD-1"].id
    with transaction():
        service.assign(number, officer.user_no, by=officer, at=AT)
        service.answer(number, "=已改时间", by=officer, at=AT)
    rows = reply_rows(date(2026, 11, 1), by=officer)
    assert [(row[0], row[1], row[4]) for row in rows] == [
        ("GD-1", "已答复待回访", "是"),
        ("GD-2", "待派发", ""),
    ]
    target = io.BytesIO()
    write_replies_csv(rows, target)
    assert "'=已改时间" in target.getvalue().decode("utf-8-sig")
    assert queries.of_hotline_numbers(["GD-1"])["GD-1"].state is State.ANSWERED
