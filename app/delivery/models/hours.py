"""Home of the tables of riders' hours: what corrects them, the second look at it, and the certificates."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    ForeignKeyConstraint,
    Integer,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.models import Rider
from app.delivery.rules.hours import LONGEST_REASON
from app.model import Base, Counter, Instant
from app.text import text


class HoursAdjustment(Base):
    """Minutes that somebody adds to a rider's month, or takes away, with the reason; only added.

    It counts once somebody else has confirmed it. `month` is the first day of the month.
    """

    __tablename__ = "hours_adjustment"
    __table_args__ = (UniqueConstraint("id", "written_by"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"), index=True)
    month: Mapped[date] = mapped_column(Date)
    minutes: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(16))
    rider: Mapped[Rider] = relationship()


class HoursVerdict(Base):
    """The second look at a correction: confirmed it counts, refused it never does; only added."""

    __tablename__ = "hours_verdict"
    __table_args__ = (
        ForeignKeyConstraint(
            ["adjustment_id", "written_by"], ["hours_adjustment.id", "hours_adjustment.written_by"]
        ),
        CheckConstraint(
            "not is_confirmed or given_by <> written_by",
            name="four_eyes",
            info={"message": text("You wrote this correction. Somebody else must confirm it.")},
        ),
    )

    adjustment_id: Mapped[int] = mapped_column(Counter, primary_key=True)
    written_by: Mapped[str] = mapped_column(String(16))
    is_confirmed: Mapped[bool] = mapped_column(Boolean)
    given_at: Mapped[datetime] = mapped_column(Instant)
    given_by: Mapped[str] = mapped_column(String(16))


class RiderCertificate(Base):
    """What a rider was certified (志愿服务证明), as it was counted on the day of issue; only added.

    `first_month` and `last_month` are first days of months.
    """

    __tablename__ = "rider_certificate"
    __table_args__ = (
        UniqueConstraint(
            "certificate_no", info={"message": text("This number was taken a moment ago. Try again.")}
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    certificate_no: Mapped[str] = mapped_column(String(16))
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    first_month: Mapped[date] = mapped_column(Date)
    last_month: Mapped[date] = mapped_column(Date)
    runs: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    minutes: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(String(16))
    rider: Mapped[Rider] = relationship()
