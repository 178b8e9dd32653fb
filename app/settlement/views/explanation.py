"""Home of the page that explains one line: this meal, these facts, this rule, this notice, this amount."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import render_template

from app.access import require, viewer
from app.areas import queries as areas
from app.canteens import queries as canteens
from app.errors import NotFound
from app.meals import queries as meals
from app.meals import service as ledger
from app.residents.rules.facts import CategoryPeriod, ResidentFacts
from app.residents.rules.identity import masked_identity
from app.roles import Permission, Scope
from app.settlement import queries, service
from app.settlement.rules.lines import Line
from app.settlement.views.blueprint import bp
from app.subsidy import queries as subsidy
from app.subsidy.rules.explanation import Verdict
from app.subsidy.rules.wording import grade_label, payer_label
from app.text import Text, text


@bp.get("/meals/<uuid:meal_id>")
@require(Permission.STATEMENTS_VIEW)
def explanation(meal_id: UUID) -> str:
    """Show one line: the meal, the facts, the rule step by step, the notice, the amounts."""
    meal = meals.meal(meal_id, viewer().scope)
    if meal is None or meal.decision is None:
        raise NotFound(text("There is no such meal, or it is not yours to see."))
    told, settled = ledger.explain_meal(meal), service.settled_meal(meal)
    resident = told.resident
    diner = queries.diners_of([meal.resident_no]).get(meal.resident_no)
    number = diner.identity_number if diner else None
    policy_id = meal.decision.policy_id
    return render_template(
        "settlement/explanation.html",
        meal=meal,
        told=told,
        settled=settled,
        shown=settled.settling.line if settled.settling else settled.now,
        differs=bool(settled.settling and _parts(settled.settling.line) != _parts(settled.now)),
        diner=diner,
        identity=masked_identity(number) if number else "—",
        places=areas.labels([meal.site.area_code, *_areas_of(resident)]),
        categories=[(period, _category(period)) for period in _held(resident, meal.served_on)],
        sites={code: site.name for code, site in canteens.sites_by_code().items()},
        policy=subsidy.published_policy(policy_id, Scope()) if policy_id is not None else None,
        payer_label=payer_label,
        Verdict=Verdict,
    )


def _areas_of(resident: ResidentFacts | None) -> tuple[str, ...]:
    return () if resident is None else (resident.residence_area, resident.registered_area)


def _held(resident: ResidentFacts | None, on: date) -> tuple[CategoryPeriod, ...]:
    return () if resident is None else resident.categories_on(on)


def _category(period: CategoryPeriod) -> Text:
    if period.grade is None:
        return period.category.label
    return text(
        "{category} ({grades})",
        category=period.category.label,
        grades=grade_label(period.category, period.grade),
    )


def _parts(line: Line | None) -> tuple[object, ...] | None:
    """Give what of a line is money, and why."""
    if line is None:
        return None
    return (
        line.government_fen,
        line.operator_fen,
        line.charity_fen,
        line.resident_fen,
        line.layers,
        line.reason,
    )
