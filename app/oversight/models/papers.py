"""Home of the table of papers: what a site and its people must hold, and until when."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.model import Base, Counter, Instant, choice
from app.oversight.rules.papers import LONGEST_HOLDER, LONGEST_NUMBER, PaperKind
from app.text import text


class SitePaper(Base):
    """A licence or certificate as it stands (证照); a renewal is written over it, and the trail keeps when.

    `holder` is the name of whoever holds a personal one: it goes when the person leaves.
    """

    __tablename__ = "site_paper"
    __table_args__ = (
        UniqueConstraint(
            "site_code",
            "kind",
            "holder",
            info={"message": text("Somebody else has just entered this paper. Open the page again.")},
        ),
        CheckConstraint("(kind = 'health_certificate') = (holder <> '')", name="held_by_somebody"),
        CheckConstraint("number <> ''", name="numbered"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    kind: Mapped[PaperKind] = mapped_column(choice(PaperKind))
    holder: Mapped[str] = mapped_column(String(LONGEST_HOLDER), default="")
    number: Mapped[str] = mapped_column(String(LONGEST_NUMBER))
    valid_until: Mapped[date] = mapped_column(Date, index=True)
    entered_by: Mapped[str] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    site: Mapped[Site] = relationship()
