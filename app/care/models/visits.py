"""Home of the table of visits."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.care.rules.visits import Finding, VisitWay
from app.model import Base, Counter, Instant, choice
from app.residents.models import Resident
from app.text import text

_STANDS = sql_text("withdrawn_at is null")


class CareVisit(Base):
    """That somebody visited a resident on a day (探访); one that was a mistake is taken back and stays."""

    __tablename__ = "care_visit"
    __table_args__ = (
        CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn_by_somebody"),
        Index(
            "uq_care_visit_stands",
            "resident_id",
            "visited_on",
            "way",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
            info={
                "message": text("This visit is written down already, perhaps by a colleague."),
                "field": "visited_on",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    visited_on: Mapped[date] = mapped_column(Date)
    way: Mapped[VisitWay] = mapped_column(choice(VisitWay))
    finding: Mapped[Finding] = mapped_column(choice(Finding))
    note: Mapped[str] = mapped_column(String(200), default="")
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    withdrawn_at: Mapped[datetime | None] = mapped_column(Instant)
    withdrawn_by: Mapped[str | None] = mapped_column(String(16))
    resident: Mapped[Resident] = relationship()
