"""Route sheets on paper: what a rider needs at the door, and nothing that they must not know."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.access import COMMAND
from app.canteens.rules import Sitting
from app.delivery.routing.solver import Effort
from app.delivery.rules.cover import NewCover
from app.delivery.service import (
    draft_plan,
    end_subscription,
    keep_plan,
    keep_roads,
    note_cover,
    read_extract,
)
from app.delivery.service.sheets import route_sheets, sheets_name
from app.errors import NotFound
from app.extensions import db
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.facts import Category, Status, StatusChange
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed
from tests.factories.streets import Streets

AT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        subscribed(neighbour("R-1", name="王秀兰"), meals=2)
        subscribed(neighbour("R-2", name="李建国", sex="male", north=0.004), diet="低糖", note="门铃坏了")


def plan() -> None:
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=1.0), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)


def pages() -> list[str]:
    pdf = route_sheets(MONDAY, Sitting.LUNCH, "C01", at=AT)
    return ["".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def test_a_riders_page_says_what_a_door_needs() -> None:
    plan()
    (page,) = pages()
    for wanted in (
        "送餐路线单第1趟",
        "2026年11月23日（星期一）午餐",
        "骑手陈志强（Q-001）",
        "C01老年食堂",
        "3份",
        "王奶奶2份软食",
        "李爷爷低糖",
        "裕南街社区幸福路12号3栋2单元601，6楼，无电梯",
        "电话138****5678",
        "门铃坏了",
        "排线时间2026-11-2309:30",
        "第1页/共1页",
    ):
        assert wanted in page, f"{wanted} is not on {page}"


def test_a_riders_page_keeps_names_numbers_and_categories_to_itself() -> None:
    with transaction():
        for resident in db.session.execute(select(Resident)).scalars():
            resident.identity_number = "430103194005010021"
            resident.categories = [
                ResidentCategory(category=Category.INCAPACITATED, grade="severe", from_on=date(2020, 1, 1))
            ]
    plan()
    (page,) = pages()
    for hidden in ("王秀兰", "李建国", "430103194005010021", "0021", "13812345678", "失能", "R-1", "1940"):
        assert hidden not in page, f"{hidden} is on {page}"


def test_what_is_left_out_stands_on_the_planners_page_alone() -> None:
    with transaction():
        subscribed(neighbour("R-3", name="赵远方", north=0.05))
        subscribed(neighbour("R-4", name="孙无址", has_place=False))
        subscribed(neighbour("R-5", name="周已故", statuses=(StatusChange(Status.DECEASED, MONDAY),)))
    plan()
    *riders, planner = pages()
    assert riders
    for name, why in (
        ("赵远方", "离厨房太远"),
        ("孙无址", "住址没有坐标"),
        ("周已故", "核实后终止送餐"),
    ):
        assert name in planner
        assert why in planner
        assert all(name not in page for page in riders)
    assert "赵奶奶" not in "".join(riders)


def test_a_stop_that_ended_after_planning_is_called_off_on_paper() -> None:
    with transaction():
        ended = subscribed(neighbour("R-3", name="赵秀英", north=0.003)).id
    plan()
    assert "今日不送" not in "".join(pages())
    with transaction():
        end_subscription(ended, until_on=MONDAY, by=COMMAND, at=AT)
    assert "".join(pages()).count("今日不送") == 1


def test_the_same_plan_prints_the_same_bytes() -> None:
    plan()
    first, second = (route_sheets(MONDAY, Sitting.LUNCH, "C01", at=AT) for _ in range(2))
    assert first == second


def test_without_a_plan_there_are_no_sheets() -> None:
    with pytest.raises(NotFound, match="Plan first"):
        route_sheets(MONDAY, Sitting.LUNCH, "C01", at=AT)


def test_a_file_is_named_so_that_a_person_finds_it() -> None:
    with transaction():
        site = kitchen("C02")
        site.name = "裕南街/长坡（一）老年食堂"
        assert sheets_name(MONDAY, Sitting.LUNCH, site) == "2026-11-23-lunch-C02-裕南街长坡（一）老年食堂.pdf"


def test_the_way_in_words_is_a_second_part_where_roads_are_loaded(tmp_path: Path) -> None:
    extract = read_extract(Streets().grid(11, 11, west=-500, south=-200).written(tmp_path), at=AT)
    with transaction():
        keep_roads(extract, by=COMMAND, at=AT)
    plan()
    with_ways, plain = (
        PdfReader(BytesIO(route_sheets(MONDAY, Sitting.LUNCH, "C01", at=AT, with_ways=wanted)))
        for wanted in (True, False)
    )
    assert (len(with_ways.pages), len(plain.pages)) == (2, 1)
    words = "".join(with_ways.pages[1].extract_text().split())
    assert "第1趟怎么走" in words
    assert "到第1站" in words
    assert "向北沿" in words
    for kept_back in ("王", "李", "幸福路12号"):
        assert kept_back not in words


def test_a_sheet_says_for_whom_its_rider_rides() -> None:
    with transaction():
        other = rider("Q-002")
        other.name = "周大勇"
        note_cover(
            "Q-001", NewCover(MONDAY, MONDAY + timedelta(days=1), covered_no="Q-002"), by=COMMAND, at=AT
        )
    plan()
    assert "今天替周大勇" in pages()[0]
