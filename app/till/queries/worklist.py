"""Home of the queries on the worklist: what was kept apart, two contents under one number, double meals."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.canteens import queries as canteens
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal, MealConflict
from app.meals.queries import is_reversed
from app.residents import queries as residents
from app.residents.models import Resident
from app.roles import Scope
from app.sealing import keyring
from app.subsidy.rules import Reason
from app.till.models import ConflictReview, QuarantinedRecord, SeenDouble, Tablet
from app.till.rules.conflicts import Verdict


def kept(scope: Scope) -> Select[QuarantinedRecord]:
    """Select what was kept apart within the scope: what waits, the oldest first, then what was settled."""
    return (
        select(QuarantinedRecord)
        .join(QuarantinedRecord.tablet)
        .join(Tablet.site)
        .options(contains_eager(QuarantinedRecord.tablet).contains_eager(Tablet.site))
        .where(canteens.within(scope))
        .order_by(
            QuarantinedRecord.settled_at.is_not(None),
            QuarantinedRecord.settled_at.desc(),
            QuarantinedRecord.id,
        )
    )


def kept_record(kept_id: int, scope: Scope) -> QuarantinedRecord | None:
    """Give one record that was kept apart, unless it lies outside the scope."""
    return db.session.execute(kept(scope).where(QuarantinedRecord.id == kept_id)).scalar_one_or_none()


def kept_record_locked(kept_id: int, scope: Scope) -> QuarantinedRecord | None:
    """Give one record within the scope, held until the transaction ends: only one person settles it."""
    return db.session.execute(
        kept(scope).where(QuarantinedRecord.id == kept_id).with_for_update(of=QuarantinedRecord)
    ).scalar_one_or_none()


def waiting(scope: Scope) -> int:
    """Count what waits for a person within the scope: records kept apart, and two contents of one number."""
    records = (
        select(func.count())
        .select_from(QuarantinedRecord)
        .join(Tablet, Tablet.id == QuarantinedRecord.tablet_id)
        .join(Site, Site.site_code == Tablet.site_code)
        .where(QuarantinedRecord.settled_at.is_(None), canteens.within(scope))
    )
    contents = (
        select(func.count())
        .select_from(MealConflict)
        .join(LedgerRecord, LedgerRecord.id == MealConflict.meal_id)
        .join(Site, Site.site_code == LedgerRecord.site_code)
        .where(~_is_reviewed(), canteens.within(scope))
    )
    counts = db.session.execute(select(records.scalar_subquery(), contents.scalar_subquery())).one()
    return int(sum(counts))


def waiting_at(site_code: str) -> list[QuarantinedRecord]:
    """Give what waits of a site's tablets, the oldest first."""
    here = kept(Scope(site_code=site_code)).where(QuarantinedRecord.settled_at.is_(None))
    return list(db.session.execute(here).scalars())


def identity_indexes(resident_nos: Collection[str]) -> list[str]:
    """Give what residents are found by, and may have been before; who has no identity number is left out."""
    those = Resident.resident_no.in_(resident_nos), Resident.identity_index.is_not(None)
    rows = db.session.execute(
        select(Resident.identity_index).where(*those).order_by(Resident.identity_index)
    ).scalars()
    indexes = [index for index in rows if index is not None]
    if indexes and keyring.is_moving:
        numbers = db.session.execute(select(Resident.identity_number).where(*those)).scalars()
        indexes += [each for number in numbers if number for each in residents.identity_lookups(number)]
    return indexes


def waiting_for(indexes: Collection[str]) -> list[QuarantinedRecord]:
    """Give and hold what waits for somebody with one of these identity indexes.

    What a person is settling at this very moment is left to them.
    """
    return _held(QuarantinedRecord.identity_index.in_(indexes))


def waiting_for_the_registered(tablet_id: int) -> list[QuarantinedRecord]:
    """Give and hold what waits of a tablet though its resident is registered by now."""
    known = exists(select(Resident.id).where(Resident.identity_index == QuarantinedRecord.identity_index))
    return _held(and_(QuarantinedRecord.tablet_id == tablet_id, known))


def _held(condition: ColumnElement[bool]) -> list[QuarantinedRecord]:
    return list(
        db.session.execute(
            select(QuarantinedRecord)
            .where(QuarantinedRecord.settled_at.is_(None), condition)
            .options(joinedload(QuarantinedRecord.tablet, innerjoin=True))
            .order_by(QuarantinedRecord.id)
            .with_for_update(of=QuarantinedRecord, skip_locked=True)
        ).scalars()
    )


@dataclass(frozen=True, slots=True)
class TwoContents:
    """A record of the ledger, and another content that came under its number."""

    conflict: MealConflict
    first: LedgerRecord


def two_contents(scope: Scope, *, conflict_id: int | None = None) -> list[TwoContents]:
    """Give the numbers within the scope with two contents that nobody has looked at, the oldest first."""
    query = (
        select(MealConflict, LedgerRecord)
        .join(LedgerRecord, LedgerRecord.id == MealConflict.meal_id)
        .join(LedgerRecord.site)
        .options(contains_eager(LedgerRecord.site))
        .where(~_is_reviewed(), canteens.within(scope))
        .order_by(MealConflict.id)
    )
    if conflict_id is not None:
        query = query.where(MealConflict.id == conflict_id)
    return [TwoContents(conflict, first) for conflict, first in db.session.execute(query)]


def reviewed_since(at: datetime) -> list[tuple[MealConflict, Verdict]]:
    """Give the other contents that somebody has decided about since an instant, the oldest first."""
    rows = db.session.execute(
        select(MealConflict, ConflictReview.verdict)
        .join(ConflictReview, ConflictReview.conflict_id == MealConflict.id)
        .where(ConflictReview.reviewed_at >= at)
        .order_by(MealConflict.id)
    )
    return [(conflict, verdict) for conflict, verdict in rows]


def is_reviewed(conflict_id: int) -> bool:
    """Tell whether somebody has decided about another content."""
    return db.session.execute(
        select(exists(select(ConflictReview.id).where(ConflictReview.conflict_id == conflict_id)))
    ).scalar_one()


def _is_reviewed() -> ColumnElement[bool]:
    return exists(select(ConflictReview.id).where(ConflictReview.conflict_id == MealConflict.id))


@dataclass(frozen=True, slots=True)
class DoubledMeal:
    """One of several meals that a resident had at one sitting; `is_mine` within the viewer's scope."""

    meal_id: UUID
    site_code: str
    site_name: str
    served_at: datetime
    tablet: str
    government_fen: int
    reason: Reason | None
    is_mine: bool


@dataclass(frozen=True, slots=True)
class Double:
    """A sitting at which a resident ate more than once, in the order judged."""

    resident_no: str
    served_on: date
    sitting: Sitting
    meals: tuple[DoubledMeal, ...]

    @property
    def key(self) -> tuple[str, date, Sitting]:
        """Give what names it."""
        return self.resident_no, self.served_on, self.sitting


def doubles(
    scope: Scope, first: date, last: date, *, at_sites: Collection[str] | None = None
) -> list[Double]:
    """Give where somebody ate more than once at a sitting, once here at least; the newest days first.

    Here is the scope, or of it `at_sites` alone.
    """
    days = Meal.served_on.between(first, last)
    here = canteens.within(scope)
    if at_sites is not None:
        here = and_(here, Site.site_code.in_(at_sites))
    eaters = select(Meal.resident_no).join(Meal.site).where(days, here)
    several = (
        select(Meal.resident_no, Meal.served_on, Meal.sitting)
        .where(days, Meal.resident_no != "", Meal.resident_no.in_(eaters), ~is_reversed())
        .group_by(Meal.resident_no, Meal.served_on, Meal.sitting)
        .having(func.count() > 1)
        .subquery()
    )
    rows = db.session.execute(
        select(
            Meal.resident_no,
            Meal.served_on,
            Meal.sitting,
            Meal.id,
            Meal.site_code,
            Site.name,
            Meal.served_at,
            Meal.tablet,
            func.coalesce(Decision.government_fen, 0),
            Decision.reason,
            here,
        )
        .join(Meal.site)
        .join(
            several,
            and_(
                several.c.resident_no == Meal.resident_no,
                several.c.served_on == Meal.served_on,
                several.c.sitting == Meal.sitting,
            ),
        )
        .outerjoin(Decision, Decision.meal_id == Meal.id)
        .where(~is_reversed())
        .order_by(Meal.served_on.desc(), Meal.resident_no, Meal.sitting, Meal.served_at, Meal.id)
    )
    found: dict[tuple[str, date, Sitting], list[DoubledMeal]] = {}
    for resident_no, served_on, sitting, *rest in rows:
        found.setdefault((resident_no, served_on, sitting), []).append(DoubledMeal(*rest))
    return [Double(*key, tuple(meals)) for key, meals in found.items() if any(meal.is_mine for meal in meals)]


def seen_doubles(site_code: str, since: date) -> list[SeenDouble]:
    """Give what a site, or with an empty code an office, has seen of double meals since a day."""
    return list(
        db.session.execute(
            select(SeenDouble)
            .where(SeenDouble.site_code == site_code, SeenDouble.served_on >= since)
            .order_by(SeenDouble.id)
        ).scalars()
    )
