"""Home of the form of a case: one meal and the decision that server and tablet must both give.

A case is one meal, after others of the same resident; what is not named is usual: the lunch for 15 yuan of a
resident of 70 years, on a Monday, at a canteen in their street, in a district that gives 3 yuan a meal.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from app.canteens.rules import SiteFacts, Sitting
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.subsidy.rules import (
    Eligibility,
    Layer,
    Policy,
    Rate,
    Reason,
    Venue,
)
from tests.factories import facts
from tests.factories.facts import layer, policy

REFERENCE = "示例〔2026〕1号"
SECOND_REFERENCE = "示例〔2026〕2号"
FUND = "一般公共预算"


@dataclass(frozen=True)
class Expected:
    """What both must say."""

    reason: Reason
    government_fen: int
    operator_fen: int
    charity_fen: int
    resident_fen: int
    layers: tuple[tuple[str, str, int], ...]
    reference: str


def gets(
    government_fen: int,
    resident_fen: int,
    *layers: tuple[str, int],
    operator_fen: int = 0,
    charity_fen: int = 0,
    reference: str = REFERENCE,
) -> Expected:
    """Expect a subsidised meal, paid by the district unless other layers are named."""
    named = layers or ((("district", government_fen),) if government_fen else ())
    return Expected(
        Reason.OK,
        government_fen,
        operator_fen,
        charity_fen,
        resident_fen,
        tuple((payer, FUND, amount_fen) for payer, amount_fen in named),
        reference,
    )


def nothing(reason: Reason, resident_fen: int = 1500, *, reference: str = REFERENCE) -> Expected:
    """Expect that the resident pays all."""
    return Expected(reason, 0, 0, 0, resident_fen, (), reference)


@dataclass(frozen=True)
class Served:
    """An earlier meal; one that was reversed counts for nothing."""

    on: date
    sitting: Sitting = Sitting.LUNCH
    price_fen: int = 1500
    is_reversed: bool = False


@dataclass(frozen=True)
class Case:
    """One meal, what went before it, and what it gets."""

    name: str
    expected: Expected
    policies: tuple[Policy, ...] = (policy(),)
    resident: ResidentFacts | None = field(default_factory=facts.resident)
    site: SiteFacts = field(default_factory=facts.site)
    on: date = facts.MONDAY
    sitting: Sitting = Sitting.LUNCH
    price_fen: int = 1500
    exceptions: Mapping[date, bool] = field(default_factory=dict)
    earlier: tuple[Served, ...] = ()


def case(name: str, expected: Expected, given: Policy | None = None, **changes: Any) -> Case:  # noqa: ANN401 - any field of Case
    """Give a case under one policy, or the usual one."""
    return Case(name, expected, **({"policies": (given,)} if given else {}) | changes)


def march(day: int) -> date:
    """Give a day of March 2026, which begins on a Sunday; the usual Monday is the second."""
    return date(2026, 3, day)


def rates(*given: Rate, **changes: Any) -> Policy:  # noqa: ANN401 - any field of Policy
    """Give a policy of one layer with these rates."""
    return policy(layer(*given), **changes)


def percentage(percent: str, at_most_fen: int | None = None) -> Policy:
    """Give a policy that pays a percentage of the price."""
    return rates(Rate(percent=Decimal(percent), at_most_fen=at_most_fen))


def only(**eligibility: Any) -> Policy:  # noqa: ANN401 - any field of Eligibility
    """Give a policy for some residents only."""
    return policy(eligibility=Eligibility(**eligibility))


def held(category: Category, grade: str | None, from_on: date, until_on: date | None = None) -> ResidentFacts:
    """Give a resident who held a category for some time."""
    return facts.resident(categories=(CategoryPeriod(category, grade, from_on, until_on),))


def changed(*changes: tuple[Status, date]) -> ResidentFacts:
    """Give a resident whose status changed on these days."""
    return facts.resident(statuses=tuple(StatusChange(status, on) for status, on in changes))


def newer(district: str, effective_from: date, amount_fen: int = 400) -> Policy:
    """Give another policy, under a second notice."""
    return rates(
        Rate(amount_fen=amount_fen),
        reference=SECOND_REFERENCE,
        district=district,
        effective_from=effective_from,
    )


def venue(where: Venue) -> Layer:
    """Give a layer that pays only there."""
    return layer(Rate(amount_fen=300), venue=where)
