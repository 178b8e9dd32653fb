"""Home of the demo's foresight: forecasts of the last days and of those to come, who is within reach."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from app.clock import on
from app.database import count_the_rows
from app.extensions import db
from app.month import month_of
from app.oversight.queries.dashboard import site_months
from app.oversight.rules.breakeven import CostKind
from app.oversight.rules.coverage import People, Way
from app.oversight.rules.outlook import NoteKind
from app.oversight.service.coverage import Question, keep_study, measure_coverage, study_sites
from app.oversight.service.forecast import NewNote, keep_forecasts, make_forecasts, write_note
from app.oversight.service.money import set_budget, set_costs
from app.oversight.service.sums import refresh_sums
from app.roles import Actor

_DAYS = 14
_FEW = 21
_ENOUGH = 150
_BUDGET_FEN = 600_000_00
_COSTS = {
    CostKind.FOOD: 55,
    CostKind.STAFF: 32,
    CostKind.RENT: 6,
    CostKind.ENERGY: 5,
    CostKind.OTHER: 2,
}


def foresee(days: Sequence[date], officer: Actor, *, at: datetime) -> dict[str, int]:
    """Add up the days, write down what is known of those to come, and forecast; give how many sittings."""
    count_the_rows(db.session)
    while refresh_sums():
        pass
    count_the_rows(db.session)
    today = on(at)
    rain = today + timedelta(days=2)
    write_note(NewNote(NoteKind.RAIN, rain, rain, words="气象台预报：中雨"), by=officer, at=at)
    for back in range(_DAYS, 0, -1):
        if len(days) >= back + _FEW:
            keep_forecasts(today - timedelta(days=back))
    measure_coverage(by=officer, at=at)
    question = Question(Way.WALKING, People.ALL, is_nearest=False)
    keep_study(question, study_sites(question, today, by=officer), by=officer, at=at)
    _enter_money(today, officer, at=at)
    return {"series": make_forecasts(by=officer, at=at)}


def _enter_money(today: date, officer: Actor, *, at: datetime) -> None:
    """Enter a budget, and what the canteens spent last month: about what their meals brought in."""
    set_budget(today.year, "一般公共预算", _BUDGET_FEN, by=officer, at=at)
    month = month_of(today).previous
    for number, (site_code, sums) in enumerate(
        site_months(officer.scope, month.first_on, month.last_on).items()
    ):
        if sums.meals >= _ENOUGH:
            income = sums.meal_income_fen // 100 * (90 + 7 * number % 40)
            shares = {kind: income * share // 100 for kind, share in _COSTS.items()}
            set_costs(site_code, month, shares, by=officer, at=at)
