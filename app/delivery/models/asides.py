"""Home of the table of how reports that were kept apart were settled."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant
from app.text import text


class AsideSettlement(Base):
    """How a person settled a report that was kept apart, once: taken as a fact, or set aside, saying why."""

    __tablename__ = "aside_settlement"
    __table_args__ = (
        UniqueConstraint(
            "aside_id",
            info={"message": text("Somebody settled this report meanwhile. Nothing was changed.")},
        ),
        CheckConstraint("(report_id is null) = (reason <> '')", name="taken_or_set_aside_with_a_reason"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    aside_id: Mapped[int] = mapped_column(ForeignKey("report_aside.id"))
    report_id: Mapped[UUID | None] = mapped_column(Uuid, ForeignKey("stop_report.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    settled_at: Mapped[datetime] = mapped_column(Instant)
    settled_by: Mapped[str] = mapped_column(String(16))

    @property
    def is_taken(self) -> bool:
        """Tell whether it became a report; else it was set aside."""
        return self.report_id is not None
