"""Home of the queries on who is away from home: nothing is brought to them, and nobody asks after them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import load_only

from app.care.queries.missed import ON_A_SCREEN
from app.extensions import db
from app.residents.models import Resident, ResidentAbsence
from app.residents.queries import absence_covers, is_active_on, within
from app.roles import Scope

ASKED_AFTER = timedelta(days=30)
"""How long somebody may be away, and how far the return may lie, before somebody asks whether it is so."""


def away(scope: Scope, on: date) -> Select[ResidentAbsence]:
    """Select the absences of a day within a scope, the longest first."""
    return (
        select(ResidentAbsence)
        .join(Resident, Resident.id == ResidentAbsence.resident_id)
        .where(within(scope), is_active_on(on), absence_covers(on))
        .order_by(ResidentAbsence.from_on, ResidentAbsence.id)
    )


def count_long_away(scope: Scope, on: date) -> int:
    """Count who is away for so long, without a return that is near, that somebody has to ask."""
    long = (absence_covers(on - ASKED_AFTER), absence_covers(on + ASKED_AFTER))
    found = away(scope, on).where(*long).order_by(None)
    return db.session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def is_long_away(absence: ResidentAbsence, on: date) -> bool:
    """Tell of one absence of that day what `count_long_away` counts."""
    return absence.days.covers(on - ASKED_AFTER) and absence.days.covers(on + ASKED_AFTER)


def people(ids: Collection[int]) -> dict[int, Resident]:
    """Give these residents as care shows them, by row id."""
    rows = db.session.execute(
        select(Resident)
        .options(load_only(*ON_A_SCREEN, raiseload=True))
        .where(Resident.id.in_(ids))
        .order_by(Resident.id)
    ).scalars()
    return {each.id: each for each in rows}
