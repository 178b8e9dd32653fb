"""Home of the tables of photos: which households agreed, and what riders took at their doors."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Uuid
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant, Sealed
from app.text import text

_STANDS = sql_text("ended_at is null")


class PhotoConsent(Base):
    """A household agreed that a hand-over may be photographed; without a row that stands nobody may."""

    __tablename__ = "photo_consent"
    __table_args__ = (
        Index(
            "uq_photo_consent_standing",
            "resident_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
            info={"message": text("It is noted already that this household agrees.")},
        ),
        CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    agreed_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(16))


class HandoverPhoto(Base):
    """A photo of a hand-over (送达照片), sealed; it travels apart from the report of its stop.

    `content` is the picture in base64, empty once it was erased; that there was one stays.
    """

    __tablename__ = "handover_photo"
    __table_args__ = (
        ForeignKeyConstraint(["run_id", "position"], ["stop.run_id", "stop.position"]),
        Index("ix_handover_photo_run_id", "run_id", "position"),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    run_id: Mapped[int] = mapped_column(Counter)
    position: Mapped[int] = mapped_column(Integer)
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(16))
    received_at: Mapped[datetime] = mapped_column(Instant, index=True)
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    content: Mapped[str] = mapped_column(Sealed("handover_photo.content"))
