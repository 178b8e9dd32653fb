"""Home of the queries on the ledger and its decisions; always ordered, and within a viewer's scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, bindparam, case, exists, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.canteens.models import Site, SitePrice
from app.canteens.rules import Sitting
from app.database import among, fetch
from app.extensions import db
from app.meals.models import (
    Decision,
    DecisionLayer,
    GroundMark,
    LedgerRecord,
    Meal,
    MealConflict,
    Reversal,
)
from app.meals.rules import MealFact
from app.residents import queries as residents
from app.residents.models import Resident
from app.roles import Scope
from app.subsidy.rules import Reason

REGULARS_LOOK_BACK = timedelta(weeks=4)
_EVERYWHERE = Scope()
_STREET = 9
"""Digits of a street's code."""


def ground_mark() -> str:
    """Give the mark of the ground as it stands: the same mark, the same sites, policies and calendar."""
    return fetch(db.session, _GROUND_MARK).scalar_one()


def digests_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the digest that the ledger holds under each of these ids."""
    rows = fetch(db.session, _DIGESTS, {"ids": list(ids)})
    return {row.id: row.digest for row in rows}


# What every batch of a tablet asks is put together once: that would take longer than the answer.
_GROUND_MARK = select(GroundMark.mark)
_DIGESTS = select(LedgerRecord.id, LedgerRecord.digest).where(among(LedgerRecord.id, "ids"))
_REGISTERED = select(Resident.resident_no).where(among(Resident.resident_no, "resident_nos"))


@cache
def is_reversed(meal: type[Meal] = Meal) -> ColumnElement[bool]:
    """Tell in a query whether a meal was reversed."""
    undoing = aliased(Reversal)
    return exists(select(undoing.id).where(undoing.reverses == meal.id))


@dataclass(frozen=True, slots=True)
class DecidedMeal:
    """A meal's facts beside what is decided about it now; `stored` is None when nothing is yet.

    `stored` is (policy id, reason, government, operator, charity, resident, layers), amounts in fen;
    `revisions` counts how often it was replaced.
    """

    fact: MealFact
    is_reversed: bool
    stored: tuple[int | None, Reason, int, int, int, int, tuple[tuple[str, str, int], ...]] | None
    revisions: int = 0

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
    stored: Any = (*values[len(_FACT) + 1 : -1], tuple(layers.get(fact.meal_id, ())))
    return DecidedMeal(fact, row.is_reversed, stored, row.revisions)


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
    select(*_FACT, is_reversed().label("is_reversed"), *_DECIDED, Decision.revisions)
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


def meal(meal_id: UUID, scope: Scope) -> Meal | None:
    """Give one meal within the scope, with its site and decision."""
    return db.session.execute(
        select(Meal)
        .join(Meal.site)
        .where(Meal.id == meal_id, *_within(scope))
        .options(joinedload(Meal.site), joinedload(Meal.decision).selectinload(Decision.layers))
    ).scalar_one_or_none()


def reversal_of(meal_id: UUID) -> Reversal | None:
    """Give the first reversal of a meal."""
    return db.session.execute(
        select(Reversal)
        .where(Reversal.reverses == meal_id)
        .order_by(Reversal.received_at, Reversal.id)
        .limit(1)
    ).scalar_one_or_none()


def ledger(
    scope: Scope,
    *,
    first: date,
    last: date,
    site_code: str = "",
    sitting: Sitting | None = None,
    reason: Reason | None = None,
    resident_no: str = "",
) -> Select[Meal]:
    """Select the meals of some days within the scope, newest first."""
    found = (
        select(Meal)
        .where(Meal.served_on.between(first, last))
        .options(selectinload(Meal.site), selectinload(Meal.decision))
        .order_by(Meal.served_on.desc(), Meal.served_at.desc(), Meal.id)
    )
    # Many meals are counted and put in order for each look at a few, so only what is asked about is joined.
    if held := _within(scope):
        found = found.join(Meal.site).where(*held)
    if site_code:
        found = found.where(Meal.site_code == site_code)
    if sitting is not None:
        found = found.where(Meal.sitting == sitting)
    if reason is not None:
        found = found.join(Decision, Decision.meal_id == Meal.id).where(Decision.reason == reason)
    if resident_no:
        found = found.where(Meal.resident_no == resident_no)
    return found


def served(site_code: str, on: date, sitting: Sitting) -> list[Meal]:
    """Give a sitting's meals at a site with their decisions, the last one first, reversed ones too."""
    return list(
        db.session.execute(
            select(Meal)
            .where(Meal.site_code == site_code, Meal.served_on == on, Meal.sitting == sitting)
            .options(joinedload(Meal.decision))
            .order_by(Meal.served_at.desc(), Meal.id.desc())
        ).scalars()
    )


def regulars(site_code: str, sitting: Sitting, on: date, *, limit: int = 24) -> list[Resident]:
    """Give who usually eats here at this sitting, by the last four weeks, the most faithful first."""
    counted = _times(site_code, on, Meal.sitting == sitting)
    return list(
        db.session.execute(
            select(Resident)
            .join(counted, counted.c.resident_no == Resident.resident_no)
            .order_by(counted.c.times.desc(), Resident.name_key, Resident.resident_no)
            .limit(limit)
        ).scalars()
    )


def ate_since(day: date) -> ColumnElement[bool]:
    """Say in SQL which residents had a meal at some site since a day."""
    return Resident.resident_no.in_(select(Meal.resident_no).where(Meal.served_on >= day))


def sought_at(site: Site, words: str, on: date, *, limit: int) -> list[Resident]:
    """Give whom a search at a site means: who eats here first, then who lives in its street, then by name."""
    counted = _times(site.site_code, on)
    lives_near = Resident.residence_area.startswith(site.area_code[:_STREET], autoescape=True)
    return list(
        db.session.execute(
            residents.residents(_EVERYWHERE, query=words)
            .outerjoin(counted, counted.c.resident_no == Resident.resident_no)
            .order_by(None)
            .order_by(
                func.coalesce(counted.c.times, 0).desc(),
                case((lives_near, 0), else_=1),
                Resident.name_key,
                Resident.resident_no,
            )
            .limit(limit)
        ).scalars()
    )


def _times(site_code: str, on: date, *more: ColumnElement[bool]) -> Subquery:
    """Count how often each resident ate at a site in the four weeks before a day."""
    return (
        select(Meal.resident_no, func.count().label("times"))
        .where(
            Meal.site_code == site_code,
            Meal.served_on.between(on - REGULARS_LOOK_BACK, on - timedelta(days=1)),
            *more,
        )
        .group_by(Meal.resident_no)
        .subquery()
    )


def price_on(site_code: str, sitting: Sitting, on: date) -> int | None:
    """Give the price of a sitting's meal at a site on a day: the newest not later, or None."""
    return db.session.execute(
        select(SitePrice.price_fen)
        .where(SitePrice.site_code == site_code, SitePrice.sitting == sitting, SitePrice.from_on <= on)
        .order_by(SitePrice.from_on.desc())
        .limit(1)
    ).scalar_one_or_none()


def eaten(resident_nos: Collection[str], on: date, sitting: Sitting) -> dict[str, Meal]:
    """Give the first meal of this sitting, at whatever site, of those residents who had one."""
    rows = db.session.execute(
        select(Meal)
        .where(
            Meal.resident_no.in_([number for number in resident_nos if number]),
            Meal.served_on == on,
            Meal.sitting == sitting,
            ~is_reversed(),
        )
        .options(joinedload(Meal.site))
        .order_by(Meal.served_at.desc(), Meal.id.desc())
    ).scalars()
    return {meal.resident_no: meal for meal in rows}


def reversed_among(ids: Collection[UUID]) -> set[UUID]:
    """Give which of these meals were reversed."""
    undone = select(Reversal.reverses).where(Reversal.reverses.in_(ids))
    return {meal_id for meal_id in db.session.execute(undone).scalars() if meal_id is not None}


def conflicts_of(meal_id: UUID) -> list[MealConflict]:
    """Give the other contents that came under a meal's id, the first one first."""
    return list(
        db.session.execute(
            select(MealConflict).where(MealConflict.meal_id == meal_id).order_by(MealConflict.id)
        ).scalars()
    )


def registered(resident_nos: Collection[str]) -> set[str]:
    """Give which of these numbers the register knows."""
    return set(db.session.execute(_REGISTERED, {"resident_nos": list(resident_nos)}).scalars())


def people(resident_nos: Collection[str]) -> dict[str, Resident]:
    """Give the residents with these numbers; unknown numbers are left out."""
    rows = db.session.execute(select(Resident).where(Resident.resident_no.in_(resident_nos)))
    return {resident.resident_no: resident for resident in rows.scalars()}


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep a query that joins the site inside the scope."""
    held = [Site.area_code.startswith(scope.area, autoescape=True)] if scope.area else []
    return held if scope.site_code is None else [*held, Site.site_code == scope.site_code]
