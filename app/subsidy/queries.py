"""Home of the queries on policy and on the calendar of workdays."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import select

from app.extensions import db
from app.subsidy.models import CalendarDay, PolicyVersion
from app.subsidy.rules import Policy, PolicyBook, WorkCalendar
from app.subsidy.rules.document import policy_from_yaml


@lru_cache(maxsize=256)
def _read(_digest: str, document: str) -> Policy:
    """Read a published document once; it never changes."""
    return policy_from_yaml(document)


def policy_book() -> PolicyBook:
    """Give every published policy, ready to be asked."""
    rows = db.session.execute(
        select(PolicyVersion.digest, PolicyVersion.document).order_by(PolicyVersion.effective_from)
    )
    return PolicyBook(_read(row.digest, row.document) for row in rows)


def policy_ids() -> dict[tuple[str, date], int]:
    """Give the row of each published policy by its key: district and first day."""
    rows = db.session.execute(
        select(PolicyVersion.id, PolicyVersion.district, PolicyVersion.effective_from).order_by(
            PolicyVersion.id
        )
    )
    return {(row.district, row.effective_from): row.id for row in rows}


def work_calendar() -> WorkCalendar:
    """Give the calendar of workdays, holidays and worked weekend days."""
    rows = db.session.execute(select(CalendarDay.on, CalendarDay.is_workday).order_by(CalendarDay.on))
    return WorkCalendar({row.on: row.is_workday for row in rows})
