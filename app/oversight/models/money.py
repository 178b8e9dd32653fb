"""Home of the tables of money that people enter: budgets of a year, and what a site costs a month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Fen, Instant, choice
from app.oversight.rules.breakeven import CostKind


class Budget(Base):
    """What an area may spend out of one fund in a year."""

    __tablename__ = "budget"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="something"),)

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    fund: Mapped[str] = mapped_column(String(120), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    written_by: Mapped[str] = mapped_column(String(16))
    written_at: Mapped[datetime] = mapped_column(Instant)


class SiteCost(Base):
    """What a site spent in a month on one kind of thing; the newest entry counts."""

    __tablename__ = "site_cost"
    __table_args__ = (CheckConstraint("amount_fen >= 0", name="not_negative"),)

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    month: Mapped[str] = mapped_column(String(7), primary_key=True)
    kind: Mapped[CostKind] = mapped_column(choice(CostKind), primary_key=True)
    amount_fen: Mapped[int] = mapped_column(Fen)
    written_by: Mapped[str] = mapped_column(String(16))
    written_at: Mapped[datetime] = mapped_column(Instant)
