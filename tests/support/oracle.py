"""The decision of one resident's meals, told a second time in the plainest way, to check the rules against.

It reads the facts and the policy's data, and shares no code with the rules: no method of theirs is called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from app.canteens.rules import SiteFacts
from app.meals.rules import MealFact
from app.residents.rules.facts import ResidentFacts
from app.subsidy.rules import Layer, Policy, Rate


@dataclass
class Verdict:
    """What the oracle says of one meal."""

    reason: str
    government_fen: int = 0
    operator_fen: int = 0
    charity_fen: int = 0
    resident_fen: int = 0
    layers: list[tuple[str, str, int]] = field(default_factory=list)


@dataclass
class _World:
    """All that is known, and what has been said so far."""

    reversed_ids: Collection[UUID]
    resident: ResidentFacts | None
    sites: Mapping[str, SiteFacts]
    policies: list[Policy]
    workdays: Mapping[date, bool]
    paid: list[tuple[MealFact, int]] = field(default_factory=list)


def verdicts(
    meals: Iterable[MealFact],
    *,
    reversed_ids: Collection[UUID],
    resident: ResidentFacts | None,
    sites: Mapping[str, SiteFacts],
    policies: Iterable[Policy],
    workdays: Mapping[date, bool],
) -> dict[UUID, Verdict]:
    """Say what each meal gets."""
    world = _World(reversed_ids, resident, sites, list(policies), workdays)
    said = {}
    for meal in sorted(meals, key=lambda meal: (meal.served_at.timestamp(), meal.meal_id.hex)):
        verdict = _verdict(meal, world)
        if verdict.government_fen > 0:
            world.paid.append((meal, verdict.government_fen))
        said[meal.meal_id] = verdict
    return said


def _verdict(meal: MealFact, world: _World) -> Verdict:
    policy = _policy(meal, world)
    reasons = list(_reasons(meal, world, policy))
    if reasons:
        return Verdict(reasons[0], resident_fen=meal.price_fen)
    assert policy is not None
    assert world.resident is not None
    government_fen = min(
        meal.price_fen, _subsidy_fen(meal, world, policy), _cap_left_fen(meal, world, policy)
    )
    layers, left_fen = [], government_fen
    for layer in policy.layers:
        amount_fen = min(left_fen, _layer_fen(layer, meal, world) or 0)
        left_fen -= amount_fen
        if amount_fen:
            layers.append((layer.payer, layer.fund, amount_fen))
    rest_fen = meal.price_fen - government_fen
    operator_fen = min(rest_fen, policy.operator_discount_fen) if government_fen else 0
    rest_fen -= operator_fen
    charity_fen = min(rest_fen, policy.charity_fen) if government_fen else 0
    return Verdict("ok", government_fen, operator_fen, charity_fen, rest_fen - charity_fen, layers)


def _policy(meal: MealFact, world: _World) -> Policy | None:
    area = world.sites[meal.site_code].area_code
    found = [
        policy
        for policy in world.policies
        if area[: len(policy.district)] == policy.district and not policy.effective_from > meal.served_on
    ]
    return max(found, key=lambda policy: (policy.effective_from, len(policy.district))) if found else None


def _reasons(meal: MealFact, world: _World, policy: Policy | None) -> Iterable[str]:  # noqa: C901, PLR0912 - one list
    resident, day = world.resident, meal.served_on
    site = world.sites[meal.site_code]
    if meal.meal_id in world.reversed_ids:
        yield "reversed"
    if resident is None:
        yield "not_registered"
        return
    status = "active"
    for change in sorted(resident.statuses, key=lambda change: change.from_on):
        if change.from_on <= day:
            status = change.status.value
    if status == "deceased":
        yield "deceased"
    if policy and status in [excluded.value for excluded in policy.eligibility.excluded_statuses]:
        yield "excluded_status"
    if policy and _age(resident, day) < policy.eligibility.min_age:
        yield "under_age"
    if policy and not _is_local(resident, policy):
        yield "not_local"
    if day < site.opened_on or (site.closed_on and day >= site.closed_on):
        yield "site_closed"
    if not policy:
        yield "no_rate"
        return
    if meal.sitting.value not in [sitting.value for sitting in policy.sittings]:
        yield "sitting_not_subsidised"
    if policy.days.value == "workdays" and not world.workdays.get(day, day.isoweekday() <= 5):
        yield "not_a_workday"
    if meal.price_fen < policy.min_price_fen:
        yield "below_min_price"
    if policy.price_must_exceed and not meal.price_fen > _subsidy_fen(meal, world, policy):
        yield "price_not_above_subsidy"
    yield from _caps_reached(meal, world, policy)
    if all(_layer_fen(layer, meal, world) is None for layer in policy.layers):
        yield "no_rate"


def _age(resident: ResidentFacts, day: date) -> int:
    return sum(1 for years in range(1, 130) if _birthday(resident.birth_on, years) <= day)


def _birthday(birth_on: date, years: int) -> date:
    try:
        return birth_on.replace(year=birth_on.year + years)
    except ValueError:
        return date(birth_on.year + years, 3, 1)


def _is_local(resident: ResidentFacts, policy: Policy) -> bool:
    width = len(policy.district)
    by_residence = resident.residence_area[:width] == policy.district
    by_registration = resident.registered_area[:width] == policy.district
    return {
        "residence": by_residence,
        "registration": by_registration,
        "either": by_residence or by_registration,
    }[policy.eligibility.belongs_by.value]


def _subsidy_fen(meal: MealFact, world: _World, policy: Policy) -> int:
    return sum(_layer_fen(layer, meal, world) or 0 for layer in policy.layers)


def _layer_fen(layer: Layer, meal: MealFact, world: _World) -> int | None:
    """Give what a layer wants to pay, None when it has no rate for the meal."""
    resident = world.resident
    assert resident is not None
    width = {"any": 0, "residence_district": 6, "residence_street": 9}[layer.venue.value]
    here, home = world.sites[meal.site_code].area_code[:width], resident.residence_area[:width]
    if len(home) < width or home != here:
        return None
    amounts = [_rate_fen(rate, meal) for rate in layer.rates if _applies(rate, meal, resident)]
    if not amounts:
        return None
    return sum(amounts) if layer.combine.value == "sum" else max(amounts)


def _applies(rate: Rate, meal: MealFact, resident: ResidentFacts) -> bool:
    when, day = rate.when, meal.served_on
    age = _age(resident, day)
    held = [
        period
        for period in resident.categories
        if period.from_on <= day and not (period.until_on and period.until_on <= day)
    ]
    if when.category is not None:
        fitting = [period for period in held if period.category.value == when.category.value]
        if when.grades:
            fitting = [period for period in fitting if period.grade in when.grades]
        if not fitting:
            return False
    if when.age_from is not None and age < when.age_from:
        return False
    if when.age_below is not None and age >= when.age_below:
        return False
    return when.sitting is None or when.sitting.value == meal.sitting.value


def _rate_fen(rate: Rate, meal: MealFact) -> int:
    if rate.amount_fen is not None:
        return rate.amount_fen
    assert rate.percent is not None
    share_fen = int((meal.price_fen * rate.percent / 100).quantize(Decimal(1), ROUND_HALF_UP))
    return share_fen if rate.at_most_fen is None else min(share_fen, rate.at_most_fen)


def _paid_in(meal: MealFact, world: _World, window: str) -> list[int]:
    """Give the government money of each earlier meal in the meal's sitting, day, week or month."""
    return [fen for other, fen in world.paid if _window(other, window) == _window(meal, window)]


def _window(meal: MealFact, window: str) -> object:
    day = meal.served_on
    return {
        "sitting": (day, meal.sitting.value),
        "day": day,
        "week": day - timedelta(days=day.isoweekday() - 1),
        "month": day.strftime("%Y-%m"),
    }[window]


def _caps_reached(meal: MealFact, world: _World, policy: Policy) -> Iterable[str]:
    for window in ("sitting", "day", "week", "month"):
        paid = _paid_in(meal, world, window)
        meals_cap = getattr(policy.caps.meals, window)
        fen_cap = getattr(policy.caps.fen, window, None)
        if meals_cap is not None and len(paid) >= meals_cap:
            yield f"cap_{window}"
        if fen_cap is not None and sum(paid) >= fen_cap:
            yield f"cap_{window}"


def _cap_left_fen(meal: MealFact, world: _World, policy: Policy) -> int:
    left = [meal.price_fen]
    for window in ("day", "week", "month"):
        cap = getattr(policy.caps.fen, window)
        if cap is not None:
            left.append(cap - sum(_paid_in(meal, world, window)))
    return min(left)
