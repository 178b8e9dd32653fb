"""Home of the queries on what identity numbers are found by: residents, and records that wait for one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import LargeBinary, Row, select, type_coerce

from app.extensions import db
from app.residents.models import Resident
from app.till.models import QuarantinedRecord


def next_residents(*, after: int, at_most: int) -> Sequence[Row[int, Any, str]]:
    """Give the next residents with an identity number, held: row id, sealed bytes, what they are found by."""
    return db.session.execute(
        select(
            Resident.id,
            type_coerce(Resident.identity_number, LargeBinary).label("sealed"),
            Resident.identity_index,
        )
        .where(
            Resident.identity_index.is_not(None), Resident.identity_number.is_not(None), Resident.id > after
        )
        .order_by(Resident.id)
        .limit(at_most)
        .with_for_update()
    ).all()  # type: ignore[return-value]  # the index is asked to be there


def next_waiting(*, after: int, at_most: int) -> Sequence[Row[int, Any, str]]:
    """Give the next records that were sent under an identity number, held, in the same shape."""
    return db.session.execute(
        select(
            QuarantinedRecord.id,
            type_coerce(QuarantinedRecord.content, LargeBinary).label("sealed"),
            QuarantinedRecord.identity_index,
        )
        .where(QuarantinedRecord.identity_index.is_not(None), QuarantinedRecord.id > after)
        .order_by(QuarantinedRecord.id)
        .limit(at_most)
        .with_for_update()
    ).all()  # type: ignore[return-value]  # as above


def waiting_under(lookups: Collection[str]) -> list[str]:
    """Give which of these some record that is kept apart has."""
    found = db.session.execute(
        select(QuarantinedRecord.identity_index)
        .where(QuarantinedRecord.identity_index.in_(lookups))
        .distinct()
        .order_by(QuarantinedRecord.identity_index)
    ).scalars()
    return [each for each in found if each is not None]
