"""Home of asking both sides for the decision of a resident's meals, each in its own way, told in one form.

The server is given all meals at once. The tablet is asked for one more meal, again and again, and remembers
what it said; reversed meals are forgotten.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from app.canteens.rules import SiteFacts
from app.meals.rules import Decision, MealFact, adjudicate
from app.residents.rules.facts import ResidentFacts
from app.subsidy.rules import PolicyBook, Split, WorkCalendar
from app.subsidy.rules.document import policy_document
from tests.support.javascript import Script

Verdict = dict[str, Any]


def of_server(
    meals: Iterable[MealFact],
    resident: ResidentFacts | None,
    *,
    reversed_ids: Collection[UUID],
    sites: Mapping[str, SiteFacts],
    policies: PolicyBook,
    calendar: WorkCalendar,
) -> list[Verdict]:
    """Give the server's verdicts on the meals that were not reversed, in the order in which it judges."""
    decisions = adjudicate(
        meals,
        reversed_ids=reversed_ids,
        resident=resident,
        sites=sites,
        policies=policies,
        calendar=calendar,
    )
    return [told(decision) for meal_id, decision in decisions.items() if meal_id not in reversed_ids]


def told(decision: Decision) -> Verdict:
    """Give a decision in the form in which the tablet gives it."""
    return told_split(decision.split) | {"policy_reference": decision.policy_reference}


def told_split(split: Split) -> Verdict:
    """Give a split in the form in which the tablet gives it."""
    return {
        "reason": split.reason.value,
        "government_fen": split.government_fen,
        "operator_fen": split.operator_fen,
        "charity_fen": split.charity_fen,
        "resident_fen": split.resident_fen,
        "layers": [
            {"payer": layer.payer, "fund": layer.fund, "amount_fen": layer.amount_fen}
            for layer in split.layers
        ],
    }


def of_tablet(
    script: Script,
    meals: Iterable[MealFact],
    resident: ResidentFacts | None,
    *,
    reversed_ids: Collection[UUID],
    sites: Mapping[str, SiteFacts],
    policies: PolicyBook,
    calendar: WorkCalendar,
) -> list[Verdict]:
    """Give the tablet's verdicts on the meals that were not reversed, one after another."""
    ground = {
        "policies": [policy_document(policy) for policy in policies],
        "calendar": calendar_entry(calendar),
    }
    entry = resident and resident_entry(resident)
    used: list[tuple[str, str, int]] = []
    verdicts = []
    for meal in sorted(meals, key=lambda meal: (meal.served_at, meal.meal_id)):
        if meal.meal_id in reversed_ids:
            continue
        on, sitting = meal.served_on.isoformat(), meal.sitting.value
        question = {"priceFen": meal.price_fen, "sitting": sitting, "on": on, "resident": entry}
        site = site_entry(sites[meal.site_code])
        verdict = script.call("decide", question, ground | {"site": site, "used": used})
        used.append((on, sitting, verdict["government_fen"]))
        verdicts.append(verdict)
    return verdicts


def resident_entry(resident: ResidentFacts) -> dict[str, object]:
    """Give what the roster says of a resident, as far as decisions rest on it."""
    return {
        "no": resident.resident_no,
        "birth_on": resident.birth_on.isoformat(),
        "registered_area": resident.registered_area,
        "residence_area": resident.residence_area,
        "statuses": [[change.status.value, change.from_on.isoformat()] for change in resident.statuses],
        "categories": [
            [
                period.category.value,
                period.grade,
                period.from_on.isoformat(),
                period.until_on and period.until_on.isoformat(),
            ]
            for period in resident.categories
        ],
    }


def site_entry(site: SiteFacts) -> dict[str, object]:
    """Give what the roster says of the site, as far as decisions rest on it."""
    return {
        "code": site.site_code,
        "kind": site.kind.value,
        "area_code": site.area_code,
        "opened_on": site.opened_on.isoformat(),
        "closed_on": site.closed_on and site.closed_on.isoformat(),
    }


def calendar_entry(calendar: WorkCalendar) -> dict[str, bool]:
    """Give the days that are no usual ones."""
    return {day.isoformat(): is_worked for day, is_worked in calendar.exceptions.items()}
