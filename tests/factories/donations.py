"""Makers of charity funds with money in them, and of files of donations."""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from app.donations import service
from app.donations.models import CharityFund, Donation
from app.donations.rules.records import DonationRecord, FundRecord
from app.roles import Actor, Permission, Scope

AT = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai on the first of September."""
RECEIVED_ON = date(2026, 9, 1)
PLENTY_FEN = 100_000_00

_MAY = frozenset({Permission.DONATIONS_VIEW, Permission.DONATIONS_RECORD, Permission.DONATIONS_CONFIRM})
CLERK = Actor("U-81", _MAY, Scope("430103"))
CHECKER = Actor("U-82", _MAY, Scope("430103"))
_numbers = count(1)


def a_fund(balance_fen: int = PLENTY_FEN, *, area: str = "430103", name: str = "") -> CharityFund:
    """Open a fund and let this much come in, written down by one and confirmed by another."""
    made = FundRecord(name or f"示例慈善资金{next(_numbers)}", area, "老年助餐")
    fund = service.open_fund(made, by=CLERK, at=AT)
    if balance_fen:
        given(fund, balance_fen)
    return fund


def given(fund: CharityFund, amount_fen: int, **changes: object) -> Donation:
    """Let a donation come into a fund, and count."""
    donation = written_down(fund, amount_fen, **changes)
    service.confirm([donation.id], by=CHECKER, at=AT)
    return donation


def written_down(fund: CharityFund, amount_fen: int, **changes: object) -> Donation:
    """Write a donation down; it waits."""
    return service.register(fund, a_donation(amount_fen, fund=fund.name, **changes), by=CLERK, at=AT)


def a_donation(amount_fen: int = 500_00, **changes: object) -> DonationRecord:
    """Give what is written down about a donation."""
    told: dict[str, object] = {
        "fund": "示例慈善资金",
        "received_on": RECEIVED_ON,
        "amount_fen": amount_fen,
        "receipt_no": f"示例-{next(_numbers):05d}",
        **changes,
    }
    return DonationRecord(**told)  # type: ignore[arg-type]  # any field of it
