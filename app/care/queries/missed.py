"""Home of the queries on missed meals: which wait, which are over and why, one with all that is known."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlalchemy.orm import aliased, contains_eager, joinedload, selectinload

from app.care.models import MissedMeal, MissedMealClosing
from app.care.rules.watching import Ended
from app.extensions import db
from app.meals.models import Meal
from app.meals.queries import is_reversed
from app.residents.models import Resident
from app.residents.queries import is_active_on, is_away_on, within
from app.roles import Scope

ON_A_SCREEN = (
    Resident.resident_no,
    Resident.name,
    Resident.name_key,
    Resident.birth_on,
    Resident.sex,
    Resident.address,
    Resident.registered_area,
    Resident.residence_area,
    Resident.phone_tail,
)
"""What care shows of a resident; the phone stays sealed unless it is asked for."""


@dataclass(frozen=True, slots=True)
class FollowedUp:
    """A missed meal, the meal that came after all, and why it waits for nobody; None: it waits."""

    missed: MissedMeal
    came: Meal | None
    ended: Ended | None

    @property
    def is_open(self) -> bool:
        """Tell whether it waits for somebody."""
        return self.ended is None


def open_missed(scope: Scope) -> list[FollowedUp]:
    """Give the missed meals within a scope that wait for somebody, the longest first."""
    found = _within(scope).where(_waits())
    return _followed_up(found.order_by(MissedMeal.opened_at, MissedMeal.id))


def count_open_missed(scope: Scope, *, most: int | None = None) -> int:
    """Count the missed meals within a scope that wait for somebody, or no more of them than `most`."""
    # Each resident is looked up by itself: joined, PostgreSQL reads the whole register for a few.
    looked_up = select(true()).where(Resident.id == MissedMeal.resident_id, within(scope), _waits())
    found = select(MissedMeal.id).where(looked_up.scalar_subquery()).limit(most)
    return db.session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def ended_missed(scope: Scope) -> Select[MissedMeal]:
    """Select the missed meals within a scope that are over, the newest first."""
    found = _within(scope).where(~_waits())
    return found.order_by(MissedMeal.served_on.desc(), MissedMeal.opened_at.desc(), MissedMeal.id.desc())


def missed_between(first: date, last: date, scope: Scope) -> list[FollowedUp]:
    """Give the missed meals of some days within a scope, by day."""
    found = _within(scope).where(MissedMeal.served_on.between(first, last))
    return _followed_up(found.order_by(MissedMeal.served_on, MissedMeal.id))


def missed_meal(missed_id: int, scope: Scope) -> FollowedUp | None:
    """Give one missed meal, if it lies within the scope."""
    return next(iter(_followed_up(_within(scope).where(MissedMeal.id == missed_id))), None)


def followed_up(rows: Sequence[MissedMeal]) -> list[FollowedUp]:
    """Give these missed meals beside what became of them, in their order."""
    came = _came(rows)
    ids = [row.id for row in rows]
    away = _ids_where(ids, is_away_on(MissedMeal.served_on))
    gone = _ids_where(ids, ~is_active_on(MissedMeal.served_on))
    found = []
    for row in rows:
        meal = came.get(row.id)
        reasons = (
            (row.closing is not None, Ended.CLOSED),
            (meal is not None, Ended.CAME),
            (row.id in gone, Ended.GONE),
            (row.id in away, Ended.AWAY),
        )
        found.append(FollowedUp(row, meal, next((ended for holds, ended in reasons if holds), None)))
    return found


def last_meal(resident_no: str) -> Meal | None:
    """Give the last meal that a resident had, wherever it was."""
    return db.session.execute(
        select(Meal)
        .where(Meal.resident_no == resident_no, ~is_reversed())
        .options(joinedload(Meal.site))
        .order_by(Meal.served_on.desc(), Meal.served_at.desc(), Meal.id)
        .limit(1)
    ).scalar_one_or_none()


def _within(scope: Scope) -> Select[MissedMeal]:
    return (
        select(MissedMeal)
        .join(MissedMeal.resident)
        .options(
            contains_eager(MissedMeal.resident).load_only(*ON_A_SCREEN, raiseload=True),
            contains_eager(MissedMeal.resident).selectinload(Resident.categories),
            joinedload(MissedMeal.site),
            joinedload(MissedMeal.closing),
            selectinload(MissedMeal.steps),
        )
        .where(within(scope))
        .execution_options(populate_existing=True)
    )


def _followed_up(found: Select[MissedMeal]) -> list[FollowedUp]:
    return followed_up(db.session.execute(found).scalars().all())


def _waits() -> ColumnElement[bool]:
    """Say in SQL that nobody closed it, no meal came that stands, and the resident is not away or gone."""
    closing = exists().where(MissedMealClosing.missed_meal_id == MissedMeal.id)
    meal = select(Meal.id).where(
        Meal.resident_no == Resident.resident_no,
        Meal.served_on == MissedMeal.served_on,
        Meal.sitting == MissedMeal.sitting,
        ~is_reversed(),
    )
    return and_(
        ~closing.correlate(MissedMeal),
        ~meal.correlate(Resident, MissedMeal).exists(),
        ~is_away_on(MissedMeal.served_on),
        is_active_on(MissedMeal.served_on),
    )


def _came(rows: Sequence[MissedMeal]) -> dict[int, Meal]:
    """Give the first meal that came for each of these after all, leaving out what was reversed."""
    of = aliased(MissedMeal)
    found = db.session.execute(
        select(of.id, Meal)
        .join(Resident, Resident.id == of.resident_id)
        .join(
            Meal,
            (Meal.resident_no == Resident.resident_no)
            & (Meal.served_on == of.served_on)
            & (Meal.sitting == of.sitting),
        )
        .options(joinedload(Meal.site))
        .where(of.id.in_([row.id for row in rows]), ~is_reversed())
        .order_by(of.id, Meal.served_at.desc(), Meal.id.desc())
    )
    return {row.id: row.Meal for row in found}


def _ids_where(ids: Collection[int], holds: ColumnElement[bool]) -> set[int]:
    found = select(MissedMeal.id).join(MissedMeal.resident).where(MissedMeal.id.in_(ids), holds)
    return set(db.session.execute(found.order_by(MissedMeal.id)).scalars())
