"""Home of the table of phones that opened a rider's link, so that one that was passed on is seen."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Instant


class LinkOpening(Base):
    """A browser that opened a rider's link (打开链接的手机), by a number that it drew for this link alone."""

    __tablename__ = "link_opening"

    link_id: Mapped[int] = mapped_column(ForeignKey("rider_link.id"), primary_key=True)
    phone: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    opened_at: Mapped[datetime] = mapped_column(Instant)
