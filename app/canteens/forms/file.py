"""Home of sites.csv: how each of its columns is written, and what a row says."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.canteens.rules import SiteKind, SiteRecord, credit_code
from app.place import Datum, optional_point
from app.sheet.cells import choice, code, day, degrees, integer, line_of_text, optional
from app.sheet.form import RowForm, column
from app.text import text

SITE_CODE = r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}"
_site_code = code(SITE_CODE, meaning=text("letters, digits and hyphens, at most 32, like C01"))
_kind = choice(SiteKind, also={"老年食堂": SiteKind.CANTEEN, "助餐服务点": SiteKind.SERVICE_POINT})


@dataclass(frozen=True, slots=True)
class SiteRow:
    """One row of sites.csv, cell by cell."""

    site_code: str = column(_site_code, "助餐点编号", "编号")
    name: str = column(line_of_text(max_length=120), "名称", "助餐点名称")
    kind: SiteKind = column(_kind, "类型")
    area_code: str = column(
        code(r"\d{12}", meaning=text("the community's official code of 12 digits")),
        "社区代码",
        "所在社区代码",
    )
    lat: float | None = column(optional(degrees), "纬度")
    lon: float | None = column(optional(degrees), "经度")
    datum: Datum | None = column(optional(choice(Datum)), "坐标系")
    opened_on: date = column(day, "开业日期", "启用日期")
    closed_on: date | None = column(optional(day), "停业日期", "停用日期")
    seats: int | None = column(optional(integer(high=10_000)), "座位数")
    kitchen_code: str | None = column(optional(_site_code), "供餐厨房编号", "供餐厨房")
    operator: str = column(line_of_text(max_length=120, empty=True), "运营单位")
    uscc: str | None = column(optional(credit_code), "统一社会信用代码", "信用代码")

    def record(self) -> SiteRecord:
        """Give what the row says.

        Raises: Unreadable when its cells do not go together.
        """
        return SiteRecord(
            site_code=self.site_code,
            name=self.name,
            kind=self.kind,
            area_code=self.area_code,
            place=optional_point(self.lat, self.lon, self.datum),
            opened_on=self.opened_on,
            closed_on=self.closed_on,
            seats=self.seats,
            kitchen_code=self.kitchen_code,
            operator=self.operator,
            uscc=self.uscc,
        )


SITES_FILE = RowForm(SiteRow, SiteRow.record, keys=("site_code",))
"""How sites.csv is read; its rows give SiteRecord."""
