"""Menus of a week from a file: taken in whole or explained by line, by whoever cooks there."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from flask import Flask

from app.canteens.forms.menus_file import MENUS_FILE
from app.canteens.queries.menus import menus_of
from app.canteens.rules import Dish, DishMark, Sitting
from app.canteens.service.menus_file import import_menus
from app.errors import BadFile
from app.roles import COMMAND, Actor, Permission, Scope
from app.sheet.report import ImportReport
from app.transaction import transaction
from app.workbook import Column, Kind, Sheet, write_workbook
from tests.factories.care import LOOKED_AT
from tests.factories.delivery import MONDAY
from tests.factories.district import canteen
from tests.factories.residents import csv_file

MANAGER = Actor("U-2", frozenset(Permission), Scope("430103005", "C01"))
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def _two_canteens(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")


def cells(day: str, sitting: str, dishes: str, code: str = "C01") -> dict[str, str]:
    return {"助餐点编号": code, "日期": day, "餐次": sitting, "菜品": dishes}


def taken(*rows: dict[str, str], by: Actor = COMMAND, skip: bool = False) -> ImportReport:
    with transaction():
        return import_menus(MENUS_FILE.read(csv_file(*rows)), skip_bad_rows=skip, by=by, at=LOOKED_AT)


def faults(*rows: dict[str, str], by: Actor = COMMAND) -> list[tuple[int, str, str]]:
    with pytest.raises(BadFile) as caught:
        taken(*rows, by=by)
    return [(each.line, each.column, str(each.reason)) for each in caught.value.rows]


def test_a_week_is_taken_in_and_the_same_file_again_changes_nothing() -> None:
    rows = (
        cells(MONDAY.isoformat(), "午餐", "清蒸鲈鱼 18元 低盐、米饭"),
        cells(MONDAY.isoformat(), "dinner", "米粉;南瓜羹 软食", "C02"),
        cells(TUESDAY.isoformat(), "早餐", "豆浆 2，肉包 1.5"),
    )
    first = taken(*rows)
    assert (first.created, first.updated, first.unchanged) == (3, 0, 0)
    week = menus_of(["C01", "C02"], MONDAY, TUESDAY)
    assert week["C01"][MONDAY, Sitting.LUNCH] == [Dish("清蒸鲈鱼", 18_00, (DishMark.LOW_SALT,)), Dish("米饭")]
    assert week["C02"][MONDAY, Sitting.DINNER] == [Dish("米粉"), Dish("南瓜羹", None, (DishMark.SOFT,))]
    assert week["C01"][TUESDAY, Sitting.BREAKFAST] == [Dish("豆浆", 2_00), Dish("肉包", 1_50)]
    again = taken(*rows)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 3)
    other = taken(cells(MONDAY.isoformat(), "午餐", "米饭"))
    assert (other.created, other.updated) == (0, 1)


def test_every_fault_is_named_by_its_line_and_nothing_is_written() -> None:
    monday, far = MONDAY.isoformat(), "2036-11-23"
    found = faults(
        cells(monday, "午餐", "米饭"),
        cells(monday, "夜宵", "米饭"),
        cells(monday, "晚餐", "、"),
        cells(monday, "午餐", "米粉"),
        cells(monday, "午餐", "米饭", "C09"),
        cells(far, "午餐", "米饭"),
        cells(monday, "早餐", "金条 2000"),
    )
    assert [(line, column) for line, column, _ in found] == [
        (3, "sitting"),
        (4, "dishes"),
        (5, "sitting"),
        (6, "site_code"),
        (7, "served_on"),
        (8, "dishes"),
    ]
    assert "stands on line 2 already" in found[2][2]
    assert menus_of(["C01"], MONDAY, MONDAY) == {}


def test_a_manager_writes_for_the_own_site_without_its_code_and_for_no_other() -> None:
    monday = MONDAY.isoformat()
    assert faults(cells(monday, "午餐", "米饭", "C02"), by=MANAGER)[0][:2] == (2, "site_code")
    assert taken(cells(monday, "午餐", "米饭", ""), by=MANAGER).created == 1
    assert list(menus_of(["C01", "C02"], MONDAY, MONDAY)) == ["C01"]
    assert faults(cells(monday, "午餐", "米饭", ""))[0][:2] == (2, "site_code")


def test_good_rows_are_taken_without_the_bad_ones_where_that_is_asked() -> None:
    monday = MONDAY.isoformat()
    report = taken(cells(monday, "午餐", "米饭"), cells(monday, "夜宵", "米饭"), skip=True)
    assert (report.created, [each.line for each in report.bad]) == (1, [3])


def test_a_workbook_with_a_title_and_a_column_of_its_own_is_read_as_kitchens_keep_it() -> None:
    columns = (Column("日期", Kind.DATE), Column("星期"), Column("餐次"), Column("菜品"))
    file = io.BytesIO()
    write_workbook(file, [Sheet("菜单", "一周菜单", columns, [[MONDAY, "周一", "午餐", "米饭\n红烧肉 12"]])])
    file.seek(0)
    with transaction():
        report = import_menus(MENUS_FILE.read(file), by=MANAGER, at=LOOKED_AT)
    assert report.created == 1
    assert menus_of(["C01"], MONDAY, MONDAY)["C01"][MONDAY, Sitting.LUNCH] == [
        Dish("米饭"),
        Dish("红烧肉", 12_00),
    ]
