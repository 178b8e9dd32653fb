"""Home of the tables of watching: what is ordered, each sitting looked at, and the meals that were missed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.care.rules.watching import WatchOrder, read_times
from app.delivery.rules.cases import CaseOutcome, Step, StepResult, Taken, read_steps
from app.model import Base, Counter, Instant, choice
from app.residents.models import Resident
from app.text import text


class WatchOrdering(Base):
    """What was ordered from a day on of regulars, times, steps and clocks; only added, the newest counts."""

    __tablename__ = "watch_ordering"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, index=True)
    came: Mapped[int] = mapped_column(Integer)
    of: Mapped[int] = mapped_column(Integer)
    times: Mapped[str] = mapped_column(String(64))
    steps: Mapped[str] = mapped_column(String(120))
    close_minutes: Mapped[int] = mapped_column(Integer)
    unknown_minutes: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str] = mapped_column(String(200), default="")
    ordered_at: Mapped[datetime] = mapped_column(Instant)
    ordered_by: Mapped[str] = mapped_column(String(16))

    @property
    def order(self) -> WatchOrder:
        """Give the order as the rules know it."""
        return WatchOrder(
            self.from_on,
            self.came,
            self.of,
            read_times(self.times),
            read_steps(self.steps),
            self.close_minutes,
            self.unknown_minutes,
        )


class WatchRound(Base):
    """That a sitting was looked at, and what was seen the last time; site codes with spaces between."""

    __tablename__ = "watch_round"

    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    watched_at: Mapped[datetime] = mapped_column(Instant)
    regulars: Mapped[int] = mapped_column(Integer)
    absent: Mapped[int] = mapped_column(Integer)
    not_known: Mapped[str] = mapped_column(String(2000), default="")
    shut: Mapped[str] = mapped_column(String(2000), default="")


class MissedMeal(Base):
    """A regular diner who did not come to a sitting (未到餐): somebody finds out how they are.

    `known_at` is when the usual site's tablets had all reported, None while they may still know better. A
    meal that arrives later ends it by itself; so does an absence or a death that is written down; else the
    closing.
    """

    __tablename__ = "missed_meal"
    __table_args__ = (
        UniqueConstraint("resident_id", "served_on", "sitting"),
        Index("ix_missed_meal_served_on_sitting", "served_on", "sitting"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    came: Mapped[int] = mapped_column(Integer)
    of: Mapped[int] = mapped_column(Integer)
    opened_at: Mapped[datetime] = mapped_column(Instant)
    known_at: Mapped[datetime | None] = mapped_column(Instant)
    resident: Mapped[Resident] = relationship()
    site: Mapped[Site] = relationship()
    steps: Mapped[list[MissedMealStep]] = relationship(order_by="MissedMealStep.turn")
    closing: Mapped[MissedMealClosing | None] = relationship()

    @property
    def taken(self) -> list[Taken]:
        """Give the steps as the rules know them."""
        return [Taken(each.step, each.result, each.taken_at) for each in self.steps]


class MissedMealStep(Base):
    """One step that somebody took; `turn` counts them from 1, and of two at once one wins."""

    __tablename__ = "missed_meal_step"
    __table_args__ = (
        UniqueConstraint(
            "missed_meal_id",
            "turn",
            info={"message": text("Somebody else has just noted a step of this case. Look at it first.")},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    missed_meal_id: Mapped[int] = mapped_column(ForeignKey("missed_meal.id"))
    turn: Mapped[int] = mapped_column(Integer)
    step: Mapped[Step] = mapped_column(choice(Step))
    result: Mapped[StepResult] = mapped_column(choice(StepResult))
    note: Mapped[str] = mapped_column(String(200), default="")
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(16))


class MissedMealClosing(Base):
    """How a named person closed it, once."""

    __tablename__ = "missed_meal_closing"
    __table_args__ = (
        UniqueConstraint(
            "missed_meal_id",
            info={"message": text("Somebody else has just closed this case. Nothing was changed.")},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    missed_meal_id: Mapped[int] = mapped_column(ForeignKey("missed_meal.id"))
    outcome: Mapped[CaseOutcome] = mapped_column(choice(CaseOutcome))
    note: Mapped[str] = mapped_column(String(200), default="")
    closed_at: Mapped[datetime] = mapped_column(Instant)
    closed_by: Mapped[str] = mapped_column(String(16))
