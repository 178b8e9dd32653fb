"""Home of the year's report by fund, in the form that a disclosure asks: income, spending, people, balance.

Source: the disclosure of 福彩公益金 asks where money came from, what came in, what it was spent on, how many
people it helped, how much that was, and what is left.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from app.clock import SHANGHAI
from app.donations import queries as donations
from app.donations.models import CharityFund
from app.donations.queries import Received, Spent
from app.money import format_yuan, in_capitals
from app.paper import printed
from app.roles import Scope
from app.settlement.queries.funds import fund_months
from app.settlement.rules.fund_year import CharityYear, FundReport, FundYear, fund_report
from app.settlement.rules.lines import CHARITY_FUND
from app.settlement.service.export import Format, whole_file
from app.settlement.service.listing import in_chinese
from app.subsidy.rules.wording import payer_label
from app.web.language import say
from app.workbook import Cell, Column, Kind, Sheet, write_workbook

SPENT_ON = "老年人助餐就餐补助"
_UNKNOWN = "—"
_CSV = (
    "year",
    "payer",
    "fund",
    "month",
    "statements",
    "drafts",
    "meals",
    "amount_fen",
    "paid_fen",
)
_CHARITY_CSV = (
    "year",
    "fund",
    "purpose",
    "carried_fen",
    "gifts",
    "received_fen",
    "meals",
    "spent_fen",
    "left_fen",
)
_FUNDS = (
    Column("付款方", width=14),
    Column("资金来源", width=22),
    Column("上年结余（元）", Kind.YUAN, 16),
    Column("本年收入（元）", Kind.YUAN, 16),
    Column("支出项目", width=24),
    Column("受益人次", Kind.COUNT, 12),
    Column("支出金额（元）", Kind.YUAN, 16, summed=True),
    Column("其中已支付（元）", Kind.YUAN, 16, summed=True),
    Column("已资助未结算（元）", Kind.YUAN, 18),
    Column("年末结余（元）", Kind.YUAN, 16),
)
_MONTHS = (
    Column("付款方", width=14),
    Column("资金来源", width=22),
    Column("月份", width=12),
    Column("结算单", Kind.COUNT, 10),
    Column("受益人次", Kind.COUNT, 12),
    Column("支出金额（元）", Kind.YUAN, 16, summed=True),
    Column("其中已支付（元）", Kind.YUAN, 16, summed=True),
)
_CHARITY = (
    Column("慈善资金", width=24),
    Column("用途", width=30),
    Column("上年结余（元）", Kind.YUAN, 16, summed=True),
    Column("捐赠笔数", Kind.COUNT, 10),
    Column("本年收入（元）", Kind.YUAN, 16, summed=True),
    Column("受益人次", Kind.COUNT, 12),
    Column("本年支出（元）", Kind.YUAN, 16, summed=True),
    Column("年末结余（元）", Kind.YUAN, 16, summed=True),
)
NOTES = (
    "注：支出按各月结算单（不含已作废的）计，含对以前月份的更正。",
    "受益人次为各月名单中由该资金付款的就餐次数，当月已冲正的不计；对以前月份的更正计入金额，不改人次。",
    "财政资金的拨入和结余以财政部门账册为准，本系统不记；慈善资金的收入和结余以捐赠台账为准。",
    "慈善资金在就餐时即资助，尚未列入结算单的列为“已资助未结算”。",
)


def year_report(year: int, scope: Scope) -> FundReport:
    """Give a year's money by fund, of the statements and charity funds within the scope."""
    funds = donations.funds(scope)
    ids = [fund.id for fund in funds]
    received, spent = donations.received_by_month(ids), donations.spent_by_month(ids)
    charity = [_charity_year(fund, year, received, spent) for fund in funds]
    return fund_report(year, fund_months(year, scope), charity, charity_fund=CHARITY_FUND)


def _charity_year(
    fund: CharityFund, year: int, received: Sequence[Received], spent: Sequence[Spent]
) -> CharityYear:
    into = [each for each in received if each.fund_id == fund.id and each.year <= year]
    out = [each for each in spent if each.fund_id == fund.id and each.year <= year]
    before = sum(each.fen for each in into if each.year < year)
    return CharityYear(
        fund.name,
        fund.purpose,
        carried_fen=before - sum(each.fen for each in out if each.year < year),
        gifts=sum(each.gifts for each in into if each.year == year),
        received_fen=sum(each.fen for each in into if each.year == year),
        meals=sum(each.meals for each in out if each.year == year),
        spent_fen=sum(each.fen for each in out if each.year == year),
    )


def export_year(
    report: FundReport,
    folder: Path,
    chosen: Sequence[Format],
    *,
    at: datetime,
    progress: Callable[[Path], None],
) -> list[Path]:
    """Write a year's files into a folder; a file is there whole or not at all. Tell each when it is there."""
    folder.mkdir(parents=True, exist_ok=True)
    done: list[Path] = []
    for name, write in _files(report, chosen, at):
        with whole_file(folder / name) as target:
            write(target)
        done.append(folder / name)
        progress(folder / name)
    return done


def _files(
    report: FundReport, chosen: Sequence[Format], at: datetime
) -> Iterator[tuple[str, Callable[[IO[bytes]], object]]]:
    if Format.CSV in chosen:
        yield f"funds-{report.year}.csv", lambda target: funds_csv(report, target)
        yield f"charity-{report.year}.csv", lambda target: charity_csv(report, target)
    if Format.XLSX in chosen:
        yield f"funds-{report.year}.xlsx", lambda target: year_workbook(report, target)
    if Format.PDF in chosen:
        yield f"funds-{report.year}.pdf", lambda target: target.write(year_pdf(report, at=at))


def funds_csv(report: FundReport, target: IO[bytes]) -> None:
    """Write what each fund owes, month by month."""
    rows = (
        (
            report.year,
            fund.payer,
            fund.fund,
            each.month,
            each.statements,
            each.drafts,
            each.meals,
            each.amount_fen,
            each.paid_fen,
        )
        for fund in report.funds
        for each in fund.months
    )
    _write_csv(target, _CSV, rows)


def charity_csv(report: FundReport, target: IO[bytes]) -> None:
    """Write the charity funds' year."""
    rows = (
        (
            report.year,
            each.name,
            each.purpose,
            each.carried_fen,
            each.gifts,
            each.received_fen,
            each.meals,
            each.spent_fen,
            each.left_fen,
        )
        for each in report.charity
    )
    _write_csv(target, _CHARITY_CSV, rows)


def _write_csv(target: IO[bytes], header: Sequence[str], rows: Iterator[tuple[object, ...]]) -> None:
    opened = TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(opened)
    writer.writerow(header)
    writer.writerows(rows)
    opened.detach()


def year_workbook(report: FundReport, target: IO[bytes]) -> None:
    """Write the year as a workbook: the funds, their months, the charity funds."""
    with in_chinese():
        write_workbook(target, _sheets(report))


def _sheets(report: FundReport) -> Iterator[Sheet]:
    year = f"{report.year}年"
    yield Sheet(
        "资金使用",
        f"{year}老年助餐资金来源和使用情况",
        _FUNDS,
        [_fund_row(fund) for fund in report.funds],
        sums=(*[None] * 6, report.amount_fen, report.paid_fen, None, None),
        sums_label="合计",
        after=NOTES,
    )
    yield Sheet(
        "按月",
        f"{year}老年助餐资金按月支出",
        _MONTHS,
        [
            (_payer(fund), fund.fund, each.month, each.statements, each.meals, each.amount_fen, each.paid_fen)
            for fund in report.funds
            for each in fund.months
        ],
        sums=(*[None] * 5, report.amount_fen, report.paid_fen),
        sums_label="合计",
    )
    yield Sheet(
        "慈善资金",
        f"{year}慈善资金收支（捐赠台账）",
        _CHARITY,
        [
            (
                each.name,
                each.purpose,
                each.carried_fen,
                each.gifts,
                each.received_fen,
                each.meals,
                each.spent_fen,
                each.left_fen,
            )
            for each in report.charity
        ],
        sums=(None, None, *(_sum(report, name) for name in _CHARITY_SUMS)),
        sums_label="合计",
    )


_CHARITY_SUMS = ("carried_fen", "gifts", "received_fen", "meals", "spent_fen", "left_fen")


def _sum(report: FundReport, name: str) -> int:
    return sum(getattr(each, name) for each in report.charity)


def _payer(fund: FundYear) -> str:
    return say(payer_label(fund.payer))


def _fund_row(fund: FundYear) -> tuple[Cell, ...]:
    return (
        _payer(fund),
        fund.fund,
        fund.carried_fen,
        fund.received_fen,
        SPENT_ON,
        fund.meals,
        fund.amount_fen,
        fund.paid_fen,
        fund.unstated_fen,
        fund.left_fen,
    )


def year_pdf(report: FundReport, *, at: datetime) -> bytes:
    """Print the year's report."""
    with in_chinese():
        data = _paper(report, at)
    return printed("settlement/funds.typ", data, at=at)


def _paper(report: FundReport, at: datetime) -> dict[str, object]:
    return {
        "running": f"{report.year}年老年助餐资金来源和使用情况",
        "year": str(report.year),
        "printed_at": at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "draft": report.drafts,
        "spent_on": SPENT_ON,
        "funds": [
            {
                "payer": _payer(fund),
                "fund": fund.fund,
                "carried": _yuan(fund.carried_fen),
                "received": _yuan(fund.received_fen),
                "meals": f"{fund.meals:,}",
                "amount": format_yuan(fund.amount_fen),
                "paid": format_yuan(fund.paid_fen),
                "unstated": _yuan(fund.unstated_fen),
                "left": _yuan(fund.left_fen),
            }
            for fund in report.funds
        ],
        "charity": [
            {
                "name": each.name,
                "purpose": each.purpose,
                "carried": format_yuan(each.carried_fen),
                "gifts": f"{each.gifts:,}",
                "received": format_yuan(each.received_fen),
                "meals": f"{each.meals:,}",
                "spent": format_yuan(each.spent_fen),
                "left": format_yuan(each.left_fen),
            }
            for each in report.charity
        ],
        "amount": format_yuan(report.amount_fen),
        "capitals": in_capitals(report.amount_fen),
        "paid": format_yuan(report.paid_fen),
        "notes": list(NOTES),
    }


def _yuan(fen: int | None) -> str:
    return _UNKNOWN if fen is None else format_yuan(fen)
