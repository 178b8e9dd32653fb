"""Home of the queries on the trail."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, select

from app.audit.models import AuditEntry, AuditHead
from app.audit.rules import Entry
from app.extensions import db


def head() -> AuditHead | None:
    """Give the trail's head, without which no act can be recorded; None only where somebody removed it."""
    return db.session.execute(select(AuditHead)).scalar_one_or_none()


def head_for_update() -> AuditHead:
    """Give the trail's head, locked until the act commits, so that entries follow one another."""
    return db.session.execute(
        select(AuditHead).with_for_update().execution_options(populate_existing=True)
    ).scalar_one()


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


def entries(*, actor: str = "", subject: str = "") -> Select[AuditEntry]:
    """Select the entries of an actor or about a subject, newest first."""
    found = select(AuditEntry).order_by(AuditEntry.seq.desc())
    if actor:
        found = found.where(AuditEntry.actor == actor)
    if subject:
        found = found.where(AuditEntry.subject.startswith(subject, autoescape=True))
    return found
