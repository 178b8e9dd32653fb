"""Home of what tells whether a month is as it was.

The ledger only grows, and every decision counts its revisions. So how many records and revisions a month
has tells whether its sums are what they were, for a hundredth of the work of adding it up.
"""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import exists, func, literal, select

from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal
from app.settlement.rules.month import Month


class MonthState(NamedTuple):
    """What tells whether a month's meals or their decisions are other than they were."""

    records: int
    revised: int
    revisions: int


def state_of(month: Month) -> MonthState:
    """Count the records of a month's days, the decisions of its meals that were revised, and how often."""
    days = (month.first_on, month.last_on)
    records = select(func.count()).where(LedgerRecord.served_on.between(*days))
    # The nought is written into the statement and the month asked of each one found, so that the index of
    # the few that were revised is used, and not that of all the month's meals.
    is_of_month = exists().where(Meal.id == Decision.meal_id, Meal.served_on.between(*days))
    revised = select(func.count(), func.coalesce(func.sum(Decision.revisions), 0)).where(
        Decision.revisions > literal(0, literal_execute=True), is_of_month
    )
    return MonthState(db.session.execute(records).scalar_one(), *db.session.execute(revised).one())
