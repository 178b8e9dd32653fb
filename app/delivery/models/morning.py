"""Home of the table of confirmations: the list of a kitchen's sitting as a named person confirmed it."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.canteens.rules import Sitting
from app.model import Base, Counter, Instant, choice
from app.text import text


class Confirmation(Base):
    """One confirmation of the morning (当日确认); only added, the highest `revision` counts.

    `lines` is the list as it was confirmed (`rules.morning.lines_written`): subscriptions, diets and marks
    of doors, no name and no address.
    """

    __tablename__ = "confirmation"
    __table_args__ = (
        UniqueConstraint(
            "served_on",
            "sitting",
            "kitchen_code",
            "revision",
            info={"message": text("Somebody else has just confirmed this list.")},
        ),
        CheckConstraint("revision > 0", name="counts_from_one"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    revision: Mapped[int] = mapped_column(Integer)
    lines: Mapped[str] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
    confirmed_by: Mapped[str] = mapped_column(String(16))
