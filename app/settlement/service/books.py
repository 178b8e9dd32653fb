"""Home of the month's workbook: what every fund owes, every meal that stands, and the reversed ones apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.settlement.models import Statement
from app.settlement.rules.canonical import check_code
from app.settlement.rules.month import Month
from app.settlement.service.listing import ListedLine, hash_of, in_chinese, listed, on_paper
from app.subsidy.rules.wording import payer_label
from app.web.language import say
from app.workbook import Cell, Column, Kind, Sheet

_SUMMARY = (
    Column("序号", Kind.COUNT, 6),
    Column("助餐点编号", width=12),
    Column("助餐点", width=28),
    Column("运营单位", width=34),
    Column("付款方", width=14),
    Column("资金来源", width=18),
    Column("人数", Kind.COUNT, 10),
    Column("人次", Kind.COUNT, 10),
    Column("补贴金额（元）", Kind.YUAN, 16, summed=True),
    Column("结算单编号", width=20),
    Column("状态", width=10),
    Column("校验码", width=22),
)
_DETAIL = (
    Column("结算单编号", width=20),
    Column("助餐点", width=24),
    Column("序号", Kind.COUNT, 8),
    Column("日期", Kind.DATE, 12),
    Column("餐次", width=8),
    Column("就餐方式", width=10),
    Column("老人编号", width=14),
    Column("姓名", width=14),
    Column("身份证号", width=22),
    Column("年龄", Kind.COUNT, 7),
    Column("居住社区", width=16),
    Column("人员类别", width=22),
    Column("餐标（元）", Kind.YUAN, 12, summed=True),
    Column("政府补贴（元）", Kind.YUAN, 14, summed=True),
    Column("企业让利（元）", Kind.YUAN, 14, summed=True),
    Column("慈善资助（元）", Kind.YUAN, 14, summed=True),
    Column("个人支付（元）", Kind.YUAN, 14, summed=True),
    Column("认定", width=30),
    Column("文号", width=24),
    Column("就餐记录编号", width=38),
)
_ADJUSTED = (
    Column("结算单编号", width=20),
    Column("助餐点", width=24),
    Column("更正的结算单", width=20),
    Column("付款方", width=14),
    Column("资金来源", width=18),
    Column("更正金额（元）", Kind.YUAN, 16, summed=True),
    Column("就餐记录编号", width=38),
)
_AMOUNTS = ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen")


def month_sheets(statements: Sequence[Statement], month: Month, *, persons: int) -> Iterator[Sheet]:
    """Give the sheets one after the other; `persons` counts everyone once over all the statements.

    The reversed meals stand on a sheet of their own, so that every column of the list adds up. They are
    put aside while the list streams past, so the sheets must be taken in order.

    Raises: Conflict when a draft's meals have changed since.
    """
    name = f"{month.year}年{month.month}月"
    with in_chinese():
        summary = list(_summary_rows(statements))
    yield Sheet(
        "汇总",
        f"{name} 助餐补贴汇总表",
        _SUMMARY,
        summary,
        sums=(
            *[None] * 6,
            persons,
            sum(each.subsidised_meals for each in statements),
            _owed(statements),
            *[None] * 3,
        ),
        sums_label="合计",
        after=[
            "注：人数按老人计，同一老人在几个助餐点就餐的，合计中只计一次；同一餐由几个来源付款的，合计中也只计一次。"
        ],
    )
    reversed_rows: list[Sequence[Cell]] = []
    yield Sheet(
        "明细",
        f"{name} 就餐明细表",
        _DETAIL,
        _standing_rows(statements, reversed_rows),
        sums=(
            *[None] * 12,
            *[sum(getattr(each, amount) for each in statements) for amount in _AMOUNTS],
            *[None] * 3,
        ),
        sums_label="合计",
    )
    yield Sheet(
        "更正",
        f"{name} 对以前结算单的更正",
        _ADJUSTED,
        _adjusted_rows(statements),
        sums=_adjusted_sums(statements),
        sums_label="合计",
    )
    yield Sheet("冲正", f"{name} 冲正的就餐记录（不计入合计）", _DETAIL, reversed_rows)


def _summary_rows(statements: Sequence[Statement]) -> Iterator[Sequence[Cell]]:
    place = 0
    for statement in statements:
        site = statement.site
        head = (site.site_code, site.name, site.operator.name if site.operator else "")
        tail = (statement.statement_no, say(statement.stage.label), check_code(hash_of(statement)))
        rows: list[tuple[Cell, ...]] = [
            (say(payer_label(row.payer)), row.fund, row.persons, row.meals, row.amount_fen)
            for row in statement.fund_amounts
        ]
        for row in rows or [("", "", 0, 0, 0)]:
            place += 1
            yield (place, *head, *row, *tail)


def _standing_rows(
    statements: Sequence[Statement], reversed_rows: list[Sequence[Cell]]
) -> Iterator[Sequence[Cell]]:
    for statement in statements:
        for line in listed(statement, on_paper(statement).lines):
            if line.line.counts:
                yield _detail_row(statement, line)
            else:
                reversed_rows.append(_detail_row(statement, line))


def _adjusted_rows(statements: Sequence[Statement]) -> Iterator[Sequence[Cell]]:
    for statement in statements:
        for each in statement.adjustments:
            payer = say(payer_label(each.payer))
            yield (
                statement.statement_no,
                statement.site.name,
                each.corrects,
                payer,
                each.fund,
                each.amount_fen,
                str(each.meal_id),
            )


def _adjusted_sums(statements: Sequence[Statement]) -> tuple[int | None, ...]:
    return (*[None] * 5, sum(each.adjustment_fen for each in statements), None)


def _detail_row(statement: Statement, listed_line: ListedLine) -> Sequence[Cell]:
    line = listed_line.line
    return (
        statement.statement_no,
        statement.site.name,
        listed_line.place,
        line.served_on,
        listed_line.sitting,
        listed_line.channel,
        line.resident_no,
        listed_line.name,
        listed_line.identity,
        listed_line.age,
        listed_line.community,
        listed_line.categories,
        *(getattr(line, amount) for amount in _AMOUNTS),
        listed_line.reason,
        line.policy_reference,
        line.meal_id,
    )


def _owed(statements: Sequence[Statement]) -> int:
    return sum(statement.totals.amount_fen for statement in statements)
