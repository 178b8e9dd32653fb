"""Home of the queries on whether there is a demo, or anything else, in the database, and on who is in it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from app.audit.models import AuditEntry
from app.auth.models import User
from app.canteens.models import Operator, Site
from app.delivery.models import Subscription
from app.extensions import db
from app.meals.models import LedgerRecord, Meal
from app.meals.rules import Channel
from app.residents.models import Resident
from app.residents.queries import is_active_on, within
from app.roles import Scope
from app.subsidy.models import PolicyVersion

MADE = "demo.made"
"""What the trail says when a demo is complete."""

_KEYS = (User.id, Resident.id, Site.site_code, LedgerRecord.id, PolicyVersion.id)


def demo_is_made() -> bool:
    """Tell whether this database holds a demo."""
    return bool(db.session.execute(select(exists().where(AuditEntry.action == MADE))).scalar_one())


def is_empty() -> bool:
    """Tell whether nobody has used this database yet: no user, site, resident, meal or policy is in it."""
    return not any(db.session.execute(select(exists(select(key)))).scalar_one() for key in _KEYS)


def ids_of(resident_nos: Collection[str]) -> dict[str, int]:
    """Give the rows of these residents by number."""
    rows = db.session.execute(
        select(Resident.resident_no, Resident.id)
        .where(Resident.resident_no.in_(resident_nos))
        .order_by(Resident.id)
    )
    return {row[0]: row[1] for row in rows}


def operators() -> list[Operator]:
    """Give the operators, by name."""
    return list(db.session.execute(select(Operator).order_by(Operator.name)).scalars())


def delivered_meals(kitchen_code: str, days: Collection[date]) -> dict[tuple[str, date], UUID]:
    """Give the meals that a kitchen is said to have delivered on these days, by resident and day."""
    rows = db.session.execute(
        select(Meal.resident_no, Meal.served_on, Meal.id)
        .where(Meal.site_code == kitchen_code, Meal.served_on.in_(days), Meal.channel == Channel.DELIVERED)
        .order_by(Meal.served_at.desc(), Meal.id)
    )
    return {(number, on): meal_id for number, on, meal_id in rows}


def never_served(on: date, scope: Scope) -> Resident | None:
    """Give the first resident within a scope who never ate, gets nothing brought, and is active on a day."""
    ate = exists().where(Meal.resident_no == Resident.resident_no)
    is_brought = exists().where(Subscription.resident_id == Resident.id)
    return db.session.execute(
        select(Resident)
        .where(within(scope), is_active_on(on), ~ate, ~is_brought)
        .order_by(Resident.id)
        .limit(1)
    ).scalar_one_or_none()


def diners_since(first: date, last: date, scope: Scope) -> list[Resident]:
    """Give two residents within a scope who ate on these days and are active on the first of them."""
    ate = select(Meal.resident_no).where(Meal.served_on.between(first, last))
    return list(
        db.session.execute(
            select(Resident)
            .where(Resident.resident_no.in_(ate), within(scope), is_active_on(first))
            .order_by(Resident.id)
            .limit(2)
        ).scalars()
    )
