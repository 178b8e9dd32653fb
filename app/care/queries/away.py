"""Home of the queries on who is away from home: nothing is brought to them, and nobody asks after them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import load_only

from app.care.queries.missed import ON_A_SCREEN
from app.extensions import db
from app.residents.models import Resident, ResidentAbsence
from app.residents.queries import is_active_on, within
from app.roles import Scope

ASKED_AFTER = timedelta(days=30)
"""How long somebody may be away, and how far the return may lie, before somebody asks whether it is so."""


def away(scope: Scope, on: date) -> Select[ResidentAbsence]:
    """Select the absences of a day within a scope, the longest first."""
    return (
        select(ResidentAbsence)
        .join(Resident, Resident.id == ResidentAbsence.resident_id)
        .where(within(scope), is_active_on(on), _covers(on))
        .order_by(ResidentAbsence.from_on, ResidentAbsence.id)
    )


def count_long_away(scope: Scope, on: date) -> int:
    """Count who is away for so long, without a return that is near, that somebody has to ask."""
    found = away(scope, on).where(_is_long(on)).order_by(None)
    return db.session.execute(select(func.count()).select_from(found.subquery())).scalar_one()


def is_long_away(absence: ResidentAbsence, on: date) -> bool:
    """Tell of one absence of that day what `count_long_away` counts."""
    is_near = absence.back_on is not None and absence.back_on <= on + ASKED_AFTER
    return absence.from_on <= on - ASKED_AFTER and not is_near


def people(ids: Collection[int]) -> dict[int, Resident]:
    """Give these residents as care shows them, by row id."""
    rows = db.session.execute(
        select(Resident)
        .options(load_only(*ON_A_SCREEN, raiseload=True))
        .where(Resident.id.in_(ids))
        .order_by(Resident.id)
    ).scalars()
    return {each.id: each for each in rows}


def _covers(on: date) -> ColumnElement[bool]:
    return and_(
        ResidentAbsence.from_on <= on, or_(ResidentAbsence.back_on.is_(None), ResidentAbsence.back_on > on)
    )


def _is_long(on: date) -> ColumnElement[bool]:
    return and_(
        ResidentAbsence.from_on <= on - ASKED_AFTER,
        or_(ResidentAbsence.back_on.is_(None), ResidentAbsence.back_on > on + ASKED_AFTER),
    )
