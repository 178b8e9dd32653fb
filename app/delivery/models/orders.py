"""Home of the table of day changes: meals ordered once, deliveries cancelled for a day, and who asked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.models import Subscription
from app.delivery.rules.orders import LONGEST_REASON, AskedBy, Asker, ChangeKind
from app.model import Base, Counter, Instant, choice
from app.text import text

_STANDS = sql_text("taken_back_at is null")


class DayChange(Base):
    """One day's exception to what the weekdays say, with who asked for it and by which way.

    Meals ordered once are a subscription of one day, so that plans, proof and papers know nothing new; this
    row says that it was ordered. A cancellation leaves the subscription as it is and takes one day from it.
    `reason` is why it came after the cut-off.
    """

    __tablename__ = "day_change"
    __table_args__ = (
        Index(
            "uq_day_change_standing",
            "subscription_id",
            "served_on",
            "kind",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
            info={"message": text("Somebody else has just entered the same change.")},
        ),
        CheckConstraint("(taken_back_at is null) = (taken_back_by is null)", name="taken_back_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    served_on: Mapped[date] = mapped_column(Date, index=True)
    kind: Mapped[ChangeKind] = mapped_column(choice(ChangeKind))
    asker: Mapped[Asker] = mapped_column(choice(Asker))
    way: Mapped[AskedBy] = mapped_column(choice(AskedBy))
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON), default="")
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    taken_back_at: Mapped[datetime | None] = mapped_column(Instant)
    taken_back_by: Mapped[str | None] = mapped_column(String(16))
    subscription: Mapped[Subscription] = relationship()

    @property
    def is_cancellation(self) -> bool:
        """Tell whether nothing is delivered because of it."""
        return self.kind is ChangeKind.CANCELLED
