"""Home of the tables of the forecast: what is known of days, what was expected, and how that fared."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Boolean, CheckConstraint, Date, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.canteens.rules import Sitting
from app.model import Base, Counter, Instant, choice
from app.oversight.rules.outlook import Expected, Fared, NoteKind


class DayNote(Base):
    """What somebody wrote down about some days, for all sites of an area."""

    __tablename__ = "day_note"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_beginning"),
        Index("ix_day_note_first_on", "first_on"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kind: Mapped[NoteKind] = mapped_column(choice(NoteKind))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    area: Mapped[str] = mapped_column(String(12))
    words: Mapped[str] = mapped_column(String(80), default="")
    written_by: Mapped[str] = mapped_column(String(16))
    written_at: Mapped[datetime] = mapped_column(Instant)


class CoverForecast(Base):
    """What was expected of one day, as it was forecast on another; kept to be held against what came."""

    __tablename__ = "cover_forecast"
    __table_args__ = (
        Index("ix_cover_forecast_made_on", "made_on"),
        Index("ix_cover_forecast_for_on", "for_on"),
    )

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    is_cooked: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    on: Mapped[date] = mapped_column("for_on", Date, primary_key=True)
    made_on: Mapped[date] = mapped_column(Date, primary_key=True)
    covers: Mapped[int] = mapped_column(Integer)
    low: Mapped[int] = mapped_column(Integer)
    high: Mapped[int] = mapped_column(Integer)
    median: Mapped[int] = mapped_column(Integer)

    @property
    def expected(self) -> Expected:
        """Give what was expected as the rules know it."""
        return Expected(self.on, self.covers, self.low, self.high, self.median)


class ForecastTrial(Base):
    """How forecasts like the newest fared on days held out, for one series."""

    __tablename__ = "forecast_trial"

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    is_cooked: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    made_on: Mapped[date] = mapped_column(Date)
    days: Mapped[int] = mapped_column(Integer)
    came: Mapped[int] = mapped_column(Integer)
    error: Mapped[float] = mapped_column(Float)
    median_error: Mapped[float] = mapped_column(Float)
    weekly_error: Mapped[float] = mapped_column(Float)
    within: Mapped[int] = mapped_column(Integer)

    @property
    def fared(self) -> Fared:
        """Give the figures as the rules know them."""
        return Fared(self.days, self.came, self.error, self.median_error, self.weekly_error, self.within)
