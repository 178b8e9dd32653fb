"""Home of the tables of statements: what the fund owes one site for one month."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.model import Base, Counter, Fen, Instant
from app.settlement.rules.month import Month, parse_month
from app.settlement.rules.statement import FundAmount, StatementStatus, Totals


class Statement(Base):
    """A statement (结算单) of a site and month (`2026-10`).

    `lines` counts every meal of the month; `meals` and the amounts only those that stand, `subsidised_meals`
    and `persons` those that somebody pays a share of. `hash` is SHA-256 over the canonical lines. `issue`
    grows when a statement is voided and issued again.
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
    subsidised_meals: Mapped[int] = mapped_column(Integer)
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

    @property
    def period(self) -> Month:
        """Give the month as the rules know it."""
        return parse_month(self.month)

    @property
    def stage(self) -> StatementStatus:
        """Give how far the statement has come."""
        return StatementStatus(self.status)

    @property
    def totals(self) -> Totals:
        """Give the sums over its lines."""
        return Totals(
            persons=self.persons,
            meals=self.meals,
            subsidised_meals=self.subsidised_meals,
            reversed_meals=self.lines - self.meals,
            price_fen=self.price_fen,
            government_fen=self.government_fen,
            operator_fen=self.operator_fen,
            charity_fen=self.charity_fen,
            resident_fen=self.resident_fen,
        )

    @property
    def fund_amounts(self) -> tuple[FundAmount, ...]:
        """Give what each payer owes from each fund, in the order of every list."""
        return tuple(sorted((amount.facts for amount in self.amounts), key=lambda row: row.place))


class StatementAmount(Base):
    """What one payer owes out of one fund; persons and meals are those that it pays for."""

    __tablename__ = "statement_amount"

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    payer: Mapped[str] = mapped_column(String(64), primary_key=True)
    fund: Mapped[str] = mapped_column(String(120), primary_key=True)
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    amount_fen: Mapped[int] = mapped_column(Fen)

    @property
    def facts(self) -> FundAmount:
        """Give the amount as the rules know it."""
        return FundAmount(self.payer, self.fund, self.persons, self.meals, self.amount_fen)
