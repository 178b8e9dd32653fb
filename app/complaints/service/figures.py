"""Home of the month's figures on complaints: by class and by site, as a page, CSV, workbook and paper."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date, datetime
from typing import IO

from app.canteens import queries as canteens
from app.clock import SHANGHAI
from app.complaints import queries
from app.complaints.rules.figures import Figures, month_days, summed
from app.complaints.rules.states import State
from app.paper import printed
from app.roles import Actor
from app.text import Text, text
from app.workbook import Cell, Column, Kind, Sheet, write_workbook

HEADINGS = (
    "受理",
    "已答复",
    "按期答复",
    "办结",
    "逾期督办",
    "不满意重办",
    "回访满意",
    "回访不满意",
    "月末未结",
)
Labels = Callable[[Text], str]
"""What words the name of a class or a site."""

_FORMULA = ("=", "+", "-", "@", "\t")


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One line of the figures: a class or a site, and its counts."""

    label: Text
    figures: Figures


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """The figures of a month, twice: by class and by site."""

    first: date
    by_class: tuple[FigureRow, ...]
    by_site: tuple[FigureRow, ...]
    total: Figures

    @property
    def title(self) -> str:
        """Give the heading of the papers."""
        return f"{self.first.year}年{self.first.month}月诉求办理情况统计表"


def month_figures(year: int, month: int, *, by: Actor, today: date) -> MonthFigures:
    """Count the month's complaints until today, of those that somebody sees."""
    first, end = month_days(year, month)
    last = min(end, max(first, today))
    courses = queries.courses(by, first, last)
    book = queries.class_book()
    sites = canteens.sites_by_code()
    by_class = summed(courses, lambda each: each.class_code, first=first, last=last)
    by_site = summed(courses, lambda each: each.site_code, first=first, last=last)
    return MonthFigures(
        first,
        tuple(FigureRow(book.of(code, last).label, found) for code, found in by_class.items()),
        tuple(
            FigureRow(text("{name}", name=sites[code].name) if code else text("about no site"), found)
            for code, found in by_site.items()
        ),
        sum(by_class.values(), Figures()),
    )


def _lines(figures: MonthFigures, labels: Labels) -> Iterator[tuple[str, str, Figures]]:
    for group, rows in (("按类别", figures.by_class), ("按助餐点", figures.by_site)):
        for row in rows:
            yield group, labels(row.label), row.figures


def write_figures_csv(figures: MonthFigures, labels: Labels, target: IO[bytes]) -> None:
    """Write the figures as CSV."""
    _write_csv(
        target,
        ("分组", "名称", *HEADINGS),
        [
            *((group, label, *astuple(counts)) for group, label, counts in _lines(figures, labels)),
            ("合计", "合计", *astuple(figures.total)),
        ],
    )


def write_figures_book(figures: MonthFigures, labels: Labels, target: IO[bytes]) -> None:
    """Write the figures as a workbook of two sheets."""
    columns = (
        Column("名称", width=36),
        *(Column(heading, Kind.COUNT, 12, summed=True) for heading in HEADINGS),
    )
    write_workbook(
        target,
        [
            Sheet(
                name,
                f"{figures.title}（{name}）",
                columns,
                [(labels(row.label), *astuple(row.figures)) for row in rows],
                sums=(None, *astuple(figures.total)),
                sums_label="合计",
            )
            for name, rows in (("按类别", figures.by_class), ("按助餐点", figures.by_site))
        ],
    )


def figures_pdf(figures: MonthFigures, labels: Labels, *, at: datetime) -> bytes:
    """Print the figures."""

    def cells(rows: Iterable[FigureRow]) -> list[list[str]]:
        return [[labels(row.label), *(f"{count:,}" for count in astuple(row.figures))] for row in rows]

    percent = figures.total.in_time_percent
    data = {
        "title": figures.title,
        "printed_at": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "headings": list(HEADINGS),
        "groups": [
            {"name": "按类别", "rows": cells(figures.by_class)},
            {"name": "按助餐点", "rows": cells(figures.by_site)},
        ],
        "total": [f"{count:,}" for count in astuple(figures.total)],
        "in_time": "—" if percent is None else f"{percent}%",
    }
    return printed("complaints/figures.typ", data, at=at)


REPLY_HEADINGS = ("工单编号", "办理状态", "答复日期", "答复内容", "是否按期", "回访结果", "办结日期")
_REPLY_STATES = {
    State.RECEIVED: "待派发",
    State.ASSIGNED: "办理中",
    State.ANSWERED: "已答复待回访",
    State.CALLED_BACK: "已回访待办结",
    State.CLOSED: "已办结",
    State.WITHDRAWN: "诉求人撤回",
    State.MERGED: "并案办理",
    State.HANDED_ON: "已转有关部门",
}
_SATISFIED = {True: "满意", False: "不满意", None: ""}


def reply_rows(since: date, *, by: Actor) -> list[tuple[Cell, ...]]:
    """Give what is written back to the hotline, of what came by it since a day."""
    return [
        (
            each.hotline_no,
            _REPLY_STATES[each.state],
            each.answered_on,
            each.answer or "",
            "" if each.answered_on is None else "否" if each.was_late else "是",
            _SATISFIED[each.is_satisfied],
            each.ended_on,
        )
        for each in queries.hotline_replies(by, since)
    ]


def write_replies_csv(rows: Iterable[tuple[Cell, ...]], target: IO[bytes]) -> None:
    """Write the replies to the hotline as CSV."""
    _write_csv(target, REPLY_HEADINGS, [["" if cell is None else str(cell) for cell in row] for row in rows])


def write_replies_book(rows: Iterable[tuple[Cell, ...]], target: IO[bytes]) -> None:
    """Write the replies to the hotline as a workbook."""
    kinds = (Kind.TEXT, Kind.TEXT, Kind.DATE, Kind.TEXT, Kind.TEXT, Kind.TEXT, Kind.DATE)
    widths = (22, 16, 14, 60, 10, 10, 14)
    columns = [Column(*each) for each in zip(REPLY_HEADINGS, kinds, widths, strict=True)]
    write_workbook(target, [Sheet("答复", "12345 热线工单答复表", columns, rows)])


def _write_csv(target: IO[bytes], heading: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(heading)
    for row in rows:
        writer.writerow([_harmless(str(cell)) for cell in row])
    target.write(written.getvalue().encode("utf-8-sig"))


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking words for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
