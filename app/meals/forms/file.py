"""Home of the columns of a file of meals: how each cell is written, and what a row says."""
# ruff: noqa: RUF009 - column() makes a field of the dataclass, it is no shared default

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app import clock
from app.canteens.rules import Sitting
from app.meals.rules import Channel, LedgerEntry
from app.sheet.cells import (
    Unreadable,
    choice,
    day,
    fen,
    half_width,
    instant,
    line_of_text,
    optional,
    refuse_excel_number,
    uuid,
)
from app.sheet.form import RowForm, column
from app.text import text

_SITTINGS = {"早餐": Sitting.BREAKFAST, "午餐": Sitting.LUNCH, "晚餐": Sitting.DINNER}
_CHANNELS = {"堂食": Channel.DINE_IN, "打包": Channel.TAKE_AWAY, "送餐": Channel.DELIVERED}
_number_as_written = line_of_text(max_length=32, empty=True)


def resident_no(written: str) -> str:
    """Read a resident number as it was given: it may be empty, or not registered yet.

    Raises: Unreadable when Excel rounded it.

    >>> resident_no(" Ｒ-000123 ")
    'R-000123'
    """
    value = _number_as_written(half_width(written))
    refuse_excel_number(value)
    return value


@dataclass(frozen=True, slots=True)
class MealRow:
    """One row of `meals.csv`: a meal, or with `reverses` the undoing of one.

    Source: the product's public interfaces, section 2.
    """

    meal_id: UUID = column(uuid, "就餐编号", "记录编号")
    resident_no: str = column(resident_no, "老人编号")
    site_code: str = column(line_of_text(max_length=32), "助餐点编码", "助餐点代码")
    served_on: date = column(day, "就餐日期")
    sitting: Sitting = column(choice(Sitting, also=_SITTINGS), "餐次")
    channel: Channel = column(choice(Channel, also=_CHANNELS), "就餐方式")
    price_fen: int = column(fen(), "价格（分）", "餐价")
    served_at: datetime = column(instant, "就餐时间")
    recorded_by: str = column(line_of_text(max_length=32, empty=True), "记录人")
    tablet: str = column(line_of_text(max_length=64, empty=True), "平板终端", "平板")
    reverses: UUID | None = column(optional(uuid), "冲正编号", "冲正")
    reason: str = column(line_of_text(max_length=200, empty=True), "冲正原因", "原因")

    def entry(self) -> LedgerEntry:
        """Give the row as a record for the ledger.

        Raises: Unreadable when its cells do not go together.
        """
        if self.reverses is not None:
            self._ensure_undoing()
        written_on = clock.on(self.served_at)
        if self.served_on > written_on:
            raise Unreadable(
                text(
                    "The meal's day {day} comes after served_at, which is {written_on} in Beijing time.",
                    day=self.served_on.isoformat(),
                    written_on=written_on.isoformat(),
                ),
                text("Check both: a meal may be written down late, never early."),
                field="served_on",
            )
        return LedgerEntry(
            id=self.meal_id,
            resident_no=self.resident_no,
            site_code=self.site_code,
            served_on=self.served_on,
            sitting=self.sitting,
            channel=self.channel,
            price_fen=self.price_fen,
            served_at=self.served_at,
            recorded_by=self.recorded_by,
            tablet=self.tablet,
            reverses=self.reverses,
            reason=self.reason,
        )

    def _ensure_undoing(self) -> None:
        if not self.reason:
            raise Unreadable(
                text("A reversal needs a reason."), text("Write why the meal is undone."), field="reason"
            )
        if self.reverses == self.meal_id:
            raise Unreadable(
                text("The record undoes itself."),
                text("Give the reversal an id of its own."),
                field="reverses",
            )


MEALS_FILE = RowForm(MealRow, MealRow.entry)
"""How meals.csv is read; its rows give LedgerEntry. A record may stand in it twice: nothing comes of it."""
