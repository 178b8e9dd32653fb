"""Home of the tables of the ledger: facts that are only added, and the decisions derived from them."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.meals.rules import Channel, FoundBy, Payment
from app.model import Base, Counter, Instant, choice
from app.subsidy.rules import Reason


class LedgerRecord(Base):
    """A fact of the ledger: a meal was served, or a meal was reversed. Never changed, never deleted.

    `resident_no` is kept as it was given, so that a meal may come before its resident's registration.
    `digest` is SHA-256 over what was sent: the same id with another digest is a conflict. What came from a
    tablet keeps its number `seq` there, and by how many seconds the tablet's clock was ahead when it sent:
    `served_at` is the tablet's word and is never rewritten. `sheet_no` names the paper it was keyed from.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_resident_no_served_on", "resident_no", "served_on"),
        Index("ix_ledger_site_code_served_on", "site_code", "served_on"),
        Index("ix_ledger_served_on", "served_on", "received_at"),
        Index("ix_ledger_received_at", "received_at"),
        CheckConstraint("price_fen >= 0", name="price_not_negative"),
        CheckConstraint("(kind = 'reversal') = (reverses is not null)", name="reversal_names_its_meal"),
        CheckConstraint("kind <> 'reversal' or reason <> ''", name="reversal_has_a_reason"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    digest: Mapped[str] = mapped_column(String(64))
    resident_no: Mapped[str] = mapped_column(String(32))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    channel: Mapped[Channel] = mapped_column(choice(Channel))
    price_fen: Mapped[int] = mapped_column(Integer)
    served_at: Mapped[datetime] = mapped_column(Instant)
    recorded_by: Mapped[str] = mapped_column(String(32))
    tablet: Mapped[str] = mapped_column(String(64), default="")
    reverses: Mapped[UUID | None] = mapped_column(Uuid, index=True)
    reason: Mapped[str] = mapped_column(String(200), default="")
    received_at: Mapped[datetime] = mapped_column(Instant)
    seq: Mapped[int | None] = mapped_column(BigInteger)
    skew_seconds: Mapped[int | None] = mapped_column(Integer)
    payment: Mapped[Payment | None] = mapped_column(choice(Payment))
    companion_of: Mapped[str | None] = mapped_column(String(32))
    found_by: Mapped[FoundBy | None] = mapped_column(choice(FoundBy))
    sheet_no: Mapped[str | None] = mapped_column(String(16))
    site: Mapped[Site] = relationship()

    __mapper_args__ = {"polymorphic_on": "kind"}  # noqa: RUF012 - SQLAlchemy reads it once


class Meal(LedgerRecord):
    """One resident, one sitting, one day, one site (就餐记录)."""

    __mapper_args__ = {"polymorphic_identity": "meal"}  # noqa: RUF012 - as above
    decision: Mapped[Decision | None] = relationship(back_populates="meal", uselist=False)


class Reversal(LedgerRecord):
    """A record that undoes the meal `reverses` names (冲正), with a reason."""

    __mapper_args__ = {"polymorphic_identity": "reversal"}  # noqa: RUF012 - as above


class Decision(Base):
    """What policy gives one meal, and why (认定). Derived from facts; it can be computed again."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(
            "government_fen >= 0 and operator_fen >= 0 and charity_fen >= 0 and resident_fen >= 0",
            name="parts_not_negative",
        ),
        CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen", name="parts_add_up"
        ),
    )

    meal_id: Mapped[UUID] = mapped_column(ForeignKey("ledger.id"), primary_key=True)
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    reason: Mapped[Reason] = mapped_column(choice(Reason))
    price_fen: Mapped[int] = mapped_column(Integer)
    government_fen: Mapped[int] = mapped_column(Integer)
    operator_fen: Mapped[int] = mapped_column(Integer)
    charity_fen: Mapped[int] = mapped_column(Integer)
    resident_fen: Mapped[int] = mapped_column(Integer)
    meal: Mapped[Meal] = relationship(back_populates="decision")
    layers: Mapped[list[DecisionLayer]] = relationship(
        cascade="all, delete-orphan", order_by="DecisionLayer.position"
    )


class DecisionLayer(Base):
    """What one payer gives to one meal out of one fund."""

    __tablename__ = "decision_layer"
    __table_args__ = (CheckConstraint("amount_fen > 0", name="pays_something"),)

    meal_id: Mapped[UUID] = mapped_column(
        ForeignKey("decision.meal_id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    payer: Mapped[str] = mapped_column(String(64))
    fund: Mapped[str] = mapped_column(String(120))
    amount_fen: Mapped[int] = mapped_column(Integer)


class Revision(Base):
    """That facts which came later changed a meal's decision: whoever was told another one must be told.

    The meal's site and day stand beside it: they tell whether a month is as it was when it was added up.
    """

    __tablename__ = "revision"
    __table_args__ = (Index("ix_revision_site_code_served_on", "site_code", "served_on"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    meal_id: Mapped[UUID] = mapped_column(ForeignKey("ledger.id"))
    site_code: Mapped[str] = mapped_column(String(32))
    served_on: Mapped[date] = mapped_column(Date)


class MealConflict(Base):
    """Another content that came under a known id: kept for a person to look at, counted nowhere."""

    __tablename__ = "meal_conflict"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    meal_id: Mapped[UUID] = mapped_column(Uuid, index=True)
    digest: Mapped[str] = mapped_column(String(64))
    content: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    __table_args__ = (Index("uq_meal_conflict_meal_id", "meal_id", "digest", unique=True),)


class GroundMark(Base):
    """The mark of what decisions rest on beside meals and residents: sites, policies, calendar; one row.

    The database gives it a new one, at random, whenever one of those tables changes. Random and not counted:
    a change that was taken back must never lend its mark to another.
    """

    __tablename__ = "ground"
    __table_args__ = (CheckConstraint("id = 1", name="single"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    mark: Mapped[str] = mapped_column(String(32))
