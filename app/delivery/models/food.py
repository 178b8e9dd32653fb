"""Home of the tables of the log of hot meals: how hot a run was loaded, what was kept as a sample."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.canteens.rules import Sitting
from app.model import Base, Counter, Instant, choice


class CookedBatch(Base):
    """When a batch of a kitchen's sitting came off the stove (出锅); only added, the last word counts.

    `cooked_seconds` is the second of the day; None takes back what was written of a batch.
    """

    __tablename__ = "cooked_batch"
    __table_args__ = (
        Index("ix_cooked_batch_kitchen_code_served_on", "kitchen_code", "served_on"),
        CheckConstraint("batch between 1 and 6", name="few_batches"),
        CheckConstraint("cooked_seconds between 0 and 86399", name="within_the_day"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    batch: Mapped[int] = mapped_column(Integer)
    cooked_seconds: Mapped[int | None] = mapped_column(Integer)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))


class LoadingTemperature(Base):
    """How hot a run's meals were when they were loaded (出餐温度); only added, the last one counts."""

    __tablename__ = "loading_temperature"
    __table_args__ = (CheckConstraint("degrees between -20 and 110", name="degrees"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"), index=True)
    degrees: Mapped[int] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(String(64), default="")
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))


class FoodSample(Base):
    """What a kitchen kept of one dish of a sitting (留样); only added."""

    __tablename__ = "food_sample"
    __table_args__ = (
        Index("ix_food_sample_kitchen_code_served_on", "kitchen_code", "served_on"),
        CheckConstraint("grams > 0", name="some_grams"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kitchen_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    served_on: Mapped[date] = mapped_column(Date)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting))
    dish: Mapped[str] = mapped_column(String(64))
    grams: Mapped[int] = mapped_column(Integer)
    kept_at: Mapped[datetime] = mapped_column(Instant)
    kept_by: Mapped[str] = mapped_column(String(16))
