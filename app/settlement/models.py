"""Home of the tables of statements: what the fund owes one site for one month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.model import Base, Counter, Fen, Instant


class Statement(Base):
    """A statement (结算单) of a site and month (`2026-10`); totals count every meal of the month.

    `hash` is SHA-256 over the canonical lines. `issue` grows when a statement is voided and issued again.
    """

    __tablename__ = "statement"
    __table_args__ = (
        UniqueConstraint("statement_no"),
        UniqueConstraint("site_code", "month", "issue"),
        CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen", name="parts_add_up"
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    statement_no: Mapped[str] = mapped_column(String(48))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    month: Mapped[str] = mapped_column(String(7), index=True)
    issue: Mapped[int] = mapped_column(Integer)
    status: Mapped[str] = mapped_column(String(16))
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    lines: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[int] = mapped_column(Fen)
    government_fen: Mapped[int] = mapped_column(Fen)
    operator_fen: Mapped[int] = mapped_column(Fen)
    charity_fen: Mapped[int] = mapped_column(Fen)
    resident_fen: Mapped[int] = mapped_column(Fen)
    hash: Mapped[str] = mapped_column(String(64))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    drafted_by: Mapped[str] = mapped_column(String(16))
    site: Mapped[Site] = relationship()
    amounts: Mapped[list[StatementAmount]] = relationship(
        cascade="all, delete-orphan", order_by="(StatementAmount.payer, StatementAmount.fund)"
    )


class StatementAmount(Base):
    """What one payer owes out of one fund; persons and meals are those that it pays for."""

    __tablename__ = "statement_amount"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    payer: Mapped[str] = mapped_column(String(64), primary_key=True)
    fund: Mapped[str] = mapped_column(String(120), primary_key=True)
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(Fen)
