"""Home of what is written down about a donation or a fund, and of what must go together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.sheet.cells import Unreadable
from app.text import text

EARLIEST = date(2000, 1, 1)
LARGEST_FEN = 100_000_000_00


@dataclass(frozen=True, slots=True)
class FundRecord:
    """What is written down about a fund; `area` is a prefix of area codes, empty for everywhere."""

    name: str
    area: str
    purpose: str


@dataclass(frozen=True, slots=True)
class DonationRecord:
    """What is written down about one donation to a fund, named by its number or its name.

    Raises: Unreadable when its parts do not go together.
    """

    fund: str
    received_on: date
    amount_fen: int
    receipt_no: str
    donor: str = ""
    is_public: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be."""
        if not 0 < self.amount_fen <= LARGEST_FEN:
            raise Unreadable(
                text("The amount is not between 0.01 and 100 million yuan."),
                text("Compare it with the receipt; what was too much is taken back by a correction."),
                field="amount_fen",
            )
        if self.is_public and not self.donor:
            raise Unreadable(
                text("A donor without a name cannot be named in public."),
                text("Write the name, or leave the donor unnamed."),
                field="is_public",
            )

    def ensure_received_by(self, today: date) -> None:
        """Refuse what is yet to come in, or came in before there was such a thing.

        Raises: Unreadable.
        """
        if not EARLIEST <= self.received_on <= today:
            raise Unreadable(
                text("{day} is not a day on which it can have come in.", day=self.received_on),
                text("Write the day on the receipt."),
                field="received_on",
            )
