"""Home of what the printed forms of awards say (运营补贴核定表): every figure as the paper shows it."""

from __future__ import annotations

from datetime import datetime

from app.areas import queries as areas
from app.awards.models import Award
from app.awards.rules.acts import AwardState
from app.awards.service.listing import Listed, WantedAwards
from app.clock import SHANGHAI
from app.money import format_yuan, in_capitals
from app.settlement.rules.canonical import check_code
from app.settlement.service.listing import in_chinese
from app.subsidy.rules.awards import Marks
from app.subsidy.rules.awards.wording import cut_words, formula_words, meals_by_age, schedule_words
from app.web.language import say

_NONE = "—"


def award_paper(award: Award, *, at: datetime) -> dict[str, object]:
    """Give what one award's paper says: inputs, formula, steps, amount, instalments."""
    each = Listed.of(award)
    site, said = award.site, each.content
    with in_chinese():
        return {
            "running": f"{site.name} {award.year}年度运营补贴核定表",
            "number": award.award_no,
            "check_code": check_code(award.hash),
            "draft": award.state is AwardState.DRAFT,
            "void": award.state is AwardState.VOIDED,
            "void_reason": award.reason,
            "printed_at": _instant(at),
            "operator": site.operator.name if site.operator else "",
            "uscc": (site.operator.uscc or "") if site.operator else "",
            "site": f"{site.site_code} {site.name}",
            "place": areas.labels([site.area_code])[site.area_code],
            "period": f"{award.year}年1月1日至{_day(said.counted_until)}",
            "reference": said.policy.reference,
            "formula": [say(words) for words in formula_words(each.policy.formula)],
            "cuts": [say(words) for words in cut_words(each.policy)],
            "schedule": say(schedule_words(each.policy.schedule)),
            **_figures(each),
            "evidence": award.assessment.evidence if award.assessment else _NONE,
            "steps": [
                {"label": say(step.kind.label), "reckoning": step.reckoning, "result": step.result}
                for step in each.steps
            ],
            "amount": format_yuan(said.amount_fen),
            "capitals": in_capitals(said.amount_fen),
            "paid_before": format_yuan(said.paid_before_fen) if said.paid else "",
            "instalments": _instalments(each),
        }


def year_paper(wanted: WantedAwards, *, at: datetime) -> dict[str, object]:
    """Give what the year's list of awards says: a row for each canteen, and the sum."""
    with in_chinese():
        return {
            "running": f"{wanted.year.number}年度运营补贴核定表",
            "draft": any(each.award.state is AwardState.DRAFT for each in wanted.awards),
            "printed_at": _instant(at),
            "period": f"{wanted.year.number}年度",
            "rows": [_row(place, each) for place, each in enumerate(wanted.awards, start=1)],
            "amount": format_yuan(wanted.amount_fen),
            "capitals": in_capitals(wanted.amount_fen),
        }


def _row(place: int, each: Listed) -> dict[str, object]:
    site = each.award.site
    return {
        "place": str(place),
        "site_code": site.site_code,
        "site": site.name,
        "operator": site.operator.name if site.operator else "",
        **_figures(each),
        "formula": "；".join(say(words) for words in formula_words(each.policy.formula)),
        "amount": format_yuan(each.content.amount_fen),
        "number": each.award.award_no,
        "check_code": check_code(each.award.hash),
    }


def _figures(each: Listed) -> dict[str, object]:
    facts, marks = each.content.facts, each.content.marks
    hundredths = each.average_hundredths
    return {
        "meals": f"{facts.meals:,}",
        "served_days": str(facts.served_days),
        "average": f"{hundredths // 100:,}.{hundredths % 100:02d}",
        "days_open": f"{facts.days_open} / {facts.days_in_year}",
        "ages": "；".join(f"{say(ages)} {meals:,} 人次" for ages, meals in meals_by_age(facts)),
        "score": tenths(marks.score_tenths) if marks else _NONE,
        "grade": say(each.grade) if each.grade else _NONE,
        "satisfaction": _satisfaction(marks),
        "capacity": str(marks.capacity) if marks and marks.capacity else _NONE,
    }


def _satisfaction(marks: Marks | None) -> str:
    if marks is None or marks.satisfaction_tenths is None:
        return _NONE
    return f"{tenths(marks.satisfaction_tenths)}%"


def tenths(number: int) -> str:
    """Write tenths as a number with one decimal.

    >>> tenths(925)
    '92.5'
    """
    return f"{number // 10}.{number % 10}"


def _instalments(each: Listed) -> list[dict[str, object]]:
    paid = {payment.number: payment.paid_on for payment in each.award.payments}
    return [
        {
            "number": str(part.number),
            "due": f"{part.due_month[:4]}年{int(part.due_month[5:])}月",
            "amount": format_yuan(part.amount_fen),
            "paid": _day(paid[part.number]) if part.number in paid else "",
        }
        for part in each.content.instalments
    ]


def _day(day: object) -> str:
    year, month, number = str(day).split("-")
    return f"{year}年{int(month)}月{int(number)}日"


def _instant(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
