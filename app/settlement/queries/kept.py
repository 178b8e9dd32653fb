"""Home of what is not counted again while nothing has changed: figures over all meals of a month.

The ledger only grows, and every decision counts its revisions. So how many records and revisions a month
has tells whether it is as it was, for a hundredth of the work of adding it up. Each process keeps its own
figures, and none of them is ever older than the database.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, literal, select

from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal
from app.settlement.rules.month import Month

T = TypeVar("T")
_MOST = 256


class MonthState(NamedTuple):
    """What tells whether a month's meals or their decisions are other than they were."""

    records: int
    revised: int
    revisions: int


_KEPT: WeakKeyDictionary[Engine, dict[Hashable, tuple[MonthState, object]]] = WeakKeyDictionary()


def state_of(month: Month) -> MonthState:
    """Count the records of a month's days, the decisions of its meals that were revised, and how often."""
    days = (month.first_on, month.last_on)
    records = select(func.count()).where(LedgerRecord.served_on.between(*days))
    # The nought is written into the statement, so that the index of the few that were revised is used.
    revised = (
        select(func.count(), func.coalesce(func.sum(Decision.revisions), 0))
        .join(Meal, Meal.id == Decision.meal_id)
        .where(Decision.revisions > literal(0, literal_execute=True), Meal.served_on.between(*days))
    )
    return MonthState(db.session.execute(records).scalar_one(), *db.session.execute(revised).one())


def unless_changed(what: Hashable, month: Month, count: Callable[[], T]) -> T:
    """Give what counting gave the last time, unless the month has changed since then.

    `what` names the figure and all that it hangs on besides the month's meals. The state is read before
    counting: a meal that comes meanwhile makes the figure counted once more, never kept too long.
    """
    kept = _KEPT.setdefault(db.engine, {})
    state = state_of(month)
    held = kept.get((what, month))
    if held is not None and held[0] == state:
        return held[1]  # type: ignore[return-value]
    found = count()
    if len(kept) >= _MOST:
        kept.clear()
    kept[what, month] = (state, found)
    return found
