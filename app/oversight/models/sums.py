"""Home of the sums of a day: what the ledger's decisions come to, by site and sitting."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from app.canteens.rules import Sitting
from app.model import Base, Counter, Fen, choice


class DailySum(Base):
    """The meals that stand of one site, day and sitting, and who pays what of them. Derived from decisions.

    It can be computed again from nothing. Where a `DailyTouch` names the site and day, it is out of date.
    """

    __tablename__ = "daily_sum"

    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"), primary_key=True)
    served_on: Mapped[date] = mapped_column(Date, primary_key=True)
    sitting: Mapped[Sitting] = mapped_column(choice(Sitting), primary_key=True)
    meals: Mapped[int] = mapped_column(Integer)
    subsidised: Mapped[int] = mapped_column(Integer)
    delivered: Mapped[int] = mapped_column(Integer)
    resident_fen: Mapped[int] = mapped_column(Fen)
    operator_fen: Mapped[int] = mapped_column(Fen)
    government_fen: Mapped[int] = mapped_column(Fen)
    charity_fen: Mapped[int] = mapped_column(Fen)
    __table_args__ = (Index("ix_daily_sum_served_on", "served_on"),)


class DailyTouch(Base):
    """A site and day of which a decision was written since its sums were made; the database notes it itself.

    A site and day may stand here several times: whoever writes a decision waits for nobody to note it.
    """

    __tablename__ = "daily_touch"
    __table_args__ = (Index("ix_daily_touch_served_on", "served_on", "site_code"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(String(32))
    served_on: Mapped[date] = mapped_column(Date)
