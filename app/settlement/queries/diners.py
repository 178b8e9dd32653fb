"""Home of what papers tell of a meal beside its line: who ate, and how it was taken down."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.areas.models import Area
from app.areas.rules import short_name
from app.auth.models import User
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import Meal, Reversal
from app.meals.rules import FoundBy
from app.month import Month
from app.residents import queries as residents
from app.residents.models import Resident
from app.residents.rules.facts import ResidentFacts
from app.settlement.queries.statements import of_month

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Diner:
    """What papers show of a resident; the identity number is whole, and masked before it is shown."""

    name: str
    identity_number: str | None
    registered: str
    community: str
    facts: ResidentFacts


def diners_of(resident_nos: Collection[str]) -> dict[str, Diner]:
    """Give what papers show of these residents, by number; unknown numbers are left out."""
    facts = residents.facts_of(resident_nos)
    found: dict[str, Diner] = {}
    wanted = sorted(facts)
    registered, community = aliased(Area), aliased(Area)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(
                Resident.resident_no,
                Resident.name,
                Resident.identity_number,
                func.coalesce(registered.name, Resident.registered_area).label("registered"),
                func.coalesce(community.name, "").label("community"),
            )
            .outerjoin(registered, registered.code == Resident.registered_area)
            .outerjoin(community, community.code == Resident.residence_area)
            .where(Resident.resident_no.in_(wanted[start : start + _AT_ONCE]))
            .order_by(Resident.resident_no)
        )
        for row in rows:
            found[row.resident_no] = Diner(
                name=row.name,
                identity_number=row.identity_number,
                registered=short_name(row.registered),
                community=short_name(row.community),
                facts=facts[row.resident_no],
            )
    return found


class Eaten(NamedTuple):
    """Which meal it was, for whoever reads of it in another month: its day and sitting, and who ate."""

    served_on: date
    sitting: Sitting
    resident_no: str
    name: str | None


def eaten(meal_ids: Collection[UUID]) -> dict[UUID, Eaten]:
    """Give which meals these are, by id; without a name for whoever is not registered."""
    wanted = sorted(set(meal_ids))
    found: dict[UUID, Eaten] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        rows = db.session.execute(
            select(Meal.id, Meal.served_on, Meal.sitting, Meal.resident_no, Resident.name)
            .outerjoin(Resident, Resident.resident_no == Meal.resident_no)
            .where(Meal.id.in_(wanted[start : start + _AT_ONCE]))
            .order_by(Meal.id)
        )
        found |= {row.id: Eaten(*row[1:]) for row in rows}
    return found


class TakenDown(NamedTuple):
    """How a meal came into the ledger: who was recognised by what, by whom, from which paper; why undone."""

    found_by: FoundBy | None
    recorded_by: str
    sheet_no: str | None
    undone_because: str | None


def taken_down(site_code: str, month: Month) -> dict[str, TakenDown]:
    """Give how each meal of a site's month came into the ledger, by meal id; users by their names."""
    meal = aliased(Meal)
    undone = db.session.execute(
        select(Reversal.reverses, Reversal.reason)
        .join(meal, meal.id == Reversal.reverses)
        .where(meal.site_code == site_code, meal.served_on.between(month.first_on, month.last_on))
        .order_by(Reversal.received_at.desc(), Reversal.id.desc())
    )
    reasons = {row.reverses: row.reason for row in undone}
    rows = db.session.execute(
        select(Meal.id, Meal.found_by, func.coalesce(User.name, Meal.recorded_by), Meal.sheet_no)
        .outerjoin(User, User.user_no == Meal.recorded_by)
        .where(Meal.site_code == site_code, of_month(month))
        .order_by(Meal.id)
    )
    return {
        str(meal_id): TakenDown(found_by, recorded_by, sheet_no, reasons.get(meal_id))
        for meal_id, found_by, recorded_by, sheet_no in rows
    }
