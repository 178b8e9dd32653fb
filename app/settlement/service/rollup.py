"""Home of handing out a roll-up (汇总): a quarter or a year, as CSV, as a workbook and as a paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO

from app.canteens import queries as canteens
from app.clock import SHANGHAI
from app.errors import NotFound
from app.money import format_yuan, in_capitals
from app.paper import ListColumn, ListRow, PaperList, printed
from app.roles import Scope
from app.settlement import queries
from app.settlement.rules.period import Period
from app.settlement.rules.rollup import Rollup, RollupTally, Row
from app.settlement.rules.steps import StatementStatus
from app.settlement.service import csv_files
from app.settlement.service.export import Format, whole_file
from app.settlement.service.listing import in_chinese
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.web.language import say
from app.workbook import Cell, Column, Kind, Sheet, write_workbook


def rollup_of(period: Period, scope: Scope) -> Rollup:
    """Add up the statements of a period within the scope; void ones are left out.

    Raises: NotFound when there is none.
    """
    tally = RollupTally(period)
    for month in period.months:
        for statement in queries.statements_of(month, scope):
            tally.add(
                statement.site_code,
                month,
                statement.fund_amounts,
                queries.lines_held(statement),
                is_draft=statement.stage is StatementStatus.DRAFT,
            )
    found = tally.result()
    if not found.statements:
        raise NotFound(
            text("No statement of {period} has been drafted. Draft its months first.", period=period),
            field="period",
        )
    return found


def export_rollup(
    found: Rollup, folder: Path, chosen: Sequence[Format], *, at: datetime, progress: Callable[[Path], None]
) -> list[Path]:
    """Write a roll-up's files into a folder; a file is there whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[Format, Callable[[IO[bytes]], object]] = {
        Format.CSV: lambda target: write_rollup_csv(found, target),
        Format.XLSX: lambda target: write_rollup_book(found, target),
        Format.PDF: lambda target: target.write(rollup_pdf(found, at=at)),
    }
    done = []
    for kind in chosen:
        path = folder / f"rollup-{found.period}.{kind.value}"
        with whole_file(path) as target:
            writers[kind](target)
        done.append(path)
        progress(path)
    return done


def write_rollup_csv(found: Rollup, target: IO[bytes]) -> None:
    """Write one row for each site, payer and fund: whole fen, months side by side, and the sum."""
    csv_files.write_rollup(target, found)


def write_rollup_book(found: Rollup, target: IO[bytes]) -> None:
    """Write the roll-up as a workbook: by site, and by payer and fund."""
    months = [Column(f"{month.month}月（元）", Kind.YUAN, 14, summed=True) for month in found.period.months]
    shared = (
        Column("付款方", width=14),
        Column("资金来源", width=20),
        Column("人数", Kind.COUNT, 10),
        Column("人次", Kind.COUNT, 10),
        *months,
        Column("合计（元）", Kind.YUAN, 16, summed=True),
    )
    site = (Column("序号", Kind.COUNT, 6), Column("助餐点编号", width=12), Column("助餐点", width=28))
    total = _figures(found.total)
    after = ["注：人数按老人计，期间内只计一次；更正计入支付它的月份；作废的结算单不计。", *_drafts(found)]
    with in_chinese():
        rows = list(_site_rows(found))
        funds: list[tuple[Cell, ...]] = [(*_fund(row), *_figures(row)) for row in found.funds]
    title = f"{_name(found.period)}助餐补贴汇总表"
    sums = (None, None, None, None, None, *total)
    by_site = Sheet("按助餐点", title, (*site, *shared), rows, sums=sums, sums_label="合计", after=after)
    by_fund = Sheet("按资金来源", title, shared, funds, sums=(None, None, *total), sums_label="合计")
    write_workbook(target, [by_site, by_fund])


def rollup_pdf(found: Rollup, *, at: datetime) -> bytes:
    """Print the roll-up: a quarter has its months side by side, a year its quarters."""
    columns = _printed_columns(found.period)
    with in_chinese():
        rows = [_printed_row(row) for row in _site_rows(found, by_quarter=not found.period.quarter)]
        funds = [[*_fund(row), *map(_shown, _printed_figures(found, row))] for row in found.funds]
    paper = {
        "title": f"{_name(found.period)}助餐补贴汇总表",
        "draft": bool(found.drafts),
        "printed_at": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "columns": columns,
        "rows": PaperList(_listed(columns), rows, "合计", format_yuan),
        "funds": funds,
        "total": list(map(_shown, _printed_figures(found, found.total))),
        "capitals": in_capitals(found.total.amount_fen),
        "sites": len({row.site_code for row in found.rows}),
        "remarks": list(_drafts(found)),
    }
    return printed("settlement/rollup.typ", paper, at=at)


class _Yuan(int):
    """An amount in fen that a paper shows in yuan."""


def _listed(spans: Sequence[str]) -> list[ListColumn]:
    """Give the columns of the list; fewer amounts side by side have more room."""
    amounts = [*spans, "合计"]
    return [
        ListColumn("序号", 8, "right"),
        ListColumn("编号", 12),
        ListColumn("助餐点", 49),
        ListColumn("付款方", 18),
        ListColumn("资金来源", 33),
        ListColumn("人数", 13, "right"),
        ListColumn("人次", 15, "right"),
        *(ListColumn(heading, 123 / len(amounts), "right", summed=True) for heading in amounts),
    ]


def _printed_row(row: tuple[Cell, ...]) -> ListRow:
    return ListRow(list(map(_shown, row)), [cell for cell in row if isinstance(cell, _Yuan)])


def _shown(cell: Cell) -> str:
    if isinstance(cell, _Yuan):
        return format_yuan(cell)
    return f"{cell:,}" if isinstance(cell, int) else str(cell or "")


def _site_rows(found: Rollup, *, by_quarter: bool = False) -> Iterator[tuple[Cell, ...]]:
    names = {code: site.name for code, site in canteens.sites_by_code().items()}
    for place, row in enumerate(found.rows, start=1):
        figures = _printed_figures(found, row) if by_quarter else _figures(row)
        yield (place, row.site_code, names[row.site_code], *_fund(row), *figures)


def _fund(row: Row) -> tuple[str, str]:
    return (say(payer_label(row.payer)) if row.payer else "", row.fund)


def _figures(row: Row) -> tuple[int, ...]:
    return (row.persons, row.meals, *map(_Yuan, row.months_fen), _Yuan(row.amount_fen))


def _printed_figures(found: Rollup, row: Row) -> tuple[int, ...]:
    """Give a row's figures as the paper has room for them."""
    fen = row.months_fen
    if not found.period.quarter:
        fen = tuple(sum(fen[start : start + 3]) for start in range(0, len(fen), 3))
    return (row.persons, row.meals, *map(_Yuan, fen), _Yuan(row.amount_fen))


def _printed_columns(period: Period) -> list[str]:
    if period.quarter:
        return [f"{month.month}月" for month in period.months]
    return [f"第{number}季度" for number in "一二三四"]


def _drafts(found: Rollup) -> Iterator[str]:
    if found.drafts:
        yield f"其中 {found.drafts} 张结算单还是草稿，金额还会变。"


def _name(period: Period) -> str:
    return f"{period.year}年" + (f"第{'一二三四'[period.quarter - 1]}季度" if period.quarter else "")
