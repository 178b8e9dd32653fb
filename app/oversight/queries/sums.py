"""Home of the queries on a day's sums: as kept, or counted afresh where a decision was written since.

Whoever reads gets what the decisions say at that moment; the sums that are kept only save the counting.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, Select, Subquery, and_, bindparam, case, exists, func, select, tuple_, union_all

from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal
from app.meals.queries import is_subsidised
from app.meals.rules import Channel
from app.oversight.models import DailySum, DailyTouch
from app.subsidy.rules import Reason

SiteDay = tuple[str, date]
_KEY = ("site_code", "served_on", "sitting")
_SUMS = (
    "meals",
    "subsidised",
    "delivered",
    "resident_fen",
    "operator_fen",
    "government_fen",
    "charity_fen",
)
COLUMNS = (*_KEY, *_SUMS)


@cache
def sums_between() -> Subquery:
    """Give the sums of the days from `first` to `last` (parameters), a row for each site, day and sitting."""
    span = (bindparam("first", type_=Date), bindparam("last", type_=Date))
    touched = (
        select(DailyTouch.site_code, DailyTouch.served_on)
        .where(DailyTouch.served_on.between(*span))
        .distinct()
        .cte("touched")
    )
    is_touched = exists().where(
        DailyTouch.site_code == DailySum.site_code, DailyTouch.served_on == DailySum.served_on
    )
    kept = select(*(getattr(DailySum, name) for name in COLUMNS)).where(
        DailySum.served_on.between(*span), ~is_touched
    )
    afresh = counted().join(
        touched, and_(touched.c.site_code == Meal.site_code, touched.c.served_on == Meal.served_on)
    )
    return union_all(kept, afresh).subquery("sums")


def counted() -> Select[*tuple[Any, ...]]:
    """Select the sums from the decisions themselves; what was reversed counts nowhere."""
    parts = (Decision.resident_fen, Decision.operator_fen, Decision.government_fen, Decision.charity_fen)
    chosen: Select[*tuple[Any, ...]] = (
        select(
            Meal.site_code,
            Meal.served_on,
            Meal.sitting,
            func.count().label("meals"),
            func.sum(case((is_subsidised(), 1), else_=0)).label("subsidised"),
            func.sum(case((Meal.channel == Channel.DELIVERED, 1), else_=0)).label("delivered"),
            *(func.sum(part).label(part.key) for part in parts),
        )
        .join(Decision, Decision.meal_id == Meal.id)
        .where(Decision.reason != Reason.REVERSED)
        .group_by(Meal.site_code, Meal.served_on, Meal.sitting)
    )
    return chosen


def counted_of(days: Collection[SiteDay]) -> Select[*tuple[Any, ...]]:
    """Select the sums of these sites' days from the decisions themselves."""
    return counted().where(tuple_(Meal.site_code, Meal.served_on).in_(days))


def touches(limit: int) -> list[tuple[int, SiteDay]]:
    """Give what was noted to be out of date, the earliest first: the note's number, the site and the day."""
    rows = db.session.execute(
        select(DailyTouch.id, DailyTouch.site_code, DailyTouch.served_on).order_by(DailyTouch.id).limit(limit)
    )
    return [(row.id, (row.site_code, row.served_on)) for row in rows]


def days_of_the_ledger() -> Select[*tuple[Any, ...]]:
    """Select every site and day that the ledger knows anything of."""
    return select(LedgerRecord.site_code, LedgerRecord.served_on).distinct()
