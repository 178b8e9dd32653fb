"""Home of the table of purchases: what a kitchen bought by weight in a month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant, choice
from app.oversight.rules.purchases import LONGEST_REASON, Food
from app.text import text


class SitePurchase(Base):
    """What a kitchen bought of one food in a month (采购量); only added, the highest `turn` counts."""

    __tablename__ = "site_purchase"
    __table_args__ = (
        UniqueConstraint(
            "site_code",
            "month",
            "food",
            "turn",
            info={"message": text("Somebody else has entered this meanwhile. Open it again.")},
        ),
        CheckConstraint("grams >= 0", name="not_negative"),
        CheckConstraint("turn = 1 or (turn > 1 and reason <> '')", name="changed_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    food: Mapped[Food] = mapped_column(choice(Food))
    turn: Mapped[int] = mapped_column(Integer)
    grams: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    entered_by: Mapped[str] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(Instant)
