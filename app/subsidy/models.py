"""Home of the tables of policy: its published versions, and the calendar of workdays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, Date, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant
from app.text import text


class PolicyVersion(Base):
    """One published policy, as the `meal-policy/1` document that orders it; never changed once written."""

    __tablename__ = "policy"
    __table_args__ = (
        UniqueConstraint(
            "district",
            "effective_from",
            info={
                "message": text(
                    "A policy of this district takes effect on this day already. Choose a later day."
                ),
                "field": "effective_from",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    district: Mapped[str] = mapped_column(String(12))
    effective_from: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(16))


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"

    on: Mapped[date] = mapped_column(Date, primary_key=True)
    is_workday: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(64), default="")
