"""Home of writing the public notice (公示表) of a month: CSV, workbook and paper, the same rows in each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from app.clock import SHANGHAI
from app.money import format_yuan
from app.month import Month
from app.paper import printed
from app.settlement.rules.disclosure import FEWEST_PERSONS, Row, SiteMonth, rows_of
from app.settlement.service import csv_files
from app.settlement.service.listing import OnPaper
from app.workbook import Column, Kind, Sheet, write_workbook

_FEW = f"少于{FEWEST_PERSONS}人"


@dataclass(frozen=True, slots=True)
class Notice:
    """The public notice of a month: its rows, and the sums over all of them, everybody counted once."""

    month: Month
    rows: tuple[Row, ...]
    persons: int
    meals: int
    amount_fen: int
    is_draft: bool
    complaint_phone: str

    @classmethod
    def of(cls, sites: Sequence[SiteMonth], month: Month, *, is_draft: bool, complaint_phone: str) -> Notice:
        """Make it of what each of the month's statements comes to."""
        return cls(
            month=month,
            rows=tuple(rows_of(sites)),
            persons=len(frozenset().union(*(site.residents for site in sites))),
            meals=sum(site.meals for site in sites),
            amount_fen=sum(site.amount_fen for site in sites),
            is_draft=is_draft,
            complaint_phone=complaint_phone,
        )


def site_month(paper: OnPaper) -> SiteMonth:
    """Give what a statement comes to, and who it was for."""
    statement = paper.statement
    return SiteMonth(
        statement.site_code,
        statement.site.name,
        paper.tally.persons,
        statement.subsidised_meals,
        statement.totals.amount_fen,
    )


def write_notice_csv(notice: Notice, target: IO[bytes]) -> None:
    """Write the notice as CSV."""
    csv_files.write_disclosure(
        target,
        [(_named(row), _persons(row), row.meals, row.amount_fen) for row in notice.rows],
    )


def write_notice_book(notice: Notice, target: IO[bytes]) -> None:
    """Write the notice as a workbook."""
    columns = (
        Column("序号", Kind.COUNT, 8),
        Column("助餐点", width=60),
        Column("补贴人数", Kind.COUNT, 12),
        Column("补贴人次", Kind.COUNT, 12, summed=True),
        Column("补贴金额（元）", Kind.YUAN, 18, summed=True),
    )
    rows = [
        (place, _named(row), _persons(row), row.meals, row.amount_fen)
        for place, row in enumerate(notice.rows, start=1)
    ]
    after = [f"合计 {notice.persons:,} 人，同一老人在几个助餐点就餐的只计一次。", *_remarks(notice)]
    sums = (None, None, None, notice.meals, notice.amount_fen)
    sheet = Sheet("公示", f"{_title(notice.month)}", columns, rows, sums=sums, sums_label="合计", after=after)
    write_workbook(target, [sheet])


def notice_pdf(notice: Notice, *, at: datetime) -> bytes:
    """Print the notice, to be hung up."""
    month = notice.month
    paper = {
        "title": _title(month),
        "draft": notice.is_draft,
        "printed_at": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "period": f"{month.year}年{month.month}月1日至{month.month}月{month.last_on.day}日",
        "rows": [
            (str(place), _named(row), _shown(_persons(row)), f"{row.meals:,}", format_yuan(row.amount_fen))
            for place, row in enumerate(notice.rows, start=1)
        ],
        "persons": f"{notice.persons:,}",
        "meals": f"{notice.meals:,}",
        "amount": format_yuan(notice.amount_fen),
        "remarks": list(_remarks(notice)),
        "phone": notice.complaint_phone,
    }
    return printed("settlement/disclosure.typ", paper, at=at)


def _title(month: Month) -> str:
    return f"{month.year}年{month.month}月老年助餐补贴公示表"


def _named(row: Row) -> str:
    return "、".join(row.sites) + ("（合并公示）" if len(row.sites) > 1 else "")


def _persons(row: Row) -> int | str:
    return _FEW if row.persons is None else row.persons


def _shown(persons: int | str) -> str:
    return persons if isinstance(persons, str) else f"{persons:,}"


def _remarks(notice: Notice) -> Iterator[str]:
    if any(len(row.sites) > 1 for row in notice.rows):
        yield f"就餐老人少于{FEWEST_PERSONS}人的助餐点合并公示，以免从中看出某一位老人。"
    yield f"监督电话：{notice.complaint_phone or '____________________'}"
