"""Home of the tables of kitchens that are late: from when their meals can leave, and which runs wait."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.rules import Sitting
from app.delivery.rules.delays import LONGEST_REASON
from app.model import Base, Counter, Instant, choice


class KitchenDelay(Base):
    """A kitchen's meals of a sitting leave later than planned (出餐推迟); only added, the last one counts."""

    __tablename__ = "kitchen_delay"
    __table_args__ = (
        Index("ix_kitchen_delay_kitchen_code_served_on", "kitchen_code", "served_on"),
        CheckConstraint("ready_seconds between 0 and 86399", name="within_the_day"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    ready_seconds: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    waiting: Mapped[list[WaitingRun]] = relationship(order_by="WaitingRun.run_id")


class WaitingRun(Base):
    """A run in force that had not left when the delay was noted, though it should have; only added."""

    __tablename__ = "waiting_run"

    delay_id: Mapped[int] = mapped_column(ForeignKey("kitchen_delay.id"), primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), primary_key=True)
