"""Home of the queries on closed sittings; always ordered, within a viewer's scope where rows are listed."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select

from app.extensions import db
from app.till.models import DayClose


def closes_by_id(ids: Collection[UUID]) -> dict[UUID, DayClose]:
    """Give the day closes with these ids."""
    rows = db.session.execute(select(DayClose).where(DayClose.id.in_(ids)).order_by(DayClose.id)).scalars()
    return {close.id: close for close in rows}
