"""Home of the queries on what the ledger holds; always ordered, and within a viewer's scope."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    exists,
    select,
)
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.database import among, fetch
from app.extensions import db
from app.meals.models import (
    Decision,
    LedgerRecord,
    Meal,
    MealConflict,
    Reversal,
)
from app.roles import Scope
from app.subsidy.rules import Reason


@cache
def is_reversed(meal: type[Meal] = Meal) -> ColumnElement[bool]:
    """Tell in a query whether a meal was reversed."""
    undoing = aliased(Reversal)
    return exists(select(undoing.id).where(undoing.reverses == meal.id))


def digests_of(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give the digest that the ledger holds under each of these ids."""
    rows = fetch(db.session, _DIGESTS, {"ids": list(ids)})
    return {row.id: row.digest for row in rows}


_DIGESTS = select(LedgerRecord.id, LedgerRecord.digest).where(among(LedgerRecord.id, "ids"))


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


def _within(scope: Scope) -> list[ColumnElement[bool]]:
    """Keep a query that joins the site inside the scope."""
    held = [Site.area_code.startswith(scope.area, autoescape=True)] if scope.area else []
    return held if scope.site_code is None else [*held, Site.site_code == scope.site_code]
