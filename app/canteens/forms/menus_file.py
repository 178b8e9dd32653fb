"""Home of menus.csv: a row is what one sitting of a day has, as kitchens hand their week in."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.canteens.forms.file import SITE_CODE
from app.canteens.rules import Dish, MenuRecord, Sitting, dishes_read
from app.errors import DomainError
from app.sheet.cells import Unreadable, choice, code, day, optional
from app.sheet.form import RowForm, column
from app.text import text

_BETWEEN_DISHES = re.compile(r"[、;；,，|\n]+")
_SITTINGS = {"早餐": Sitting.BREAKFAST, "午餐": Sitting.LUNCH, "中餐": Sitting.LUNCH, "晚餐": Sitting.DINNER}
_known_sitting = choice(Sitting, also=_SITTINGS)
_site_code = code(SITE_CODE, meaning=text("letters, digits and hyphens, at most 32, like C01"))


def sitting_of_a_cell(written: str) -> Sitting:
    """Read a sitting as kitchens call it.

    >>> sitting_of_a_cell("中餐"), sitting_of_a_cell("Lunch")
    (<Sitting.LUNCH: 'lunch'>, <Sitting.LUNCH: 'lunch'>)
    """
    try:
        return _known_sitting(written)
    except Unreadable as error:
        raise Unreadable(error.reason, text("Write 早餐, 午餐 or 晚餐.")) from None


def dishes_of_a_cell(written: str) -> tuple[Dish, ...]:
    """Read the dishes of a cell: between 、 or lines; behind each its price and marks, if it has any.

    >>> dishes_of_a_cell("清蒸鲈鱼 18元 低盐、米饭") == (*dishes_read("清蒸鲈鱼 18 低盐"), Dish("米饭"))
    True
    """
    try:
        found = dishes_read("\n".join(_BETWEEN_DISHES.split(written)))
    except DomainError as error:
        raise Unreadable(
            error.message, text("Correct the cell: dishes between 、 or ;, like “米饭、红烧肉 12”.")
        ) from None
    if not found:
        raise Unreadable(text("No dish stands here."), text("Write dishes between 、, or leave the row out."))
    return found


@dataclass(frozen=True, slots=True)
class MenuRow:
    """One row of menus.csv, cell by cell."""

    site_code: str | None = column(optional(_site_code), "助餐点编号", "编号")
    served_on: date = column(day, "日期", "就餐日期")
    sitting: Sitting = column(sitting_of_a_cell, "餐次")
    dishes: tuple[Dish, ...] = column(dishes_of_a_cell, "菜品", "菜单", "菜名")

    def record(self) -> MenuRecord:
        """Give what the row says."""
        return MenuRecord(self.site_code or "", self.served_on, self.sitting, self.dishes)


MENUS_FILE = RowForm(MenuRow, MenuRow.record, is_others=True)
"""How menus.csv is read; its rows give MenuRecord."""
