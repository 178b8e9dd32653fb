"""Home of the queries on the donations ledger: funds, donations, and their months; always ordered."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, case, extract, func, or_, select
from sqlalchemy.orm import joinedload

from app.donations.models import Allotment, CharityFund, Donation, DonationVerdict
from app.extensions import db
from app.kept import unless_changed
from app.roles import Scope


def funds(scope: Scope) -> list[CharityFund]:
    """Give the funds whose meals may lie in the scope, the oldest first."""
    return list(
        db.session.execute(select(CharityFund).where(_concerns(scope)).order_by(CharityFund.id)).scalars()
    )


def fund_numbered(fund_id: int, scope: Scope) -> CharityFund | None:
    """Give one fund, if its meals may lie in the scope."""
    return db.session.execute(
        select(CharityFund).where(CharityFund.id == fund_id, _concerns(scope))
    ).scalar_one_or_none()


def _concerns(scope: Scope) -> ColumnElement[bool]:
    """Keep a query to funds for the scope's own area, for a part of it, or for an area around it."""
    around = [scope.area[:length] for length in range(len(scope.area) + 1)]
    return or_(CharityFund.area.startswith(scope.area, autoescape=True), CharityFund.area.in_(around))


def entries_of(fund: CharityFund) -> Select[Donation]:
    """Select a fund's donations and corrections, the newest first."""
    return (
        select(Donation)
        .where(Donation.fund_id == fund.id)
        .options(joinedload(Donation.verdict))
        .order_by(Donation.received_on.desc(), Donation.id.desc())
    )


def waiting(scope: Scope) -> list[Donation]:
    """Give what was written down and waits for a second person, the oldest first."""
    return list(
        db.session.execute(
            select(Donation)
            .join(Donation.fund)
            .outerjoin(Donation.verdict)
            .where(DonationVerdict.donation_id.is_(None), _concerns(scope))
            .options(joinedload(Donation.fund))
            .order_by(Donation.id)
        ).scalars()
    )


def donations_of(ids: Collection[int]) -> list[Donation]:
    """Give these donations with their funds and verdicts, by number."""
    return list(
        db.session.execute(
            select(Donation)
            .where(Donation.id.in_(ids))
            .options(joinedload(Donation.fund), joinedload(Donation.verdict))
            .order_by(Donation.id)
        ).scalars()
    )


def worth_of(donation: Donation) -> int:
    """Give what a donation comes to with its confirmed corrections, in fen."""
    corrected = db.session.execute(
        select(func.coalesce(func.sum(Donation.amount_fen), 0))
        .join(DonationVerdict, _confirmed())
        .where(Donation.corrects == donation.id)
    ).scalar_one()
    return donation.amount_fen + int(corrected)


def gifts_worth(fund_id: int) -> list[tuple[int, int]]:
    """Give a fund's confirmed gifts in the order received: each one's number, and its worth as corrected."""
    gift = func.coalesce(Donation.corrects, Donation.id)
    came = func.min(case((Donation.corrects.is_(None), Donation.received_on)))
    rows = db.session.execute(
        select(gift, func.sum(Donation.amount_fen))
        .join(DonationVerdict, _confirmed())
        .where(Donation.fund_id == fund_id)
        .group_by(gift)
        .order_by(came, gift)
    )
    return [(int(row[0]), int(row[1])) for row in rows]


def of_receipts(receipt_nos: Collection[str]) -> dict[str, Donation]:
    """Give the donations with these receipt numbers that were not refused, by receipt number."""
    rows = db.session.execute(
        select(Donation)
        .outerjoin(Donation.verdict)
        .where(
            Donation.receipt_no.in_(receipt_nos),
            Donation.corrects.is_(None),
            or_(DonationVerdict.donation_id.is_(None), DonationVerdict.is_confirmed),
        )
        .options(joinedload(Donation.fund))
        .order_by(Donation.id)
    ).scalars()
    return {donation.receipt_no: donation for donation in rows}


@dataclass(frozen=True, slots=True)
class Received:
    """What came into a fund in one month, confirmed, corrections with their sign; and from how many gifts."""

    fund_id: int
    year: int
    month: int
    gifts: int
    fen: int


@dataclass(frozen=True, slots=True)
class Spent:
    """What a fund gave to the meals of one month, and to how many meals it gave anything."""

    fund_id: int
    year: int
    month: int
    meals: int
    fen: int


def received_by_month(fund_ids: Collection[int]) -> list[Received]:
    """Give what came into these funds, by fund and the month in which it was received."""
    year, month = extract("year", Donation.received_on), extract("month", Donation.received_on)
    rows = db.session.execute(
        select(
            Donation.fund_id,
            year,
            month,
            func.count().filter(Donation.corrects.is_(None)),
            func.sum(Donation.amount_fen),
        )
        .join(DonationVerdict, _confirmed())
        .where(Donation.fund_id.in_(fund_ids))
        .group_by(Donation.fund_id, year, month)
        .order_by(Donation.fund_id, year, month)
    )
    return [Received(*(int(value) for value in row)) for row in rows]


def spent_by_month(fund_ids: Collection[int]) -> list[Spent]:
    """Give what these funds gave, by fund and the month of the meals as they stand now.

    Allotments are only added to, one after another, and each moves a balance.
    """
    state = db.session.execute(
        select(select(func.max(Allotment.id)).scalar_subquery(), func.sum(CharityFund.balance_fen))
    ).one()
    return unless_changed(("spent", frozenset(fund_ids)), tuple(state), lambda: _spent_by_month(fund_ids))


def _spent_by_month(fund_ids: Collection[int]) -> list[Spent]:
    held = (
        select(Allotment.fund_id, Allotment.served_on, func.sum(Allotment.given_fen).label("fen"))
        .where(Allotment.fund_id.in_(fund_ids))
        .group_by(Allotment.fund_id, Allotment.meal_id, Allotment.served_on)
        .having(func.sum(Allotment.given_fen) > 0)
        .subquery()
    )
    year, month = extract("year", held.c.served_on), extract("month", held.c.served_on)
    rows = db.session.execute(
        select(held.c.fund_id, year, month, func.count(), func.sum(held.c.fen))
        .group_by(held.c.fund_id, year, month)
        .order_by(held.c.fund_id, year, month)
    )
    return [Spent(*(int(value) for value in row)) for row in rows]


def donor_names(fund_id: int, *, since: date) -> list[str]:
    """Give the donors who agreed to be named and gave to a fund since a day, each once, by name."""
    return list(
        db.session.execute(
            select(Donation.donor)
            .join(DonationVerdict, _confirmed())
            .where(Donation.fund_id == fund_id, Donation.is_public, Donation.received_on >= since)
            .group_by(Donation.donor)
            .order_by(Donation.donor)
        ).scalars()
    )


def _confirmed() -> ColumnElement[bool]:
    return and_(DonationVerdict.donation_id == Donation.id, DonationVerdict.is_confirmed)
