"""Home of the month's workbook: what every fund owes, every meal that stands, and the reversed ones apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app.money import in_capitals
from app.settlement import queries
from app.settlement.models import Statement
from app.settlement.service.listing import UNKNOWN, ListedLine, Listing, in_chinese
from app.settlement.service.reading import Reading
from app.settlement.service.summary import Summary, SummaryRow
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
    Column("人员类别", width=16),
    Column("补贴标准（元/人/餐）", Kind.YUAN, 12),
    Column("人数", Kind.COUNT, 10),
    Column("人次", Kind.COUNT, 10),
    Column("补贴金额（元）", Kind.YUAN, 16, summed=True),
    Column("扣减/追回（元）", Kind.YUAN, 14, summed=True),
    Column("实付金额（元）", Kind.YUAN, 16, summed=True),
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
    Column("户籍", width=16),
    Column("居住社区", width=16),
    Column("人员类别", width=22),
    Column("餐标（元）", Kind.YUAN, 12, summed=True),
    Column("政府补贴（元）", Kind.YUAN, 14, summed=True),
    Column("企业让利（元）", Kind.YUAN, 14, summed=True),
    Column("慈善资助（元）", Kind.YUAN, 14, summed=True),
    Column("个人支付（元）", Kind.YUAN, 14, summed=True),
    Column("核验方式", width=10),
    Column("操作员", width=12),
    Column("认定", width=30),
    Column("备注", width=30),
    Column("文号", width=24),
    Column("就餐记录编号", width=38),
)
_ADJUSTED = (
    Column("结算单编号", width=20),
    Column("助餐点", width=24),
    Column("更正的结算单", width=20),
    Column("日期", Kind.DATE, 12),
    Column("餐次", width=8),
    Column("老人编号", width=12),
    Column("姓名", width=12),
    Column("付款方", width=14),
    Column("资金来源", width=18),
    Column("更正金额（元）", Kind.YUAN, 16, summed=True),
    Column("就餐记录编号", width=38),
)
_RECOVERED = (
    Column("结算单编号", width=20),
    Column("助餐点", width=24),
    Column("案件", width=12),
    Column("原结算单", width=20),
    Column("付款方", width=14),
    Column("资金来源", width=18),
    Column("问题", width=50),
    Column("追回金额（元）", Kind.YUAN, 16, summed=True),
)
_NOTES = (
    "注：每餐只计入一个人员类别，即该老人当日所属类别中排在最前的一个；没有类别的，按年龄计入高龄或其他老人。",
    "人数按老人计，合计中每人只计一次；同一餐由几个来源付款的，人次合计中也只计一次。",
)
_AMOUNTS = ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen")


TABS = ("汇总", "明细", "更正", "追回", "冲正")
"""The sheets as they stand in the workbook."""


def month_sheets(reading: Reading) -> Iterator[Sheet]:
    """Give the sheets one after the other, the list of meals first; they must be taken in this order.

    The reading's lists stream past once, so the summary, which counts them, comes behind. The reversed meals
    are put aside meanwhile: they stand on a sheet of their own, so that every column of the list adds up.
    """
    statements, month, summary = reading.statements, reading.month, reading.summary
    name = f"{month.year}年{month.month}月"
    reversed_rows: list[Sequence[Cell]] = []
    yield Sheet(
        "明细",
        f"{name} 就餐明细表",
        _DETAIL,
        _standing_rows(reading.listings(), reversed_rows),
        sums=(
            *[None] * 13,
            *[sum(getattr(each, amount) for each in statements) for amount in _AMOUNTS],
            *[None] * 6,
        ),
        sums_label="合计",
    )
    yield _summary_sheet(name, summary)
    with in_chinese():
        adjusted, recovered = list(_adjusted_rows(statements)), list(_recovered_rows(statements))
    yield Sheet(
        "更正",
        f"{name} 对以前结算单的更正",
        _ADJUSTED,
        adjusted,
        sums=_adjusted_sums(statements),
        sums_label="合计",
    )
    yield Sheet(
        "追回",
        f"{name} 在本月结算中扣回的追回款",
        _RECOVERED,
        recovered,
        sums=(*[None] * 7, sum(each.recovery_fen for each in statements)),
        sums_label="合计",
    )
    yield Sheet("冲正", f"{name} 冲正的就餐记录（不计入合计）", _DETAIL, reversed_rows)


def _summary_sheet(name: str, summary: Summary) -> Sheet:
    with in_chinese():
        rows = [_summary_row(place, row) for place, row in enumerate(summary.rows, start=1)]
    totals = summary.tally.totals
    money = (totals.earned_fen, totals.moved_fen, totals.amount_fen)
    return Sheet(
        "汇总",
        f"{name} 助餐补贴汇总表",
        _SUMMARY,
        rows,
        sums=(*[None] * 8, totals.persons, totals.subsidised_meals, *money, *[None] * 3),
        sums_label="合计",
        after=[f"合计（大写）：{in_capitals(totals.amount_fen)}", *_NOTES],
    )


def _summary_row(place: int, row: SummaryRow) -> Sequence[Cell]:
    statement, site = row.statement, row.statement.site
    return (
        place,
        site.site_code,
        site.name,
        site.operator.name if site.operator else "",
        say(payer_label(row.payer)) if row.payer else "",
        row.fund,
        say(row.category),
        row.rate_fen,
        row.persons,
        row.meals,
        row.earned_fen,
        row.moved_fen,
        row.amount_fen,
        statement.statement_no,
        say(statement.stage.label),
        row.check_code,
    )


def _standing_rows(
    listings: Iterable[Listing], reversed_rows: list[Sequence[Cell]]
) -> Iterator[Sequence[Cell]]:
    for listing in listings:
        for line in listing.lines:
            if line.line.counts:
                yield _detail_row(listing.statement, line)
            else:
                reversed_rows.append(_detail_row(listing.statement, line))


def _adjusted_rows(statements: Sequence[Statement]) -> Iterator[Sequence[Cell]]:
    for statement in statements:
        meals = queries.eaten({each.meal_id for each in statement.adjustments})
        for each in statement.adjustments:
            payer, meal = say(payer_label(each.payer)), meals[each.meal_id]
            yield (
                statement.statement_no,
                statement.site.name,
                each.corrects,
                meal.served_on,
                say(meal.sitting.label),
                meal.resident_no,
                meal.name or UNKNOWN,
                payer,
                each.fund,
                each.amount_fen,
                str(each.meal_id),
            )


def _recovered_rows(statements: Sequence[Statement]) -> Iterator[Sequence[Cell]]:
    for statement in statements:
        for each in statement.recoveries:
            case = each.recovery
            yield (
                statement.statement_no,
                statement.site.name,
                case.recovery_no,
                case.statement.statement_no,
                say(payer_label(case.payer)),
                case.fund,
                case.finding,
                each.facts.amount_fen,
            )


def _adjusted_sums(statements: Sequence[Statement]) -> tuple[int | None, ...]:
    return (*[None] * 9, sum(each.adjustment_fen for each in statements), None)


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
        listed_line.registered,
        listed_line.community,
        listed_line.categories,
        *(getattr(line, amount) for amount in _AMOUNTS),
        listed_line.found_by,
        listed_line.recorded_by,
        listed_line.reason,
        listed_line.note,
        line.policy_reference,
        line.meal_id,
    )
