"""Home of the year's workbook of awards: the list, every step of every reckoning, and the instalments."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.awards.service.listing import Listed, WantedAwards
from app.settlement.rules.canonical import check_code
from app.settlement.service.listing import in_chinese
from app.subsidy.rules.awards.wording import formula_words
from app.web.language import say
from app.workbook import Cell, Column, Kind, Sheet

_AWARDS = (
    Column("序号", Kind.COUNT, 6),
    Column("助餐点编号", width=12),
    Column("食堂", width=26),
    Column("运营单位", width=32),
    Column("补贴人次", Kind.COUNT, 11, summed=True),
    Column("供餐天数", Kind.COUNT, 10),
    Column("日均人次", Kind.DECIMAL, 10),
    Column("开放天数", Kind.COUNT, 10),
    Column("考核得分", Kind.DECIMAL, 10),
    Column("考核等级", width=12),
    Column("满意度（%）", Kind.DECIMAL, 12),
    Column("日供餐能力", Kind.COUNT, 11),
    Column("公式", width=44),
    Column("核定金额（元）", Kind.YUAN, 16, summed=True),
    Column("文号", width=24),
    Column("核定编号", width=18),
    Column("状态", width=10),
    Column("校验码", width=22),
)
_STEPS = (
    Column("核定编号", width=18),
    Column("食堂", width=26),
    Column("步骤", Kind.COUNT, 7),
    Column("内容", width=30),
    Column("计算", width=64),
    Column("结果", width=20),
)
_INSTALMENTS = (
    Column("核定编号", width=18),
    Column("食堂", width=26),
    Column("期次", Kind.COUNT, 7),
    Column("应付月份", width=12),
    Column("金额（元）", Kind.YUAN, 16, summed=True),
    Column("支付日期", Kind.DATE, 14),
)


def year_sheets(wanted: WantedAwards) -> Iterator[Sheet]:
    """Give the sheets of a year, their words in Chinese."""
    name = f"{wanted.year.number}年"
    with in_chinese():
        rows = [_row(place, each) for place, each in enumerate(wanted.awards, start=1)]
        steps = [row for each in wanted.awards for row in _step_rows(each)]
        parts = [row for each in wanted.awards for row in _instalment_rows(each)]
    meals = sum(each.content.facts.meals for each in wanted.awards)
    sums = (*[None] * 4, meals, *[None] * 8, wanted.amount_fen, *[None] * 4)
    yield Sheet("核定表", f"{name}运营补贴核定表", _AWARDS, rows, sums=sums, sums_label="合计")
    yield Sheet("计算步骤", f"{name}运营补贴计算步骤", _STEPS, steps)
    owed = sum(part.amount_fen for each in wanted.awards for part in each.content.instalments)
    yield Sheet(
        "分期",
        f"{name}运营补贴分期支付",
        _INSTALMENTS,
        parts,
        sums=(*[None] * 4, owed, None),
        sums_label="合计",
    )


def _row(place: int, each: Listed) -> Sequence[Cell]:
    site, facts, marks = each.award.site, each.content.facts, each.content.marks
    satisfaction = marks.satisfaction_tenths if marks else None
    return (
        place,
        site.site_code,
        site.name,
        site.operator.name if site.operator else "",
        facts.meals,
        facts.served_days,
        each.average_hundredths,
        facts.days_open,
        marks.score_tenths * 10 if marks else None,
        say(each.grade) if each.grade else "",
        satisfaction * 10 if satisfaction is not None else None,
        marks.capacity if marks else None,
        "；".join(say(words) for words in formula_words(each.policy.formula)),
        each.content.amount_fen,
        each.content.policy.reference,
        each.award.award_no,
        say(each.award.state.label),
        check_code(each.award.hash),
    )


def _step_rows(each: Listed) -> Iterator[Sequence[Cell]]:
    for position, step in enumerate(each.steps, start=1):
        yield (
            each.award.award_no,
            each.award.site.name,
            position,
            say(step.kind.label),
            step.reckoning,
            step.result,
        )


def _instalment_rows(each: Listed) -> Iterator[Sequence[Cell]]:
    paid = {payment.number: payment.paid_on for payment in each.award.payments}
    for part in each.content.instalments:
        yield (
            each.award.award_no,
            each.award.site.name,
            part.number,
            part.due_month,
            part.amount_fen,
            paid.get(part.number),
        )
