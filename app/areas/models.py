"""Home of the table of administrative places."""

from __future__ import annotations

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.areas.rules import short_name
from app.model import Base


class Area(Base):
    """An administrative place by its official code: 6 digits a district, 9 a street, 12 a community."""

    __tablename__ = "area"

    code: Mapped[str] = mapped_column(String(12), primary_key=True)
    name: Mapped[str] = mapped_column(String(64))
    level: Mapped[str] = mapped_column(String(16))
    parent_code: Mapped[str | None] = mapped_column(String(12), index=True)

    @property
    def short_name(self) -> str:
        """Give the name as people say it."""
        return short_name(self.name)
