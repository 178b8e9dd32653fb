"""Route sheets on paper: what a rider needs at the door, and nothing that they must not know."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
import segno
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.routing.solver import Effort
from app.delivery.rules.cases import DEFAULT_ORDER, MealGoes
from app.delivery.rules.cover import NewCover
from app.delivery.rules.doors import MapApp, map_links
from app.delivery.service import (
    choose_map,
    draft_plan,
    end_subscription,
    keep_plan,
    keep_roads,
    note_cover,
    read_extract,
)
from app.delivery.service.cases import order_steps
from app.delivery.service.food import CookedAt, note_cooked
from app.delivery.service.sheets import code_of, route_sheets, sheets_name
from app.errors import NotFound
from app.extensions import db
from app.place import Point
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.facts import Category, Status, StatusChange
from app.roles import COMMAND
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
        "没人应不要有问题",
        "等5分钟",
        "餐带回厨房，不要放在门口就走",
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


@pytest.mark.parametrize(("map_app", "called"), [("amap", "高德"), ("baidu", "百度"), ("tencent", "腾讯")])
def test_the_codes_open_the_map_that_the_rider_has(map_app: str, called: str) -> None:
    with transaction():
        choose_map("Q-001", MapApp(map_app), by=COMMAND, at=AT)
    plan()
    (page,) = pages()
    assert f"{called}导航打勾" in page, "the head of the column of codes"
    assert f"厨房（{called}导航）" in page


@pytest.mark.parametrize("map_app", list(MapApp))
def test_a_code_is_the_link_in_the_datum_of_its_map(map_app: MapApp) -> None:
    place = Point(28.1135, 112.9834)
    link = map_links(place, called="第1站")[map_app.value]
    drawn = BytesIO()
    segno.make(link, error="m").save(
        drawn, kind="svg", border=1, xmldecl=False, svgclass=None, lineclass=None
    )
    assert code_of(place, map_app, "第1站") == drawn.getvalue().decode()
    assert code_of(None, map_app, "第1站") == ""
    begins = Point(28.12, 112.98)
    other = code_of(place, map_app, "第1站", begins) != drawn.getvalue().decode()
    assert other == (map_app is MapApp.BAIDU), "only its page asks where the ride begins"


def test_the_paper_says_until_when_a_meal_is_eaten_and_what_the_district_ordered_for_no_answer() -> None:
    order = replace(DEFAULT_ORDER, from_on=MONDAY, wait_minutes=8, meal=MealGoes.NEIGHBOUR)
    with transaction():
        order_steps(order, "x", by=COMMAND, at=AT - timedelta(days=1))
    plan()
    (page,) = pages()
    made = queries.plan_of(MONDAY, Sitting.LUNCH, "C01")
    assert made is not None
    ends = made.runs[0].depart_seconds - 120 - 30 * 60 + 2 * 3600
    assert f"{ends // 3600:02}:{ends // 60 % 60:02}以后不能再吃（厨房未记出锅时间" in page
    with transaction():
        note_cooked("C01", CookedAt(MONDAY, Sitting.LUNCH, 10 * 3600), by=COMMAND, at=AT + timedelta(days=3))
    assert "12:00以后不能再吃（10:00出锅，厨房已记）" in pages()[0]
    assert "等8分钟" in page
    assert "餐交给备注里写明的邻居，没有写的带回厨房" in page


def test_as_many_doors_as_a_ride_has_time_for_stand_on_one_page() -> None:
    with transaction():
        rider("Q-002", shift=(16 * 3600, 19 * 3600))
        for number in range(3, 9):
            person = neighbour(f"R-{number}", north=0.0006)
            subscribed(person, sitting=Sitting.DINNER, floor=1, note="门铃坏了，请用力敲，老人听力不好")
    draft = draft_plan(MONDAY, Sitting.DINNER, "C01", effort=Effort(seconds=1.0), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)
    made = queries.plan_of(MONDAY, Sitting.DINNER, "C01")
    assert made is not None
    assert max(len(run.stops) for run in made.runs) >= 5
    pdf = route_sheets(MONDAY, Sitting.DINNER, "C01", at=AT)
    assert len(PdfReader(BytesIO(pdf)).pages) == len(made.runs)
