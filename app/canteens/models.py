"""Home of the tables of sites: their operators, the sites themselves, and their prices."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.models import Area
from app.canteens.rules import SiteFacts, SiteKind, Sitting
from app.model import Base, Counter, choice
from app.text import text

__all__ = ["Area", "Operator", "Site", "SitePrice"]


class Operator(Base):
    """The organisation that runs sites (运营单位); `uscc` is its credit code."""

    __tablename__ = "operator"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str | None] = mapped_column(String(18))


class Site(Base):
    """A place that serves meals (助餐点). Without `kitchen_code` it cooks itself. WGS-84."""

    __tablename__ = "site"
    __table_args__ = (
        CheckConstraint("closed_on is null or closed_on > opened_on", name="closes_after_opening"),
        CheckConstraint(
            "kitchen_code is null or kitchen_code <> site_code",
            name="other_kitchen",
            info={
                "message": text("A site that cooks itself has no other kitchen. Leave the field empty."),
                "field": "kitchen_code",
            },
        ),
    )

    site_code: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[SiteKind] = mapped_column(choice(SiteKind))
    area_code: Mapped[str] = mapped_column(ForeignKey("area.code"), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    opened_on: Mapped[date] = mapped_column(Date)
    closed_on: Mapped[date | None] = mapped_column(Date)
    seats: Mapped[int | None] = mapped_column(Integer)
    kitchen_code: Mapped[str | None] = mapped_column(ForeignKey("site.site_code"))
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operator.id"))
    area: Mapped[Area] = relationship()
    operator: Mapped[Operator | None] = relationship()
    kitchen: Mapped[Site | None] = relationship(remote_side="Site.site_code")

    @property
    def facts(self) -> SiteFacts:
        """Give what adjudication must know of the site."""
        return SiteFacts(self.site_code, self.kind, self.area_code, self.opened_on, self.closed_on)


class SitePrice(Base):
    """The price of a sitting's meal at a site, from a day on."""

    __tablename__ = "site_price"
    __table_args__ = (CheckConstraint("price_fen >= 0", name="not_negative"),)

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    price_fen: Mapped[int] = mapped_column(Integer)
