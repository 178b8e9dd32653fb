"""Home of taking in complaints that were said at a canteen's tablet, which may have been offline for days."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.canteens import queries as canteens
from app.clock import on
from app.complaints import queries
from app.complaints.models import Complaint
from app.complaints.rules.classes import OTHER
from app.complaints.rules.intake import NewComplaint, Way
from app.complaints.rules.sent import SentComplaint, read_complaint
from app.complaints.service.intake import code_of, receive
from app.meals.rules import ReceiptStatus
from app.sealing import keyring
from app.text import Text, text
from app.till import queries as till
from app.till.models import Tablet
from app.till.rules.quarantine import Unfit
from app.till.rules.records import record_id_of
from app.till.service.tablets import actor_of

_URGENT = "food_safety"
_CONTEXT = "complaint.content"


@dataclass(frozen=True, slots=True)
class SentComplaintReceipt:
    """What became of one complaint that a tablet sent."""

    id: str
    status: ReceiptStatus
    digest: str
    message: Text | None = None


def take_from_tablet(tablet_id: int, sent: Sequence[object], *, at: datetime) -> list[SentComplaintReceipt]:
    """Take in complaints, each once; give one receipt for each, in their order.

    One that cannot be read stays on the tablet, which says so.
    """
    tablet = till.tablet_locked(tablet_id)
    return [_taken(tablet, raw, at) for raw in sent]


def _taken(tablet: Tablet, raw: object, at: datetime) -> SentComplaintReceipt:
    # Keyed: what it is made over may hold a phone number.
    digest = keyring.index(json.dumps(raw, sort_keys=True, separators=(",", ":")), context=_CONTEXT)
    try:
        sent = read_complaint(raw, at=at)
    except Unfit as fault:
        return SentComplaintReceipt(record_id_of(raw), ReceiptStatus.QUARANTINED, digest, fault.problem.label)
    held = queries.of_sent_ids([sent.id]).get(sent.id)
    if held is not None and held.digest != digest:
        message = text("Other words came before under the same number; the first stay.")
        return SentComplaintReceipt(str(sent.id), ReceiptStatus.CONFLICT, digest, message)
    kept = held or _kept(tablet, sent, digest, at)
    message = text("Number {number}, code {code}", number=kept.complaint_no, code=code_of(kept))
    return SentComplaintReceipt(str(sent.id), ReceiptStatus.ACCEPTED, digest, message)


def _kept(tablet: Tablet, sent: SentComplaint, digest: str, at: datetime) -> Complaint:
    site = canteens.sites_by_code()[tablet.site_code]
    new = NewComplaint(
        way=Way.TABLET,
        class_code=_class_on(on(min(sent.said_at, at)), is_urgent=sent.is_urgent),
        content=sent.content,
        area_code=site.area_code,
        site_code=site.site_code,
        phone=sent.phone,
        is_confidential=sent.is_confidential,
        sent_id=sent.id,
        digest=digest,
        said_at=sent.said_at,
    )
    return receive(new, by=actor_of(tablet), at=at)


def _class_on(day: date, *, is_urgent: bool) -> str:
    """Give the class of what is urgent, if there is one that day; the desk puts the rest where it belongs."""
    offered = {each.code for each in queries.class_book().offered(day)}
    return _URGENT if is_urgent and _URGENT in offered else OTHER
