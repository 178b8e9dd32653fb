"""Home of the tables of sites: operators, sites and their prices, opening, menus."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.areas.models import Area
from app.canteens.rules import ClosureReason, Dish, DishMark, OpenSpan, SiteFacts, SiteKind, Sitting
from app.canteens.rules.menus import LONGEST_NAME
from app.canteens.rules.opening import LONGEST_WORDS
from app.model import Base, Counter, Instant, choice
from app.text import text

__all__ = ["Area", "MenuDish", "Operator", "Site", "SiteClosure", "SiteHours", "SitePrice"]


class Operator(Base):
    """The organisation that runs sites (运营单位); `uscc` is its credit code."""

    __tablename__ = "operator"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    uscc: Mapped[str | None] = mapped_column(String(18))


class Site(Base):
    """A place that serves meals (助餐点). Without `kitchen_code` it cooks itself. WGS-84.

    `address` and `telephone` are for everybody to read; no file of sites has them.
    """

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
    address: Mapped[str | None] = mapped_column(String(160))
    telephone: Mapped[str | None] = mapped_column(String(32))
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


class SiteHours(Base):
    """From when until when a sitting is served on a weekday, Monday being 0; without a row it is not."""

    __tablename__ = "site_hours"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="a_day_of_the_week"),
        CheckConstraint(
            "0 <= opens_seconds and opens_seconds < closes_seconds and closes_seconds <= 86400",
            name="within_a_day",
        ),
    )

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    weekday: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    opens_seconds: Mapped[int] = mapped_column(Integer)
    closes_seconds: Mapped[int] = mapped_column(Integer)

    @property
    def span(self) -> OpenSpan:
        """Give the hours as the rules know them."""
        return OpenSpan(self.opens_seconds, self.closes_seconds)


class SiteHoursChange(Base):
    """Other hours of a sitting on a weekday from a day on; without hours it is no longer served."""

    __tablename__ = "site_hours_change"
    __table_args__ = (
        CheckConstraint("weekday between 0 and 6", name="a_day_of_the_week"),
        CheckConstraint(
            "(opens_seconds is null and closes_seconds is null) or "
            "(0 <= opens_seconds and opens_seconds < closes_seconds and closes_seconds <= 86400)",
            name="within_a_day_or_not_served",
        ),
    )

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, primary_key=True)
    weekday: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    opens_seconds: Mapped[int | None] = mapped_column(Integer)
    closes_seconds: Mapped[int | None] = mapped_column(Integer)

    @property
    def span(self) -> OpenSpan | None:
        """Give the hours as the rules know them; None where the sitting is not served."""
        if self.opens_seconds is None or self.closes_seconds is None:
            return None
        return OpenSpan(self.opens_seconds, self.closes_seconds)


class SiteClosure(Base):
    """Days on which a site stays shut (停供), entered ahead: first and last among them."""

    __tablename__ = "site_closure"
    __table_args__ = (
        CheckConstraint("last_on >= first_on", name="ends_after_beginning"),
        Index("ix_site_closure_site_code_first_on", "site_code", "first_on"),
        Index("ix_site_closure_last_on", "last_on"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    first_on: Mapped[date] = mapped_column(Date)
    last_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[ClosureReason] = mapped_column(choice(ClosureReason))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    entered_by: Mapped[str] = mapped_column(String(16))
    entered_at: Mapped[datetime] = mapped_column(Instant)
    site: Mapped[Site] = relationship()

    def covers(self, day: date) -> bool:
        """Tell whether the site stays shut on a day."""
        return self.first_on <= day <= self.last_on


class MenuDish(Base):
    """A dish of a site's menu (菜单) of one sitting; `marks` are those of `DishMark`, blanks between."""

    __tablename__ = "menu_dish"
    __table_args__ = (CheckConstraint("price_fen is null or price_fen >= 0", name="not_negative"),)

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    place: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    price_fen: Mapped[int | None] = mapped_column(Integer)
    marks: Mapped[str] = mapped_column(String(40), default="")

    @property
    def dish(self) -> Dish:
        """Give the dish as the rules know it."""
        return Dish(self.name, self.price_fen, tuple(DishMark(mark) for mark in self.marks.split()))
