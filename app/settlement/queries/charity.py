"""Home of the queries that hold decisions against what meals were allotted; always ordered."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from uuid import UUID

from sqlalchemy import func, select

from app.donations.models import Allotment
from app.extensions import db
from app.meals.models import Decision


@dataclass(frozen=True, slots=True)
class Untied:
    """A meal whose charity part is not what it was allotted."""

    meal_id: UUID
    decided_fen: int
    allotted_fen: int


def untied() -> list[Untied]:
    """Give every meal whose decision and whose allotments do not come to the same, by id."""
    allotted = (
        select(Allotment.meal_id, func.sum(Allotment.given_fen).label("fen"))
        .group_by(Allotment.meal_id)
        .subquery()
    )
    fen = func.coalesce(allotted.c.fen, 0)
    decided = (
        select(Decision.meal_id, Decision.charity_fen, fen.label("fen"))
        .outerjoin(allotted, allotted.c.meal_id == Decision.meal_id)
        .where(Decision.charity_fen != fen)
    )
    undecided = (
        select(allotted.c.meal_id, func.coalesce(Decision.charity_fen, 0), allotted.c.fen)
        .outerjoin(Decision, Decision.meal_id == allotted.c.meal_id)
        .where(Decision.meal_id.is_(None), allotted.c.fen != 0)
    )
    rows = [*db.session.execute(decided), *db.session.execute(undecided)]
    return sorted((Untied(row[0], int(row[1]), int(row[2])) for row in rows), key=attrgetter("meal_id"))
