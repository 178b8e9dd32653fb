"""Home of counting a canteen's year from the decisions on its meals."""

from __future__ import annotations

from collections import Counter
from datetime import date

from sqlalchemy import ColumnElement, case, func, select

from app.awards.rules.year import Year, by_rate
from app.canteens.models import Site
from app.extensions import db
from app.meals.models import Decision, Meal
from app.meals.queries import is_subsidised
from app.residents.models import Resident
from app.residents.rules.facts import age_on
from app.subsidy.rules import Reason
from app.subsidy.rules.awards import Formula, PerAge, YearFacts


def year_facts(site: Site, year: Year, until: date, formula: Formula) -> YearFacts:
    """Count what a formula asks of a canteen's year, up to and including a day."""
    meals, served_days = db.session.execute(
        select(
            func.coalesce(func.sum(case((is_subsidised(), 1), else_=0)), 0),
            func.count(Meal.served_on.distinct()),
        )
        .join(Decision, Decision.meal_id == Meal.id)
        .where(*_standing(site.site_code, year, until))
    ).one()
    ages = _meals_of_age(site.site_code, year, until) if isinstance(formula, PerAge) else {}
    return YearFacts(
        meals=int(meals),
        served_days=served_days,
        days_open=year.days_open(site.facts),
        days_in_year=year.days,
        meals_from_age=by_rate(ages, formula),
    )


def _meals_of_age(site_code: str, year: Year, until: date) -> dict[int, int]:
    """Count the subsidised meals by the resident's age on their day."""
    rows = db.session.execute(
        select(Resident.birth_on, Meal.served_on, func.count())
        .select_from(Meal)
        .join(Decision, Decision.meal_id == Meal.id)
        .join(Resident, Resident.resident_no == Meal.resident_no)
        .where(*_standing(site_code, year, until), is_subsidised())
        .group_by(Resident.birth_on, Meal.served_on)
        .order_by(Resident.birth_on, Meal.served_on)
    )
    ages: Counter[int] = Counter()
    for birth_on, served_on, meals in rows:
        ages[age_on(birth_on, served_on)] += meals
    return dict(ages)


def _standing(site_code: str, year: Year, until: date) -> tuple[ColumnElement[bool], ...]:
    return (
        Meal.site_code == site_code,
        Meal.served_on.between(year.first_on, until),
        Decision.reason != Reason.REVERSED,
    )
