"""Home of what the printed forms of settlement say: every figure already written as the paper shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache

from app.areas import queries as areas
from app.auth import queries as users
from app.clock import SHANGHAI
from app.money import format_yuan, in_capitals
from app.month import Month
from app.paper import ListColumn, ListRow, PaperList
from app.settlement import queries
from app.settlement.models import Statement, StatementAdjustment, StatementRecovery
from app.settlement.queries import Eaten
from app.settlement.rules.canonical import check_code
from app.settlement.rules.gate import gaps_from
from app.settlement.rules.statement import FundAmount, Totals
from app.settlement.rules.steps import StatementStatus
from app.settlement.service.listing import UNKNOWN, ListedLine, Listing, in_chinese
from app.settlement.service.summary import Summary
from app.subsidy.rules.wording import payer_label
from app.web.language import say


def statement_paper(listing: Listing, *, at: datetime) -> dict[str, object]:
    """Give what a statement's paper says (资金结算单 and 就餐明细表)."""
    statement = listing.statement
    site, month = statement.site, statement.period
    with in_chinese():
        return {
            "running": f"{site.name} {_month_name(month)}资金结算单",
            "number": statement.statement_no,
            "check_code": check_code(listing.paper.hash),
            "draft": statement.stage is StatementStatus.DRAFT,
            "printed_at": _instant(at),
            "operator": site.operator.name if site.operator else "",
            "uscc": (site.operator.uscc or "") if site.operator else "",
            "account": _account(site.operator_id),
            "site": f"{site.site_code} {site.name}",
            "place": areas.labels([site.area_code])[site.area_code],
            "period": _period(month),
            "amounts": [_amount(row) for row in statement.fund_amounts],
            "totals": {**_totals(statement.totals), "lines": _count(statement.lines)},
            "lines": _list_of_meals(listing.lines, statement.totals),
            "recoveries": [_recovery(each) for each in statement.recoveries],
            "adjustments": _adjustments(statement.adjustments),
            "waiver": _waiver(statement),
        }


def _account(operator_id: int | None) -> dict[str, str]:
    """Give where the operator is paid to; the paper goes to the bank under seal, so the number is whole."""
    found = queries.accounts_in_force([operator_id]) if operator_id is not None else {}
    if operator_id not in found:
        return {"holder": "", "bank": "", "number": ""}
    account = found[operator_id].account
    return {"holder": account.holder, "bank": account.bank, "number": account.number}


def summary_paper(
    summary: Summary, statements: Sequence[Statement], month: Month, *, at: datetime
) -> dict[str, object]:
    """Give what the month's summary says (助餐补贴汇总表): its rows, and the sums by payer and fund."""
    totals = summary.tally.totals
    with in_chinese():
        return {
            "running": f"{_month_name(month)}助餐补贴汇总表",
            "draft": any(statement.stage is StatementStatus.DRAFT for statement in statements),
            "printed_at": _instant(at),
            "period": _period(month),
            "rows": PaperList(_SUMMARY_COLUMNS, list(_summary_rows(summary)), "合计", format_yuan),
            "amounts": [
                {**_amount(row), **_parted(row.amount_fen, summary.moved_fen(row.payer, row.fund))}
                for row in summary.tally.amounts
            ],
            "totals": {**_totals(totals), **_parted(totals.amount_fen, totals.moved_fen)},
            "sites": _count(len({statement.site_code for statement in statements})),
        }


_SUMMARY_COLUMNS = (
    ListColumn("序号", 8, "right"),
    ListColumn("编号", 9),
    ListColumn("助餐点", 24),
    ListColumn("运营单位", 37),
    ListColumn("付款方", 14),
    ListColumn("资金来源", 20),
    ListColumn("人员类别", 17),
    ListColumn("补贴标准\n元/人/餐", 13, "right"),
    ListColumn("人数", 10, "right"),
    ListColumn("人次", 12, "right"),
    ListColumn("补贴金额", 20, "right", summed=True),
    ListColumn("扣减/追回", 17, "right", summed=True),
    ListColumn("实付金额", 20, "right", summed=True),
    ListColumn("结算单编号", 21, "center"),
    ListColumn("校验码", 29, "center"),
)


def _summary_rows(summary: Summary) -> Iterator[ListRow]:
    """Give the rows; what is the same for all of a statement is written on its first one alone."""
    before: Statement | None = None
    for place, row in enumerate(summary.rows, start=1):
        statement, site = row.statement, row.statement.site
        is_first, before = statement is not before, statement
        amounts = (row.earned_fen, row.moved_fen, row.amount_fen)
        cells = (
            str(place),
            site.site_code,
            site.name if is_first else "",
            site.operator.name if is_first and site.operator else "",
            say(payer_label(row.payer)) if row.payer else "",
            row.fund,
            say(row.category),
            "" if row.rate_fen is None else format_yuan(row.rate_fen),
            "" if row.persons is None else _count(row.persons),
            "" if row.meals is None else _count(row.meals),
            *map(format_yuan, amounts),
            statement.statement_no,
            row.check_code if is_first else "",
        )
        yield ListRow(cells, amounts)


def _parted(amount_fen: int, moved_fen: int) -> dict[str, str]:
    """Give what is to be paid, and its two parts: for the meals, and what corrections and recoveries move."""
    return {
        "earned": format_yuan(amount_fen - moved_fen),
        "moved": format_yuan(moved_fen),
        "amount": format_yuan(amount_fen),
    }


def _amount(row: FundAmount) -> dict[str, object]:
    return {
        "payer": say(payer_label(row.payer)) if row.payer else "",
        "fund": row.fund,
        "persons": _count(row.persons),
        "meals": _count(row.meals),
        "amount": format_yuan(row.amount_fen),
    }


def _totals(totals: Totals) -> dict[str, object]:
    return {
        "persons": _count(totals.persons),
        "subsidised_meals": _count(totals.subsidised_meals),
        "meals": _count(totals.meals),
        "reversed": _count(totals.reversed_meals),
        "government": format_yuan(totals.government_fen),
        "operator": format_yuan(totals.operator_fen),
        "charity": format_yuan(totals.charity_fen),
        "resident": format_yuan(totals.resident_fen),
        "price": format_yuan(totals.price_fen),
        "earned": format_yuan(totals.earned_fen),
        "adjustment": format_yuan(totals.adjustment_fen),
        "recovery": format_yuan(totals.recovery_fen),
        "amount": format_yuan(totals.amount_fen),
        "capitals": in_capitals(totals.amount_fen),
    }


def _recovery(row: StatementRecovery) -> dict[str, object]:
    case = row.recovery
    return {
        "number": case.recovery_no,
        "paid_by": case.statement.statement_no,
        "finding": case.finding,
        "payer": say(payer_label(case.payer)),
        "fund": case.fund,
        "amount": format_yuan(row.facts.amount_fen),
    }


def _adjustments(rows: Sequence[StatementAdjustment]) -> list[dict[str, object]]:
    meals = queries.eaten({row.meal_id for row in rows})
    return [_adjustment(row, meals[row.meal_id]) for row in rows]


def _adjustment(row: StatementAdjustment, meal: Eaten) -> dict[str, object]:
    return {
        "corrects": row.corrects,
        "day": meal.served_on.isoformat(),
        "sitting": say(meal.sitting.label),
        "name": meal.name or UNKNOWN,
        "meal": str(row.meal_id),
        "payer": say(payer_label(row.payer)),
        "fund": row.fund,
        "amount": format_yuan(row.amount_fen),
    }


def _waiver(statement: Statement) -> str:
    """Say what somebody answered for, so that whoever signs reads it; empty when nothing was missing.

    It comes without its full stop, which the paper sets.
    """
    waiver = queries.waiver_of(statement.id, statement.round)
    if waiver is None:
        return ""
    count = len(gaps_from(waiver.gaps))
    person = users.names_of([waiver.waived_by]).get(waiver.waived_by, waiver.waived_by)
    reason = waiver.reason.rstrip("。.")
    return f"{person} 于 {_instant(waiver.waived_at)} 准予带 {count} 项缺漏申报：{reason}"


def _list_of_meals(lines: Sequence[ListedLine], totals: Totals) -> PaperList:
    """Give the list of meals (就餐明细表); the sums of its pages are of the meals that stand."""
    total = f"合计 {_count(totals.meals)} 人次（不含冲正 {_count(totals.reversed_meals)} 条）"
    return PaperList(_MEAL_COLUMNS, map(_meal_row, lines), total, format_yuan)


_MEAL_COLUMNS = (
    ListColumn("序号", 9, "right"),
    ListColumn("日期", 9, "center"),
    ListColumn("餐次", 7, "center"),
    ListColumn("就餐\n方式", 7, "center"),
    ListColumn("姓名", 15),
    ListColumn("身份证号", 27, "center"),
    ListColumn("年龄", 7, "center"),
    ListColumn("户籍", 17),
    ListColumn("居住社区", 17),
    ListColumn("人员类别", 25),
    ListColumn("餐标", 14, "right", summed=True),
    ListColumn("政府\n补贴", 13, "right", summed=True),
    ListColumn("企业\n让利", 12, "right", summed=True),
    ListColumn("慈善\n资助", 12, "right", summed=True),
    ListColumn("个人\n支付", 14, "right", summed=True),
    ListColumn("核验\n方式", 12, "center"),
    ListColumn("操作员", 15),
    ListColumn("认定", 18),
    ListColumn("备注", 21),
)
_PARTS = ("price_fen", "government_fen", "operator_fen", "charity_fen", "resident_fen")
_NOTHING = (0,) * len(_PARTS)
_AMOUNTS_REMEMBERED = 10_000

# A month's meals have few prices, and these few parts.
_yuan = lru_cache(_AMOUNTS_REMEMBERED)(format_yuan)


def _meal_row(each: ListedLine) -> ListRow:
    line = each.line
    amounts = [getattr(line, part) for part in _PARTS]
    cells = (
        str(each.place),
        line.served_on.isoformat()[5:],
        each.sitting,
        each.channel,
        each.name,
        each.identity,
        "" if each.age is None else str(each.age),
        each.registered,
        each.community,
        each.categories,
        *map(_yuan, amounts),
        each.found_by,
        each.recorded_by,
        each.reason,
        each.note,
    )
    return ListRow(cells, amounts if line.counts else _NOTHING, is_struck=not line.counts)


def _count(number: int) -> str:
    return f"{number:,}"


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def _month_name(month: Month) -> str:
    return f"{month.year}年{month.month}月"


def _period(month: Month) -> str:
    return f"{_month_name(month)}1日至{_month_name(month)}{month.last_on.day}日"
