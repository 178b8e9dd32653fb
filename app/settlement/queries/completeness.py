"""Home of the query on what a statement waits for before it can be handed in."""

from __future__ import annotations

from datetime import date

from app.settlement.models import Statement
from app.till import queries as till
from app.till.rules.completeness import Gap, days_to_come


def gaps_of(statement: Statement, *, today: date) -> list[Gap]:
    """Give what is missing of a statement's month: its end, if that is to come, and all that tills owe."""
    site_code, first, last = statement.site_code, statement.period.first_on, statement.period.last_on
    return [*days_to_come(site_code, last=last, today=today), *till.incomplete(site_code, first, last)]
