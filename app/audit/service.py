"""Home of writing the trail: in the same transaction as the act, never apart from it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import bindparam, update

from app.audit import queries
from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import Entry, canonical, first_break
from app.database import fetch, insert_rows
from app.extensions import db
from app.roles import Actor
from app.text import Text, text


def record(
    action: str, subject: str, *, by: Actor, at: datetime, detail: Mapping[str, object] | None = None
) -> None:
    """Add an act to the trail.

    `action` is dotted and in the past tense (`resident.registered`), `subject` names what it was done to
    (`resident:R-000123`). `detail` holds codes, numbers and counts; never a person's name or number.
    """
    head = queries.head_for_update()
    entry = Entry(head.seq + 1, at, by.user_no, action, subject, canonical(detail or {}), head.hash)
    row = {
        "seq": entry.seq,
        "at": entry.at,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "detail": entry.detail,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
    insert_rows(db.session, AuditEntry, [row])
    fetch(db.session, _MOVED, {"to_seq": entry.seq, "to_hash": entry.hash})


# Plain columns: the head is a row of the database, and no object of a session.
_MOVED = update(AuditHead.__table__).values(seq=bindparam("to_seq"), hash=bindparam("to_hash"))  # type: ignore[arg-type]  # a table


def verify() -> tuple[int, Text | None]:
    """Walk the whole chain; give its length and the first break, or None when it is whole."""
    head = queries.head()
    if head is None:
        return 0, text("The trail's head is missing.")
    try:
        return head.seq, first_break(queries.chain(), head_seq=head.seq, head_hash=head.hash)
    except ValueError:
        # SQLite keeps whatever was written into a column, also an instant that is none.
        return head.seq, text("An entry's instant cannot be read; it was altered.")
