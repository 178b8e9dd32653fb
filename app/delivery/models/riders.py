"""Home of the tables about riders beside their own: riding without papers, and riding for another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.delivery.models import Rider
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


class WaiverEnd(Base):
    """A waiver that somebody ended before its day: it does not count from `ended_on` on; only added."""

    __tablename__ = "waiver_end"

    waiver_id: Mapped[int] = mapped_column(ForeignKey("rider_waiver.id"), primary_key=True)
    ended_on: Mapped[date] = mapped_column(Date)
    ended_at: Mapped[datetime] = mapped_column(Instant)
    ended_by: Mapped[str] = mapped_column(String(16))


class RiderCover(Base):
    """Days on which a rider rides for another, or at another kitchen, `from_on` ≤ day < `until_on`.

    For another they ride on that rider's weekdays, in that rider's shift, and plans do not count on that one.
    It always has an end, so that nobody changes place for good by mistake; of no length when taken back.
    """

    __tablename__ = "rider_cover"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="ends_not_before_beginning"),
        CheckConstraint("covered_id is null or covered_id <> rider_id", name="of_another"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    rider_id: Mapped[int] = mapped_column(ForeignKey("rider.id"), index=True)
    covered_id: Mapped[int | None] = mapped_column(ForeignKey("rider.id"), index=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    rider: Mapped[Rider] = relationship(foreign_keys=[rider_id])
    covered: Mapped[Rider | None] = relationship(foreign_keys=[covered_id])
    kitchen: Mapped[Site] = relationship()
