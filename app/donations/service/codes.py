"""Home of the code on a donor's receipt: it opens the page of one gift, and can be guessed by nobody."""

from __future__ import annotations

import hmac

from app.donations import queries
from app.donations.models import Donation
from app.sealing import keyring

_CONTEXT = "donation.code"
_LENGTH = 16


def code_of(donation_id: int) -> str:
    """Give the code of a donation: its number, and a keyed digest of it."""
    return f"{donation_id}-{keyring.index(str(donation_id), context=_CONTEXT)[:_LENGTH]}"


def donation_of_code(code: str) -> Donation | None:
    """Give the confirmed gift that a code stands for, or None."""
    number = code.partition("-")[0]
    if not (number.isascii() and number.isdigit()) or not hmac.compare_digest(
        code.encode(), code_of(int(number)).encode()
    ):
        return None
    found = queries.donations_of([int(number)])
    is_gift = bool(found) and found[0].corrects is None and found[0].verdict is not None
    return found[0] if is_gift and found[0].verdict.is_confirmed else None  # type: ignore[union-attr]  # looked at above
