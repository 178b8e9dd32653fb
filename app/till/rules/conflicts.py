"""Home of two contents under one number: reading the other one back, and what a person decides."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID, uuid5

from app.canteens.rules import Sitting
from app.meals.rules import Channel, FoundBy, Payment

_IDENTITY = "identity:"
_PLAIN, _NOTED = 11, 15
"""Members of a content without notes, and with them."""


class Verdict(StrEnum):
    """Which of two contents is the right one."""

    FIRST = "first"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Content:
    """What was sent under a number, as the ledger's digest covers it.

    `resident` is how the resident was named: a number, a card, or the keyed index of an identity number.
    """

    resident: str
    site_code: str
    served_on: date
    sitting: Sitting
    channel: Channel
    price_fen: int
    served_at: datetime
    recorded_by: str
    tablet: str
    reverses: UUID | None
    reason: str
    payment: Payment | None = None
    companion_of: str | None = None
    found_by: FoundBy | None = None
    sheet_no: str | None = None

    @property
    def identity_index(self) -> str | None:
        """Give the index of the identity number that named the resident, if one did."""
        return self.resident.removeprefix(_IDENTITY) if self.resident.startswith(_IDENTITY) else None


def read_content(written: str) -> Content:
    """Read a content back from the compact JSON that the ledger writes.

    Raises: ValueError when it is none.
    """
    members = json.loads(written)
    if not isinstance(members, list) or len(members) not in (_PLAIN, _NOTED):
        msg = "not a content of the ledger"
        raise ValueError(msg)
    notes = members[_PLAIN:] or ["", "", "", ""]
    return Content(
        resident=members[0],
        site_code=members[1],
        served_on=date.fromisoformat(members[2]),
        sitting=Sitting(members[3]),
        channel=Channel(members[4]),
        price_fen=members[5],
        served_at=datetime.fromisoformat(members[6]),
        recorded_by=members[7],
        tablet=members[8],
        reverses=UUID(members[9]) if members[9] else None,
        reason=members[10],
        payment=Payment(notes[0]) if notes[0] else None,
        companion_of=notes[1] or None,
        found_by=FoundBy(notes[2]) if notes[2] else None,
        sheet_no=notes[3] or None,
    )


def id_of_other(meal_id: UUID, digest: str) -> UUID:
    """Give the id under which the other content of a number goes into the ledger: always the same one."""
    return uuid5(meal_id, digest)
