"""Home of the hotline's sheet: how each of its columns is written, and what a row says."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from app.complaints.rules.hotline import HotlineRecord
from app.complaints.rules.intake import LONGEST, LONGEST_HOTLINE_NO, LONGEST_NAME
from app.residents.rules.contact import phone
from app.sheet.cells import Unreadable, day, half_width, line_of_text, optional
from app.sheet.form import RowForm, column
from app.text import text

_TIME = re.compile(r"[ T]+\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")


def _day(written: str) -> date:
    """Read a day as the hotline exports it: often with a time behind, which working days have no use for.

    >>> _day("2026-11-02 09:30:15"), _day("2026-11-02")
    (datetime.date(2026, 11, 2), datetime.date(2026, 11, 2))
    >>> _day("2026-11-02 noon")
    Traceback (most recent call last):
    app.sheet.cells.Unreadable: “2026-11-02 noon” is not written YYYY-MM-DD. Write it like 2026-02-03.
    """
    return day(_TIME.sub("", half_width(written).strip()))


@dataclass(frozen=True, slots=True)
class HotlineRow:
    """One row of the hotline's sheet, cell by cell."""

    hotline_no: str = column(
        line_of_text(max_length=LONGEST_HOTLINE_NO), "工单编号", "工单号", "热线编号", "受理编号"
    )
    received_on: date = column(_day, "受理日期", "受理时间", "来电日期", "登记日期")
    content: str = column(line_of_text(max_length=LONGEST), "诉求内容", "来电内容", "工单内容", "内容")
    kind: str = column(line_of_text(max_length=40, empty=True), "诉求类别", "工单类别", "类别")
    site: str = column(line_of_text(max_length=120, empty=True), "助餐点", "涉及单位", "被诉单位")
    area: str = column(line_of_text(max_length=12, empty=True), "区划代码", "属地代码")
    name: str = column(line_of_text(max_length=LONGEST_NAME, empty=True), "来电人", "诉求人", "姓名")
    phone: str | None = column(optional(phone), "联系电话", "来电号码", "电话")
    due_on: date | None = column(optional(_day), "办理期限", "办结期限", "截止日期")

    def record(self) -> HotlineRecord:
        """Give what the row says.

        Raises: Unreadable when its cells do not go together.
        """
        if self.due_on is not None and self.due_on < self.received_on:
            raise Unreadable(
                text("The last day lies before the day of receipt."), text("Check both days."), field="due_on"
            )
        return HotlineRecord(
            self.hotline_no,
            self.received_on,
            self.content,
            self.kind,
            self.site,
            self.area,
            self.name,
            self.phone,
            self.due_on,
        )


HOTLINE_FILE = RowForm(HotlineRow, HotlineRow.record, keys=("hotline_no",), is_others=True)
"""How the hotline's sheet is read; its rows give HotlineRecord."""
