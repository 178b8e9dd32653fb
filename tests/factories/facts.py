"""Makers of the facts that decisions rest on: a resident, a site, a meal, a policy, good as they stand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.meals.rules import Channel, MealFact
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.subsidy.rules import Caps, FenCaps, Layer, MealCaps, Policy, Rate

DISTRICT = "430103"
STREET = "430103005"
MONDAY = date(2026, 3, 2)
LONG_AGO = date(2010, 1, 1)


def resident(
    birth_on: date = date(1956, 3, 2),
    *,
    categories: tuple[CategoryPeriod, ...] = (),
    statuses: tuple[StatusChange, ...] = (),
    lives_in: str = f"{STREET}001",
    registered_in: str = f"{STREET}001",
) -> ResidentFacts:
    """Give a resident of the district who turns 70 on `MONDAY`."""
    return ResidentFacts("R-000001", birth_on, registered_in, lives_in, statuses, categories)


def holding(category: Category, grade: str | None = None) -> tuple[CategoryPeriod, ...]:
    """Give the one category, held for as long as anybody remembers."""
    return (CategoryPeriod(category, grade, LONG_AGO),)


def become(status: Status, on: date = LONG_AGO) -> tuple[StatusChange, ...]:
    """Give the one change of status."""
    return (StatusChange(status, on),)


def site(
    code: str = "C01",
    area: str = f"{STREET}002",
    *,
    opened_on: date = LONG_AGO,
    closed_on: date | None = None,
) -> SiteFacts:
    """Give a canteen in the resident's street, but another community."""
    return SiteFacts(code, SiteKind.CANTEEN, area, opened_on, closed_on)


def meal(number: int, on: date = MONDAY, sitting: Sitting = Sitting.LUNCH, price_fen: int = 1500) -> MealFact:
    """Give the meal with this number; meals of one day are served in the order of their numbers."""
    served_at = datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(seconds=number)
    return MealFact(UUID(int=number), "R-000001", "C01", on, sitting, Channel.DINE_IN, price_fen, served_at)


def layer(*rates: Rate, payer: str = "district", **changes: Any) -> Layer:  # noqa: ANN401 - any field of Layer
    """Give a layer paid from the general budget."""
    return Layer(payer, "一般公共预算", rates, **changes)


def policy(*layers: Layer, **changes: Any) -> Policy:  # noqa: ANN401 - any field of Policy
    """Give the district's policy since 2026 with these layers, 3 yuan a meal unless others are given."""
    given = {
        "reference": "示例〔2026〕1号",
        "effective_from": date(2026, 1, 1),
        "district": DISTRICT,
        "layers": layers or (layer(Rate(amount_fen=300)),),
        **changes,
    }
    return Policy(**given)


def meal_caps(**caps: int) -> Caps:
    """Give caps on the number of meals."""
    return Caps(meals=MealCaps(**caps))


def fen_caps(**caps: int) -> Caps:
    """Give caps on the amount."""
    return Caps(fen=FenCaps(**caps))
