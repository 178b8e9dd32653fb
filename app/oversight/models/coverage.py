"""Home of the tables of coverage: who is within reach, and where sites could open. No person is in them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import JSON, Date, Float, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant, choice
from app.oversight.rules.coverage import Way


class CoverageCount(Base):
    """How many residents of a community are within 15 minutes of an open site; measured on a day."""

    __tablename__ = "coverage_count"

    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    people: Mapped[str] = mapped_column(String(32), primary_key=True)
    way: Mapped[Way] = mapped_column(choice(Way), primary_key=True)
    residents: Mapped[int] = mapped_column(Integer)
    placed: Mapped[int] = mapped_column(Integer)
    within: Mapped[int] = mapped_column(Integer)
    measured_on: Mapped[date] = mapped_column(Date)


class CoverageCell(Base):
    """How many residents out of reach live in a square of the map; squares with few are left out."""

    __tablename__ = "coverage_cell"

    way: Mapped[Way] = mapped_column(choice(Way), primary_key=True)
    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    row: Mapped[int] = mapped_column(Integer, primary_key=True)
    column: Mapped[int] = mapped_column("place", Integer, primary_key=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)
    residents: Mapped[int] = mapped_column(Integer)


class CoverageMiddle(Base):
    """Where a community or a street lies on the map: among its residents' doors, where they are not few."""

    __tablename__ = "coverage_middle"

    area: Mapped[str] = mapped_column(String(12), primary_key=True)
    latitude: Mapped[float] = mapped_column(Float)
    longitude: Mapped[float] = mapped_column(Float)


class SitingStudy(Base):
    """An answer to where sites should open: what was asked, and for each number of sites what to choose."""

    __tablename__ = "siting_study"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    area: Mapped[str] = mapped_column(String(12))
    asked: Mapped[dict[str, str]] = mapped_column(JSON)
    answer: Mapped[dict[str, object]] = mapped_column(JSON)
    made_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Instant)
