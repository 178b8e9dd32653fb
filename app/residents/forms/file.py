"""Home of residents.csv: how each of its columns is written, and what a row says."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.place import Datum, optional_point
from app.residents.rules.categories import categories
from app.residents.rules.contact import phone
from app.residents.rules.facts import CategoryPeriod, Status, StatusChange
from app.residents.rules.identity import Identity, identity
from app.residents.rules.names import name
from app.residents.rules.record import Person, ResidentRecord
from app.sheet.cells import Unreadable, choice, code, day, degrees, line_of_text, optional
from app.sheet.form import RowForm, column
from app.text import text

AREA = r"(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])(?:\d{2}|\d{4}|\d{7}|\d{10})?"
RESIDENT_NO = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
_area = code(AREA, meaning=text("the official code of 12 digits, or its first 2, 4, 6 or 9"))
_resident_no = code(RESIDENT_NO, meaning=text("letters, digits and hyphens, at most 32, like R-000123"))
_status = choice(
    Status,
    also={
        "正常": Status.ACTIVE,
        "入住机构": Status.INSTITUTION,
        "迁出": Status.MOVED_AWAY,
        "已故": Status.DECEASED,
    },
)


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """One row of residents.csv, cell by cell."""

    resident_no: str | None = column(optional(_resident_no), "老人编号", "编号")
    name: str = column(name, "姓名")
    id_number: Identity = column(identity, "身份证号", "身份证号码", "公民身份号码")
    phone: str | None = column(optional(phone), "电话", "联系电话", "手机号")
    registered_area: str = column(_area, "户籍地代码", "户籍代码")
    residence_area: str = column(_area, "居住地代码", "居住代码")
    address: str = column(line_of_text(max_length=200, empty=True), "地址", "居住地址", "详细地址")
    lat: float | None = column(optional(degrees), "纬度")
    lon: float | None = column(optional(degrees), "经度")
    datum: Datum | None = column(optional(choice(Datum)), "坐标系")
    status: Status = column(_status, "状态")
    status_from: date | None = column(optional(day), "状态起始日期", "状态起始日")
    categories: tuple[CategoryPeriod, ...] = column(categories, "人员类别", "类别")

    def record(self) -> ResidentRecord:
        """Give what the row says.

        Raises: Unreadable when its cells do not go together.
        """
        person = Person(
            name=self.name,
            phone=self.phone,
            registered_area=self.registered_area,
            residence_area=self.residence_area,
            address=self.address,
            place=optional_point(self.lat, self.lon, self.datum),
        )
        return ResidentRecord(
            self.resident_no, self.id_number, person, self._status_change(), self.categories
        )

    def _status_change(self) -> StatusChange | None:
        if self.status_from is not None:
            return StatusChange(self.status, self.status_from)
        if self.status is Status.ACTIVE:
            return None
        raise Unreadable(
            text("It is not said since when the person is “{status}”.", status=self.status.label),
            text("Write the first day in status_from."),
            field="status_from",
        )


RESIDENTS_FILE = RowForm(ResidentRow, ResidentRow.record, keys=("resident_no", "id_number"))
"""How residents.csv is read; its rows give ResidentRecord."""
