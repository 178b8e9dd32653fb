"""Home of the ledger's records: a meal as it is sent, its digest, and the receipt that answers it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from app.canteens.rules import Sitting
from app.meals.rules.adjudication import Decision
from app.meals.rules.vocabulary import Channel, FoundBy, Payment


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One record as it is sent to the ledger: a meal, or with `reverses` the undoing of one.

    `id` was made where the record was made, once; `resident_no` may be empty or not registered yet. `sent_as`
    is how the resident was named when the record came, where that was not the resident number itself: what
    was sent stays the same, however it is resolved.
    """

    id: UUID
    resident_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime
    recorded_by: str
    tablet: str = ""
    reverses: UUID | None = None
    reason: str = ""
    sent_as: str = ""
    seq: int | None = None
    skew_seconds: int | None = None
    payment: Payment | None = None
    companion_of: str | None = None
    found_by: FoundBy | None = None
    sheet_no: str | None = None

    @property
    def content(self) -> str:
        """Give everything that was sent but the id, as compact JSON; the instant in UTC.

        Where and when it was sent from is no content: the same record may be sent again from elsewhere.
        """
        noted = [self.payment or "", self.companion_of or "", self.found_by or "", self.sheet_no or ""]
        members = [
            self.sent_as or self.resident_no,
            self.site_code,
            self.served_on.isoformat(),
            self.sitting.value,
            self.channel.value,
            self.price_fen,
            self.served_at.astimezone(UTC).isoformat(timespec="milliseconds"),
            self.recorded_by,
            self.tablet,
            str(self.reverses or ""),
            self.reason,
            *(noted if any(noted) else ()),
        ]
        return json.dumps(members, ensure_ascii=False, separators=(",", ":"))

    @property
    def digest(self) -> str:
        """Give SHA-256 over the content: the same id with another digest is a conflict."""
        return hashlib.sha256(self.content.encode()).hexdigest()


class ReceiptStatus(StrEnum):
    """What became of a record that was sent."""

    ACCEPTED = "accepted"
    CONFLICT = "conflict"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The ledger's answer to one record; the same for the same record, however often it is sent.

    `decision` is what the meal gets as things stand; None for a reversal and for a conflict. `is_new` tells
    whether the ledger had not known the id before.
    """

    id: UUID
    status: ReceiptStatus
    digest: str
    decision: Decision | None = None
    is_new: bool = field(default=False, compare=False)
