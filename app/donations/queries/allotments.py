"""Home of the queries on what funds hold and what meals were given out of them; always ordered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, cast, func, literal, select

from app.database import among, fetch
from app.donations.models import Allotment, CharityFund, Donation, DonationVerdict
from app.donations.rules.allotting import Entry, Held, Purse
from app.extensions import db


def purses_for_update() -> list[Purse]:
    """Give what every fund holds, held until the act commits: all of them, so that nobody waits crosswise."""
    return [Purse(*row) for row in fetch(db.session, _PURSES)]


_PURSES = (
    select(CharityFund.id, CharityFund.area, CharityFund.balance_fen)
    .order_by(CharityFund.id)
    .with_for_update()
)
_ENTRIES = (
    select(
        Allotment.meal_id,
        Allotment.fund_id,
        Allotment.served_on,
        Allotment.pledged_fen,
        Allotment.given_fen,
    )
    .where(among(Allotment.meal_id, "ids"))
    .order_by(Allotment.id)
)
"""Put together once: every batch with a pledge asks for them."""


def held_by(meal_ids: Collection[UUID]) -> dict[UUID, Held]:
    """Give what these meals asked for and hold; those that never asked are left out."""
    held: dict[UUID, Held] = {}
    for row in fetch(db.session, _ENTRIES, {"ids": list(meal_ids)}):
        entry = Entry(*row)
        held[entry.meal_id] = held.get(entry.meal_id, Held()).after(entry)
    return held


def allotted_to(meal_ids: Collection[UUID]) -> dict[UUID, int]:
    """Give what these meals hold out of all funds, in fen; those that hold nothing are left out."""
    return {row[0]: row[1] for row in fetch(db.session, _ALLOTTED, {"ids": list(meal_ids)})}


_GIVEN = func.sum(Allotment.given_fen)
_ALLOTTED = (
    select(Allotment.meal_id, cast(_GIVEN, Integer))
    .where(among(Allotment.meal_id, "ids"))
    .group_by(Allotment.meal_id)
    .having(_GIVEN > 0)
    .order_by(Allotment.meal_id)
)


def held_for(area_code: str) -> int:
    """Give what the funds for meals in a place hold, all together."""
    held = select(func.coalesce(func.sum(CharityFund.balance_fen), 0)).where(_gives_to(area_code))
    return int(db.session.execute(held).scalar_one())


def charity_lasts(area_code: str) -> bool:
    """Tell whether any fund for meals in a place holds money."""
    return held_for(area_code) > 0


def _gives_to(area_code: str) -> ColumnElement[bool]:
    return literal(area_code).startswith(CharityFund.area)


@dataclass(frozen=True, slots=True)
class OutOfStep:
    """A fund whose balance is not what was confirmed less what was allotted."""

    name: str
    balance_fen: int
    received_fen: int
    allotted_fen: int


def out_of_step() -> list[OutOfStep]:
    """Give every fund whose balance differs from its donations less its allotments."""
    received = (
        select(Donation.fund_id, func.sum(Donation.amount_fen).label("fen"))
        .join(DonationVerdict, DonationVerdict.donation_id == Donation.id)
        .where(DonationVerdict.is_confirmed)
        .group_by(Donation.fund_id)
        .subquery()
    )
    allotted = (
        select(Allotment.fund_id, func.sum(Allotment.given_fen).label("fen"))
        .group_by(Allotment.fund_id)
        .subquery()
    )
    into, out = func.coalesce(received.c.fen, 0), func.coalesce(allotted.c.fen, 0)
    rows = db.session.execute(
        select(CharityFund.name, CharityFund.balance_fen, into, out)
        .outerjoin(received, received.c.fund_id == CharityFund.id)
        .outerjoin(allotted, allotted.c.fund_id == CharityFund.id)
        .where(CharityFund.balance_fen != into - out)
        .order_by(CharityFund.id)
    )
    return [OutOfStep(row[0], int(row[1]), int(row[2]), int(row[3])) for row in rows]
