"""Home of the tables of cases: a door that nobody answered, the steps that were taken, how it ended."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.models import StopReport, Subscription
from app.delivery.rules.cases import CaseOrder, CaseOutcome, MealGoes, Step, StepResult, read_steps
from app.delivery.rules.freshness import ASSUMED_MINUTES
from app.model import Base, Counter, Instant, choice
from app.text import text


class CaseOrdering(Base):
    """What somebody ordered to be done from a day on when nobody answers; only added, the newest counts."""

    __tablename__ = "case_ordering"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, index=True)
    steps: Mapped[str] = mapped_column(String(120))
    close_minutes: Mapped[int] = mapped_column(Integer)
    wait_minutes: Mapped[int] = mapped_column(Integer)
    meal_goes: Mapped[MealGoes] = mapped_column(choice(MealGoes))
    cooked_minutes: Mapped[int] = mapped_column(Integer, default=ASSUMED_MINUTES, server_default="30")
    reference: Mapped[str] = mapped_column(String(200), default="")
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_by: Mapped[str] = mapped_column(String(16))

    @property
    def order(self) -> CaseOrder:
        """Give the order as the rules know it."""
        return CaseOrder(
            self.from_on,
            read_steps(self.steps),
            self.close_minutes,
            self.wait_minutes,
            self.meal_goes,
            self.cooked_minutes,
        )


class NoAnswerCase(Base):
    """A door that nobody answered (无人应): one for each subscription and day, whoever reports it.

    Only added. Its clock runs from `opened_at`, when the report arrived. A hand-over that stands ends it by
    itself; else the closing does.
    """

    __tablename__ = "no_answer_case"
    __table_args__ = (UniqueConstraint("subscription_id", "served_on"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id"))
    served_on: Mapped[date] = mapped_column(Date)
    report_id: Mapped[UUID] = mapped_column(Uuid, ForeignKey("stop_report.id"))
    opened_at: Mapped[datetime] = mapped_column(Instant)
    subscription: Mapped[Subscription] = relationship()
    report: Mapped[StopReport] = relationship()
    steps: Mapped[list[CaseStep]] = relationship(order_by="CaseStep.turn")
    closing: Mapped[CaseClosing | None] = relationship()


class CaseStep(Base):
    """One step that somebody took in a case; `turn` counts them from 1, and of two at once one wins."""

    __tablename__ = "case_step"
    __table_args__ = (
        UniqueConstraint(
            "case_id",
            "turn",
            info={"message": text("Somebody else has just noted a step of this case. Look at it first.")},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("no_answer_case.id"))
    turn: Mapped[int] = mapped_column(Integer)
    step: Mapped[Step] = mapped_column(choice(Step))
    result: Mapped[StepResult] = mapped_column(choice(StepResult))
    note: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(16))


class CaseClosing(Base):
    """How a named person closed a case, once."""

    __tablename__ = "case_closing"
    __table_args__ = (
        UniqueConstraint(
            "case_id", info={"message": text("Somebody else has just closed this case. Nothing was changed.")}
        ),
        Index("ix_case_closing_closed_at", "closed_at"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("no_answer_case.id"))
    outcome: Mapped[CaseOutcome] = mapped_column(choice(CaseOutcome))
    note: Mapped[str] = mapped_column(String(200), default="")
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[str] = mapped_column(String(16))
