"""Home of the tables about riders beside their own: who rides without complete papers, and until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.delivery.rules.readiness import LONGEST_REASON
from app.model import Base, Counter, Instant


class RiderWaiver(Base):
    """Days on which a rider rides without complete papers, `from_on` ≤ day < `until_on`; only added.

    Somebody answers for it by name. It always has an end, and hides nothing: pages go on saying what lacks.
    """

    __tablename__ = "rider_waiver"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="ends_not_before_beginning"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[str] = mapped_column(String(16))
