"""Home of what tells whether a site's meals of some days are as they were.

The ledger only grows, and so do the revisions of decisions. So how many records and revisions some days have
tells whether any sum over them is what it was, for a hundredth of the work of adding it up.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import Select, func, select

from app.database import among
from app.extensions import db
from app.meals.models import LedgerRecord, Revision


class MealsState(NamedTuple):
    """What tells whether a site's meals of some days or their decisions are other than they were."""

    records: int = 0
    revisions: int = 0


def states_of(site_codes: Collection[str], first: date, last: date) -> dict[str, MealsState]:
    """Count each site's records of some days, and how often decisions of its meals were revised."""
    records, revisions = (
        {
            row[0]: row[1]
            for row in db.session.execute(_counted(table, first, last), {"sites": list(site_codes)})
        }
        for table in (LedgerRecord, Revision)
    )
    return {code: MealsState(records.get(code, 0), revisions.get(code, 0)) for code in site_codes}


def _counted(table: type[LedgerRecord | Revision], first: date, last: date) -> Select[str, int]:
    return (
        select(table.site_code, func.count())
        .where(among(table.site_code, "sites"), table.served_on.between(first, last))
        .group_by(table.site_code)
    )
