"""Home of what tells whether a site's meals of some days are as they were.

The ledger only grows, and every decision counts its revisions. So how many records and revisions some days
have tells whether any sum over them is what it was, for a hundredth of the work of adding it up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import func, literal, select

from app.database import among
from app.extensions import db
from app.meals.models import Decision, LedgerRecord, Meal


class MealsState(NamedTuple):
    """What tells whether a site's meals of some days or their decisions are other than they were."""

    records: int = 0
    revised: int = 0
    revisions: int = 0


def states_of(site_codes: Collection[str], first: date, last: date) -> dict[str, MealsState]:
    """Count each site's records of some days, the decisions of its meals that were revised, and how often."""
    records = (
        select(LedgerRecord.site_code, func.count())
        .where(among(LedgerRecord.site_code, "sites"), LedgerRecord.served_on.between(first, last))
        .group_by(LedgerRecord.site_code)
    )
    # The nought is written into the statement and each one found is looked up by itself, so that the index
    # of the few that were revised is used, and not that of all the meals of these days.
    site_code = (
        select(Meal.site_code)
        .where(Meal.id == Decision.meal_id, Meal.served_on.between(first, last))
        .scalar_subquery()
    )
    each = select(site_code.label("site_code"), Decision.revisions).where(
        Decision.revisions > literal(0, literal_execute=True)
    )
    of_site = each.subquery()
    revised = select(of_site.c.site_code, func.count(), func.sum(of_site.c.revisions)).group_by(
        of_site.c.site_code
    )
    again = {site: (count, int(revisions)) for site, count, revisions in db.session.execute(revised)}
    counted = {row[0]: row[1] for row in db.session.execute(records, {"sites": list(site_codes)})}
    return {code: MealsState(counted.get(code, 0), *again.get(code, ())) for code in site_codes}
