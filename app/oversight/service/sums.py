"""Home of keeping the sums of days equal to the decisions that they add up."""

from __future__ import annotations

from sqlalchemy import delete, insert, tuple_

from app.extensions import db
from app.locks import lock_space
from app.oversight.models import DailySum, DailyTouch
from app.oversight.queries.sums import COLUMNS, SiteDay, counted_of, days_of_the_ledger, touches

_SUMS = "oversight.sums"
_AT_ONCE = 400


def refresh_sums(limit: int = 20_000) -> int:
    """Make the sums of the sites' days that were touched; give how many days that were.

    A note that comes while this counts stays, and its day is counted again the next time.
    """
    lock_space(db.session, _SUMS)
    noted = touches(limit)
    days = sorted({day for _, day in noted})
    for start in range(0, len(days), _AT_ONCE):
        _count(days[start : start + _AT_ONCE])
    ids = [number for number, _ in noted]
    for start in range(0, len(ids), _AT_ONCE):
        db.session.execute(delete(DailyTouch).where(DailyTouch.id.in_(ids[start : start + _AT_ONCE])))
    db.session.flush()
    return len(days)


def _count(days: list[SiteDay]) -> None:
    db.session.execute(delete(DailySum).where(tuple_(DailySum.site_code, DailySum.served_on).in_(days)))
    db.session.execute(insert(DailySum).from_select(COLUMNS, counted_of(days)))


def forget_sums() -> None:
    """Throw all sums away and note every day: they come out of the decisions alone."""
    lock_space(db.session, _SUMS)
    db.session.execute(delete(DailyTouch))
    db.session.execute(delete(DailySum))
    db.session.execute(insert(DailyTouch).from_select(["site_code", "served_on"], days_of_the_ledger()))
