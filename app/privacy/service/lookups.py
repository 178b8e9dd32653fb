"""Home of a new key for look-ups: what identity numbers are found by is written anew during work."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, update

from app.extensions import db
from app.privacy.queries import lookups as queries
from app.residents.models import Resident
from app.residents.queries import identity_lookups
from app.sealing import CannotUnseal, keyring
from app.till.models import QuarantinedRecord
from app.till.rules.records import identity_in


@dataclass(frozen=True, slots=True)
class FoundColumn:
    """One column by which rows are found: the next rows of its table, and the number that one holds."""

    name: str
    model: type[Resident | QuarantinedRecord]
    sealed_as: str
    next_rows: Callable[..., Sequence[Row[Any, Any, Any]]]
    number_in: Callable[[str], str | None]

    def anew(self, rows: Sequence[Row[Any, Any, Any]]) -> tuple[dict[int, str], int]:
        """Give what rows ought to be found by and are not, by row id; and how many do not open."""
        changed, broken = {}, 0
        for row_id, sealed, held in rows:
            try:
                number = self.number_in(keyring.unseal(bytes(sealed), context=self.sealed_as))
            except CannotUnseal:
                broken += 1
                continue
            if number is not None and (newest := identity_lookups(number)[0]) != held:
                changed[row_id] = newest
        return changed, broken


def _sent_number(content: str) -> str | None:
    """Give the identity number that a record was sent under."""
    raw = json.loads(content)
    resident = raw.get("resident") if isinstance(raw, dict) else None
    return identity_in(resident) if isinstance(resident, str) else None


FOUND_COLUMNS = (
    FoundColumn(
        "resident.identity_index",
        Resident,
        "resident.identity_number",
        queries.next_residents,
        lambda held: held,
    ),
    FoundColumn(
        "quarantined_record.identity_index",
        QuarantinedRecord,
        "quarantined_record.content",
        queries.next_waiting,
        _sent_number,
    ),
)
"""Residents first: with each go the records that wait for them, so that the two stay together."""


def move_batch(column: FoundColumn, *, after: int, at_most: int) -> tuple[int | None, int]:
    """Let the next rows be found by the newest key; give the last row's id (None: the end) and how many."""
    rows = column.next_rows(after=after, at_most=at_most)
    changed, _ = column.anew(rows)
    _write(column.model, "id", changed)
    if column.model is Resident:
        moved = {row.identity_index: changed[row.id] for row in rows if row.id in changed}
        waiting = queries.waiting_under(moved.keys()) if moved else []
        _write(QuarantinedRecord, "identity_index", {each: moved[each] for each in waiting})
    return (rows[-1].id if rows else None), len(changed)


def left_behind(column: FoundColumn, *, at_once: int = 2000) -> tuple[int, int]:
    """Count the rows that an older key finds, and those that do not open; nothing is written."""
    behind, broken, after = 0, 0, 0
    while rows := column.next_rows(after=after, at_most=at_once):
        changed, closed = column.anew(rows)
        behind, broken, after = behind + len(changed), broken + closed, rows[-1].id
    return behind, broken


def _write(model: type[Resident | QuarantinedRecord], key: str, values: Mapping[Any, str]) -> None:
    if not values:
        return
    table = model.__table__
    statement = (
        update(model.__table__)  # type: ignore[arg-type]  # SQLAlchemy types it wider
        .where(table.c[key] == bindparam("row_key"))
        .values(identity_index=bindparam("row_lookup"))
    )
    parameters = [{"row_key": each, "row_lookup": lookup} for each, lookup in values.items()]
    db.session.connection().execute(statement, parameters)
