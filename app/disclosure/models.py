"""Home of the tables of the public page: the months that were published, and each site's circle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.disclosure.rules.maps import Circle, Way
from app.disclosure.rules.months import Group, Shares
from app.model import Base, Counter, Fen, Instant, choice


class PublishedMonth(Base):
    """A month's sums of an area as somebody published them; the newest is shown. Only added to."""

    __tablename__ = "published_month"
    __table_args__ = (Index("ix_published_month_month", "month"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    area: Mapped[str] = mapped_column(String(12))
    statements: Mapped[int] = mapped_column(Integer)
    persons: Mapped[int] = mapped_column(Integer)
    payers: Mapped[list[list[object]]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(16))
    rows: Mapped[list[PublishedRow]] = relationship(order_by="PublishedRow.place")


class PublishedRow(Base):
    """What one site, or several small ones together, came to in a published month. Only added to."""

    __tablename__ = "published_row"
    __table_args__ = (
        CheckConstraint(
            "price_fen = government_fen + operator_fen + charity_fen + resident_fen", name="parts_add_up"
        ),
        CheckConstraint("persons >= 5", name="nobody_alone"),
    )

    published_month_id: Mapped[int] = mapped_column(ForeignKey("published_month.id"), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    site_codes: Mapped[list[str]] = mapped_column(JSON)
    persons: Mapped[int] = mapped_column(Integer)
    meals: Mapped[int] = mapped_column(Integer)
    subsidised_meals: Mapped[int] = mapped_column(Integer)
    price_fen: Mapped[int] = mapped_column(Fen)
    resident_fen: Mapped[int] = mapped_column(Fen)
    operator_fen: Mapped[int] = mapped_column(Fen)
    government_fen: Mapped[int] = mapped_column(Fen)
    charity_fen: Mapped[int] = mapped_column(Fen)

    @property
    def group(self) -> Group:
        """Give the row as the rules know it."""
        return Group(
            tuple(self.site_codes),
            Shares(
                self.persons,
                self.meals,
                self.subsidised_meals,
                self.price_fen,
                self.resident_fen,
                self.operator_fen,
                self.government_fen,
                self.charity_fen,
            ),
        )


class SiteCircle(Base):
    """What lies within 15 minutes of a site by the roads; it holds for these roads, this place and speed."""

    __tablename__ = "site_circle"

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    way: Mapped[Way] = mapped_column(choice(Way), primary_key=True)
    network_id: Mapped[int] = mapped_column(ForeignKey("road_network.id"))
    longitude: Mapped[float] = mapped_column(Float)
    latitude: Mapped[float] = mapped_column(Float)
    metres_per_hour: Mapped[int] = mapped_column(Integer)
    rings: Mapped[list[list[list[float]]]] = mapped_column(JSON)
    measured_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def circle(self) -> Circle:
        """Give the circle as the rules know it."""
        return Circle(
            tuple(tuple((place[0], place[1]) for place in ring) for ring in self.rings), by_roads=True
        )
