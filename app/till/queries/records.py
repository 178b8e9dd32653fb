"""Home of the queries on what tablets sent: kept apart, decided, decided otherwise since; always ordered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.database import among
from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal, Revision
from app.meals.queries import is_reversed
from app.subsidy.rules import Reason
from app.till.models import QuarantinedRecord, Tablet
from app.till.rules.receipts import Decided, Witness


def kept_apart(record_ids: Collection[str], digests: Collection[str]) -> list[QuarantinedRecord]:
    """Give what was kept apart under these ids, or without one with these digests, oldest first."""
    asked = {"record_ids": list(record_ids), "digests": list(digests)}
    return list(db.session.execute(_KEPT_APART, asked).scalars())


_KEPT_APART = (
    select(QuarantinedRecord)
    .where(
        among(QuarantinedRecord.record_id, "record_ids"),
        or_(QuarantinedRecord.record_id != "", among(QuarantinedRecord.digest, "digests")),
    )
    .order_by(QuarantinedRecord.id)
)
"""Every batch asks this, so it is put together once."""


def sites_of_records(ids: Collection[UUID]) -> dict[UUID, str]:
    """Give at which site each of these records of the ledger was made; unknown ids are left out."""
    if not ids:
        return {}
    rows = db.session.execute(select(LedgerRecord.id, LedgerRecord.site_code).where(LedgerRecord.id.in_(ids)))
    return {row.id: row.site_code for row in rows}


def witnesses(
    resident_nos: Collection[str], days: Collection[date]
) -> dict[tuple[str, date, Sitting], list[Witness]]:
    """Give what these residents ate on these days, by resident, day and sitting, in the order judged."""
    if not resident_nos:
        return {}
    rows = db.session.execute(
        select(
            Meal.resident_no,
            Meal.served_on,
            Meal.sitting,
            Meal.id,
            Meal.site_code,
            Site.name,
            Meal.served_at,
            func.coalesce(Decision.government_fen, 0).label("government_fen"),
        )
        .join(Site, Site.site_code == Meal.site_code)
        .outerjoin(Decision, Decision.meal_id == Meal.id)
        .where(Meal.resident_no.in_(resident_nos), Meal.served_on.in_(days), ~is_reversed())
        .order_by(Meal.served_at, Meal.id)
    )
    found: dict[tuple[str, date, Sitting], list[Witness]] = {}
    for row in rows:
        found.setdefault((row.resident_no, row.served_on, row.sitting), []).append(
            Witness(row.id, row.site_code, row.name, row.served_at, row.government_fen)
        )
    return found


def decided(meal_ids: Collection[UUID]) -> list[Decided]:
    """Give what these meals get as things stand, in the order of their ids; unknown ids are left out."""
    rows = db.session.execute(
        select(LedgerRecord.id, LedgerRecord.digest, *_PARTS)
        .outerjoin(Decision, Decision.meal_id == LedgerRecord.id)
        .where(LedgerRecord.id.in_(meal_ids))
        .order_by(LedgerRecord.id)
    )
    return [_decided(*row) for row in rows]


_PARTS = (
    Decision.reason,
    Decision.government_fen,
    Decision.operator_fen,
    Decision.charity_fen,
    Decision.resident_fen,
)


def _decided(meal_id: UUID, digest: str, reason: Reason | None, *parts_fen: int | None) -> Decided:
    return Decided(meal_id, digest, reason, *(part or 0 for part in parts_fen))


@dataclass(frozen=True, slots=True)
class RevisedMeal:
    """A meal whose decision was changed by facts that came later."""

    decided: Decided
    resident_no: str
    served_on: date
    sitting: Sitting


def revised(tablet: Tablet, since: datetime) -> list[RevisedMeal]:
    """Give a tablet's meals received since an instant whose decision is no longer the first one."""
    revised_there = select(Revision.meal_id).where(Revision.site_code == tablet.site_code)
    rows = db.session.execute(
        select(Meal.id, Meal.digest, *_PARTS, Meal.resident_no, Meal.served_on, Meal.sitting)
        .join(Decision, Decision.meal_id == Meal.id)
        .where(Meal.id.in_(revised_there), Meal.tablet == tablet.tablet_no, Meal.received_at >= since)
        .order_by(Meal.served_at, Meal.id)
    )
    return [
        RevisedMeal(_decided(row.id, row.digest, *row[2:7]), row.resident_no, row.served_on, row.sitting)
        for row in rows
    ]


def settled_since(tablet_id: int, since: datetime) -> list[QuarantinedRecord]:
    """Give a tablet's records that were kept apart and have been settled since an instant, oldest first."""
    return list(
        db.session.execute(
            select(QuarantinedRecord)
            .where(
                QuarantinedRecord.tablet_id == tablet_id,
                QuarantinedRecord.settled_at >= since,
            )
            .order_by(QuarantinedRecord.id)
        ).scalars()
    )
