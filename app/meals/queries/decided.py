"""Home of the queries of adjudication: meals beside what is decided about them, and whom they touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    and_,
    bindparam,
    func,
    select,
)

from app.database import among, fetch
from app.extensions import db
from app.meals.models import (
    Decision,
    DecisionLayer,
    GroundMark,
    Meal,
)
from app.meals.queries.records import is_reversed
from app.meals.rules import MealFact
from app.subsidy.rules import Reason


def is_subsidised() -> ColumnElement[bool]:
    """Say in SQL that a decided meal is paid for in part by others than its operator and whoever eats."""
    return Decision.government_fen + Decision.charity_fen > 0


def ground_mark() -> str:
    """Give the mark of the ground as it stands: the same mark, the same sites, policies and calendar."""
    return fetch(db.session, _GROUND_MARK).scalar_one()


# What every batch of a tablet asks is put together once: that would take longer than the answer.
_GROUND_MARK = select(GroundMark.mark)


@dataclass(frozen=True, slots=True)
class DecidedMeal:
    """A meal's facts beside what is decided about it now; `stored` is None when nothing is yet.

    `stored` is (policy id, reason, government, operator, charity, resident, layers), amounts in fen.
    """

    fact: MealFact
    is_reversed: bool
    stored: tuple[int | None, Reason, int, int, int, int, tuple[tuple[str, str, int], ...]] | None

    @property
    def charity_fen(self) -> int:
        """Give what charity gives as decided now; nothing while nothing is decided."""
        return self.stored[4] if self.stored is not None else 0


def decided_meals(resident_nos: Collection[str], first: date, last: date) -> dict[str, list[DecidedMeal]]:
    """Give the meals of these residents from `first` to `last`, by resident number."""
    chosen = {"resident_nos": list(resident_nos), "first": first, "last": last}
    # Read whole, since what comes next depends on them all.
    rows = fetch(db.session, _DECIDED_MEALS, chosen).all()
    layers = _layers(chosen) if any(row.government_fen for row in rows) else {}
    found: dict[str, list[DecidedMeal]] = defaultdict(list)
    for row in rows:
        meal = _decided_meal(row, layers)
        found[meal.fact.resident_no].append(meal)
    return found


def decided_guests(ids: Collection[UUID]) -> list[DecidedMeal]:
    """Give those of these meals that nobody in particular ate; nobody pays for them but the eater."""
    return [_decided_meal(row, {}) for row in fetch(db.session, _DECIDED_GUESTS, {"ids": list(ids)})]


def _decided_meal(
    row: Row[*tuple[Any, ...]], layers: Mapping[UUID, Sequence[tuple[str, str, int]]]
) -> DecidedMeal:
    values: tuple[Any, ...] = tuple(row)
    fact = MealFact(*values[: len(_FACT)])
    if not row.reason:
        return DecidedMeal(fact, row.is_reversed, None)
    stored: Any = (*values[len(_FACT) + 1 :], tuple(layers.get(fact.meal_id, ())))
    return DecidedMeal(fact, row.is_reversed, stored)


_FACT = (
    Meal.id,
    Meal.resident_no,
    Meal.site_code,
    Meal.served_on,
    Meal.sitting,
    Meal.channel,
    Meal.price_fen,
    Meal.served_at,
)
"""The columns of a MealFact, in its order."""

_DECIDED = (
    Decision.policy_id,
    Decision.reason,
    Decision.government_fen,
    Decision.operator_fen,
    Decision.charity_fen,
    Decision.resident_fen,
)
"""The columns of `DecidedMeal.stored` before its layers, in its order."""


_CHOSEN = and_(
    among(Meal.resident_no, "resident_nos"),
    Meal.served_on.between(bindparam("first"), bindparam("last")),
)
_AS_DECIDED = (
    select(*_FACT, is_reversed().label("is_reversed"), *_DECIDED)
    .outerjoin(Decision, Decision.meal_id == Meal.id)
    .order_by(Meal.resident_no, Meal.served_at, Meal.id)
)
_DECIDED_MEALS = _AS_DECIDED.where(_CHOSEN)
_DECIDED_GUESTS = _AS_DECIDED.where(among(Meal.id, "ids"), Meal.resident_no == "")
_LAYERS = (
    select(DecisionLayer.meal_id, DecisionLayer.payer, DecisionLayer.fund, DecisionLayer.amount_fen)
    .join(Meal, Meal.id == DecisionLayer.meal_id)
    .where(_CHOSEN)
    .order_by(DecisionLayer.meal_id, DecisionLayer.position)
)


def _layers(chosen: Mapping[str, object]) -> dict[UUID, list[tuple[str, str, int]]]:
    """Give what each paying layer gives to the chosen meals: payer, fund and fen."""
    layers: dict[UUID, list[tuple[str, str, int]]] = defaultdict(list)
    for layer in fetch(db.session, _LAYERS, chosen):
        layers[layer.meal_id].append((layer.payer, layer.fund, layer.amount_fen))
    return layers


def meals_touched_by(ids: Collection[UUID]) -> list[tuple[UUID, str, date]]:
    """Give each of these meals that is there: its id, whose it is, and of which day."""
    rows = db.session.execute(
        select(Meal.id, Meal.resident_no, Meal.served_on).where(Meal.id.in_(ids)).order_by(Meal.id)
    )
    return [(row.id, row.resident_no, row.served_on) for row in rows]


def spans_of_meals(resident_nos: Collection[str]) -> dict[str, tuple[date, date]]:
    """Give the first and the last day on which each of these residents ate; who never did is left out.

    Asked for all of them together, PostgreSQL would walk through the days of everybody until it met one.
    """
    rows = db.session.execute(
        select(Meal.resident_no, func.min(Meal.served_on), func.max(Meal.served_on))
        .where(among(Meal.resident_no, "numbers"))
        .group_by(Meal.resident_no),
        {"numbers": list(resident_nos)},
    )
    return {resident_no: (first, last) for resident_no, first, last in rows}


def eaters(*, site_codes: Collection[str] | None = None, since: date = date.min) -> Iterator[list[str]]:
    """Give in portions who ate at these sites (everywhere when None) since a day, each number once."""
    chosen = select(Meal.resident_no).where(Meal.served_on >= since).distinct().order_by(Meal.resident_no)
    if site_codes is not None:
        chosen = chosen.where(Meal.site_code.in_(site_codes))
    yield from (list(portion) for portion in db.session.execute(chosen).scalars().partitions(500))
