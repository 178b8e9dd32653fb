"""Home of the tables of roads: the network that minutes come from, and how fast rides are planned."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant


class RoadNetwork(Base):
    """The roads of the district as they were read from an OpenStreetMap extract (路网); the newest counts.

    `digest` is SHA-256 over `content`, which only the newest still has; the others stay as what plans were
    measured over.
    """

    __tablename__ = "road_network"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    built_at: Mapped[datetime] = mapped_column(Instant)
    built_by: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    junctions: Mapped[int] = mapped_column(Integer)
    metres: Mapped[int] = mapped_column(Integer)
    content: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, deferred_raiseload=True)


class RidingSpeed(Base):
    """How fast rides are planned from a day on (车速), in metres an hour; the newest not later counts.

    `road` is riding on roads and cycleways, `lane` riding in lanes, `pushed` pushing on foot. Seconds:
    `hand_over` at each door, `floor` for each floor without a lift.
    """

    __tablename__ = "riding_speed"
    __table_args__ = (
        CheckConstraint("road between 1000 and 15000 and lane between 1000 and 15000", name="within_the_law"),
        CheckConstraint("pushed between 1000 and 6000", name="on_foot"),
        CheckConstraint("hand_over between 30 and 600 and floor between 5 and 120", name="at_the_door"),
    )

    effective_from: Mapped[date] = mapped_column(Date, primary_key=True)
    road: Mapped[int] = mapped_column(Integer)
    lane: Mapped[int] = mapped_column(Integer)
    pushed: Mapped[int] = mapped_column(Integer)
    hand_over: Mapped[int] = mapped_column(Integer)
    floor: Mapped[int] = mapped_column(Integer)
    reference: Mapped[str] = mapped_column(String(64))
    decided_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str] = mapped_column(String(16))
