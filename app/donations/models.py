"""Home of the tables of donations: funds, what came in, who confirmed it, and what each meal was given."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.model import Base, Counter, Fen, Instant
from app.text import text


class CharityFund(Base):
    """Money given for one purpose, for meals in places whose code begins with `area`; empty for everywhere.

    `balance_fen` is what was confirmed less what was allotted; whoever asks for more than it holds goes
    without, however many ask at once.
    """

    __tablename__ = "charity_fund"
    __table_args__ = (
        UniqueConstraint(
            "name",
            info={
                "message": text("There is a fund of this name already. Choose another name."),
                "field": "name",
            },
        ),
        CheckConstraint(
            "balance_fen >= 0",
            name="balance_not_negative",
            info={
                "message": text("The fund does not hold that much any more: meals have been paid with it.")
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    area: Mapped[str] = mapped_column(String(12))
    purpose: Mapped[str] = mapped_column(String(200))
    balance_fen: Mapped[int] = mapped_column(Fen, default=0, server_default="0")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    opened_by: Mapped[str] = mapped_column(String(16))


class Donation(Base):
    """Money came in for a fund, as somebody wrote it down; never changed.

    What was wrong is put right by another entry that names it in `corrects`, with a sign and a reason. It
    counts once a second person has confirmed it. `donor` is empty for whoever stays unnamed; `is_public`
    tells that the donor agreed to be named in public.
    """

    __tablename__ = "donation"
    __table_args__ = (
        CheckConstraint("corrects is null or reason <> ''", name="correction_says_why"),
        CheckConstraint("amount_fen <> 0", name="not_nothing"),
        CheckConstraint("amount_fen > 0 or corrects is not null", name="only_corrections_take_back"),
        CheckConstraint("not is_public or donor <> ''", name="public_donor_has_a_name"),
        UniqueConstraint("id", "recorded_by"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    fund_id: Mapped[int] = mapped_column(ForeignKey("charity_fund.id"), index=True)
    received_on: Mapped[date] = mapped_column(Date)
    donor: Mapped[str] = mapped_column(String(120), default="")
    is_public: Mapped[bool] = mapped_column(Boolean)
    amount_fen: Mapped[int] = mapped_column(Fen)
    receipt_no: Mapped[str] = mapped_column(String(40))
    corrects: Mapped[int | None] = mapped_column(ForeignKey("donation.id"), index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    fund: Mapped[CharityFund] = relationship()
    verdict: Mapped[DonationVerdict | None] = relationship(back_populates="donation", uselist=False)


class DonationVerdict(Base):
    """Somebody held an entry against the receipt: confirmed, it counts; refused, it never does.

    The receipt number stands here once more, for confirmed donations alone, so that none counts twice.
    """

    __tablename__ = "donation_verdict"
    __table_args__ = (
        ForeignKeyConstraint(["donation_id", "recorded_by"], ["donation.id", "donation.recorded_by"]),
        UniqueConstraint(
            "receipt_no",
            info={
                "message": text("A donation with this receipt number counts already."),
                "field": "receipt_no",
            },
        ),
        CheckConstraint(
            "not is_confirmed or given_by <> recorded_by",
            name="four_eyes",
            info={"message": text("You wrote this donation down. Somebody else must confirm it.")},
        ),
        CheckConstraint("is_confirmed or reason <> ''", name="refusal_says_why"),
    )

    donation_id: Mapped[int] = mapped_column(Counter, primary_key=True, autoincrement=False)
    is_confirmed: Mapped[bool] = mapped_column(Boolean)
    receipt_no: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(String(200), default="")
    recorded_by: Mapped[str] = mapped_column(String(16))
    given_by: Mapped[str] = mapped_column(String(16))
    given_at: Mapped[datetime] = mapped_column(Instant)
    donation: Mapped[Donation] = relationship(back_populates="verdict")


class Allotment(Base):
    """A meal asked the funds for what policy pledges it, or gave back; only added to.

    `given_fen` moved from the fund to the meal, below nothing back again; nothing when no fund held anything.
    """

    __tablename__ = "allotment"
    __table_args__ = (
        CheckConstraint("(fund_id is null) = (given_fen = 0)", name="nothing_comes_from_nowhere"),
        CheckConstraint("pledged_fen >= 0", name="pledge_not_negative"),
        Index("ix_allotment_fund_id", "fund_id", "served_on"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    meal_id: Mapped[UUID] = mapped_column(ForeignKey("ledger.id"), index=True)
    fund_id: Mapped[int | None] = mapped_column(ForeignKey("charity_fund.id"))
    served_on: Mapped[date] = mapped_column(Date, index=True)
    pledged_fen: Mapped[int] = mapped_column(Integer)
    given_fen: Mapped[int] = mapped_column(Integer)
