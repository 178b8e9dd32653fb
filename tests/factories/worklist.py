"""Makers of tablets that send at a chosen instant, and of what waits of theirs for a person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.extensions import db
from app.roles import COMMAND
from app.till import service
from app.till.models import QuarantinedRecord, Tablet
from app.till.rules.receipts import TabletReceipt
from app.till.service import Report
from app.transaction import transaction
from tests.factories.meals import NOON


def tablet(site_code: str = "C01", name: str = "前台", *, at: datetime = NOON) -> int:
    """Make an enrolled tablet; give its id."""
    with transaction():
        _, code = service.prepare(site_code, name, by=COMMAND, at=at)
        made, _ = service.enrol(code, at=at)
        return made.id


def sent(
    tablet_id: int, *records: object, at: datetime = NOON, report: Report | None = None
) -> list[TabletReceipt]:
    """Let a tablet send records."""
    with transaction():
        return service.take_batch(tablet_id, records, report or Report(unsent=0, tablet_time=at), at=at)


def kept_apart(tablet_id: int, raw: object, *, at: datetime = NOON) -> int:
    """Let a tablet send a record that cannot be taken; give the id that the worklist knows it by."""
    sent(tablet_id, raw, at=at)
    return (
        db.session.execute(select(QuarantinedRecord.id).order_by(QuarantinedRecord.id.desc()))
        .scalars()
        .first()
        or 0
    )


def row(kept_id: int) -> QuarantinedRecord:
    """Give a record that was kept apart, as it is now."""
    db.session.rollback()
    return db.session.execute(select(QuarantinedRecord).where(QuarantinedRecord.id == kept_id)).scalar_one()


def the_tablet(tablet_id: int) -> Tablet:
    """Give a tablet as it is now."""
    db.session.rollback()
    return db.session.execute(select(Tablet).where(Tablet.id == tablet_id)).scalar_one()
