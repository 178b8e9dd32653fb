"""Home of loading a tablet's exported queue at the office: as if the tablet had sent it, all or nothing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from blinker import Signal

from app.audit import service as audit
from app.errors import BadFile
from app.meals.rules import ReceiptStatus
from app.roles import Actor
from app.text import text
from app.till import queries
from app.till.models import Tablet
from app.till.rules.queue_file import QueueFile
from app.till.rules.receipts import TabletReceipt
from app.till.rules.records import AT_MOST
from app.till.service.closes import CloseReceipt, take_closes
from app.till.service.take import take_batch

complaints_loaded = Signal()
"""Sent with what was said at a tablet (`tablet_id`, `sent`, `at`); whoever keeps complaints takes it in."""


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file's records: new in the ledger, known, kept apart, at odds; and of its closes."""

    tablet: Tablet
    records: int
    new: int
    known: int
    kept_apart: int
    conflicts: int
    closes: int
    closes_refused: int


def load_queue_file(file: QueueFile, *, by: Actor, at: datetime) -> Loaded:
    """Take in what a tablet's file holds, also that of a revoked tablet; the same file again changes nothing.

    A file that was written after the tablet was last heard of tells more than it did then: what it had not
    sent is here now.

    Raises: BadFile for a tablet that is not there, outside the scope, or of another site.
    """
    tablet = queries.tablet_numbered(file.tablet_no, by.scope)
    if tablet is None:
        raise BadFile(text("There is no tablet {tablet_no} in your area.", tablet_no=file.tablet_no))
    if tablet.site_code != file.site_code:
        raise BadFile(
            text(
                "The file is of site {site}, but {tablet_no} stands at {here}.",
                site=file.site_code,
                tablet_no=tablet.tablet_no,
                here=tablet.site_code,
            )
        )
    receipts: list[TabletReceipt] = []
    for start in range(0, len(file.records), AT_MOST):
        receipts += take_batch(tablet.id, file.records[start : start + AT_MOST], None, at=at)
    closes = _take_closes(tablet, file, at)
    if file.complaints:
        complaints_loaded.send(None, tablet_id=tablet.id, sent=file.complaints, at=at)
    _note_export(tablet, file, at)
    loaded = _loaded(tablet, receipts, closes)
    detail = {"records": loaded.records, "new": loaded.new, "kept_apart": loaded.kept_apart}
    audit.record("queue.loaded", f"tablet:{tablet.tablet_no}", by=by, at=at, detail=detail)
    return loaded


def _take_closes(tablet: Tablet, file: QueueFile, at: datetime) -> list[CloseReceipt]:
    """Take in each close for the tablet that made it, where that stands at the same site."""
    makers = queries.tablets_by_number({origin for origin, _ in file.closes if origin})
    receipts = []
    for origin, close in file.closes:
        maker = makers.get(origin, tablet)
        owner = maker if maker.site_code == tablet.site_code else tablet
        receipts += take_closes(owner.id, [close], at=at)
    return receipts


def _note_export(tablet: Tablet, file: QueueFile, at: datetime) -> None:
    exported_at = min(file.exported_at, at)
    if tablet.last_seen_at is None or tablet.last_seen_at <= exported_at:
        tablet.last_seen_at, tablet.unsent, tablet.oldest_unsent_at = exported_at, 0, None


def _loaded(tablet: Tablet, receipts: list[TabletReceipt], closes: list[CloseReceipt]) -> Loaded:
    statuses = Counter(receipt.status for receipt in receipts)
    accepted = [receipt for receipt in receipts if receipt.status is ReceiptStatus.ACCEPTED]
    new = sum(receipt.is_new for receipt in accepted)
    taken = sum(receipt.status is ReceiptStatus.ACCEPTED for receipt in closes)
    return Loaded(
        tablet,
        records=len(receipts),
        new=new,
        known=len(accepted) - new,
        kept_apart=statuses[ReceiptStatus.QUARANTINED],
        conflicts=statuses[ReceiptStatus.CONFLICT],
        closes=taken,
        closes_refused=len(closes) - taken,
    )
