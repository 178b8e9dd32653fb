"""Home of the demo's charity fund: who gave, who confirmed it, and one gift that waits."""

from __future__ import annotations

from datetime import date, datetime

from app.auth import queries as auth
from app.demo.rules.land import DISTRICT
from app.donations import service
from app.donations.rules.records import DonationRecord, FundRecord
from app.roles import Actor

_GIFTS = (
    (80_000_00, "长沙示例商贸有限公司", True),
    (5_000_00, "示例老年公益基金会", True),
    (300_00, "", False),
    (1_000_00, "示例社区爱心人士", False),
)
"""Amount, donor and consent; the last one waits."""


def receive_donations(on: date, *, by: Actor, at: datetime) -> dict[str, int]:
    """Open a fund for the district and let gifts come in on a day; give how many."""
    finance, officer = _named("finance", by), _named("officer", by)
    fund = service.open_fund(
        FundRecord("天心区老年助餐慈善资金（示例）", DISTRICT, "补助老年人就餐"), by=finance, at=at
    )
    made = [
        service.register(
            fund,
            DonationRecord(fund.name, on, fen, f"示例捐-{number:04d}", donor, is_public=consents),
            by=finance,
            at=at,
        )
        for number, (fen, donor, consents) in enumerate(_GIFTS, start=1)
    ]
    service.confirm([donation.id for donation in made[:-1]], by=officer, at=at)
    return {"donations": len(made)}


def _named(username: str, otherwise: Actor) -> Actor:
    user = auth.user_named(username)
    return user.actor if user is not None else otherwise
