"""Home of the queries on the trail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Row, Select, select

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import Entry
from app.database import fetch
from app.extensions import db


def head() -> Row[int, str] | None:
    """Give the head's number and hash, without which nothing can be recorded; None where it was removed."""
    return db.session.execute(_HEAD).one_or_none()


def head_for_update() -> Row[int, str]:
    """Give the head's number and hash, locked until the act commits, so that entries follow one another."""
    return fetch(db.session, _HEAD_HELD).one()


# Every act asks for it, so it is put together once.
_HEAD = select(AuditHead.seq, AuditHead.hash)
_HEAD_HELD = _HEAD.with_for_update()


def chain() -> Iterator[tuple[Entry, str]]:
    """Give every entry with its stored hash, from the first on, in bounded memory."""
    rows = db.session.execute(
        select(AuditEntry).order_by(AuditEntry.seq).execution_options(yield_per=2000)
    ).scalars()
    for row in rows:
        yield (
            Entry(row.seq, row.at, row.actor, row.action, row.subject, row.detail, row.previous_hash),
            row.hash,
        )
        db.session.expunge(row)


def subjects_of(actor: str, action: str, *, since: datetime) -> set[str]:
    """Give what somebody's acts of one kind were about since an instant."""
    found = select(AuditEntry.subject).where(
        AuditEntry.actor == actor, AuditEntry.action == action, AuditEntry.at >= since
    )
    return set(db.session.execute(found.order_by(AuditEntry.seq)).scalars())


def entries(*, actor: str = "", subject: str = "") -> Select[AuditEntry]:
    """Select the entries of an actor or about a subject, newest first."""
    found = select(AuditEntry).order_by(AuditEntry.seq.desc())
    if actor:
        found = found.where(AuditEntry.actor == actor)
    if subject:
        found = found.where(AuditEntry.subject.startswith(subject, autoescape=True))
    return found
