"""Home of the tables of residents: the person, their dated statuses and categories, and their cards."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Float, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.model import Base, Counter, Instant, Sealed, choice
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.cards import LENGTH, EndReason
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, Status, StatusChange
from app.text import text

# PostgreSQL's own order of text would skip the blanks between syllables.
_BY_BYTES = String(128).with_variant(String(128, collation="C"), "postgresql")


class Resident(Base):
    """A registered person aged 60+ (老人).

    Identity number and phone are sealed; `identity_index` finds the number again, `phone_tail` holds the last
    four digits for the search. `name_key` sorts (full pinyin), `search_keys` holds every reading's initials
    and full pinyin between spaces. Coordinates are WGS-84. `changed_at` is when anything about the person was
    last written down after the registration; tablets ask for what has changed since.
    """

    __tablename__ = "resident"
    __table_args__ = (
        UniqueConstraint(
            "resident_no", info={"message": text("This resident number is taken."), "field": "resident_no"}
        ),
        UniqueConstraint(
            "identity_index",
            info={
                "message": text("A resident with this identity number is registered already. Search for it."),
                "field": "id_number",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_no: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    name_key: Mapped[str] = mapped_column(_BY_BYTES, index=True)
    search_keys: Mapped[str] = mapped_column(Text)
    identity_number: Mapped[str | None] = mapped_column(Sealed("resident.identity_number"))
    identity_index: Mapped[str | None] = mapped_column(String(32))
    identity_tail: Mapped[str | None] = mapped_column(String(4))
    birth_on: Mapped[date] = mapped_column(Date)
    sex: Mapped[str | None] = mapped_column(String(6))
    phone: Mapped[str | None] = mapped_column(Sealed("resident.phone"))
    phone_tail: Mapped[str | None] = mapped_column(String(4), index=True)
    registered_area: Mapped[str] = mapped_column(String(12), index=True)
    residence_area: Mapped[str] = mapped_column(String(12), index=True)
    address: Mapped[str] = mapped_column(String(200), default="")
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    consent_on: Mapped[date | None] = mapped_column(Date)
    registered_at: Mapped[datetime] = mapped_column(Instant)
    changed_at: Mapped[datetime | None] = mapped_column(Instant, index=True)
    statuses: Mapped[list[ResidentStatus]] = relationship(
        cascade="all, delete-orphan", order_by="ResidentStatus.from_on"
    )
    categories: Mapped[list[ResidentCategory]] = relationship(
        cascade="all, delete-orphan", order_by="(ResidentCategory.from_on, ResidentCategory.category)"
    )

    absences: Mapped[list[ResidentAbsence]] = relationship(
        cascade="all, delete-orphan", order_by="ResidentAbsence.from_on"
    )

    @property
    def facts(self) -> ResidentFacts:
        """Give what adjudication must know of the resident."""
        return ResidentFacts(
            resident_no=self.resident_no,
            birth_on=self.birth_on,
            registered_area=self.registered_area,
            residence_area=self.residence_area,
            statuses=tuple(StatusChange(each.status, each.from_on) for each in self.statuses),
            categories=tuple(each.period for each in self.categories),
        )


class ResidentStatus(Base):
    """The status that begins on a day, until the next one begins."""

    __tablename__ = "resident_status"
    __table_args__ = (
        UniqueConstraint(
            "resident_id",
            "from_on",
            info={
                "message": text("A status begins on this day already. Choose another day."),
                "field": "from_on",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    status: Mapped[Status] = mapped_column(choice(Status))
    from_on: Mapped[date] = mapped_column(Date)
    note: Mapped[str] = mapped_column(String(200), default="")


class ResidentCategory(Base):
    """A category held from a day until before another, with the evidence for it."""

    __tablename__ = "resident_category"
    __table_args__ = (
        CheckConstraint("until_on is null or until_on > from_on", name="ends_after_beginning"),
        UniqueConstraint(
            "resident_id",
            "category",
            "from_on",
            info={"message": text("This category begins on this day already."), "field": "from_on"},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    category: Mapped[Category] = mapped_column(choice(Category))
    grade: Mapped[str | None] = mapped_column(String(16))
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    evidence: Mapped[str] = mapped_column(String(200), default="")

    @property
    def period(self) -> CategoryPeriod:
        """Give the category as the rules know it."""
        return CategoryPeriod(self.category, self.grade, self.from_on, self.until_on)


class ResidentAbsence(Base):
    """Days on which a resident is not at home; `back_on` is the first day at home again, None if unknown."""

    __tablename__ = "resident_absence"
    __table_args__ = (
        CheckConstraint("back_on is null or back_on > from_on", name="ends_after_beginning"),
        UniqueConstraint(
            "resident_id",
            "from_on",
            info={"message": text("An absence begins on this day already."), "field": "from_on"},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    reason: Mapped[AbsenceReason] = mapped_column(choice(AbsenceReason))
    from_on: Mapped[date] = mapped_column(Date)
    back_on: Mapped[date | None] = mapped_column(Date)

    @property
    def days(self) -> Absence:
        """Give the absence as the rules know it."""
        return Absence(self.reason, self.from_on, self.back_on)


class ResidentCard(Base):
    """A card that a resident is known by at a till (就餐卡), until it is lost or replaced.

    The code says nothing about the person. An ended card still tells whose it was: a meal taken with it is
    that person's meal.
    """

    __tablename__ = "resident_card"
    __table_args__ = (
        CheckConstraint("(ended_at is null) = (end_reason is null)", name="ends_for_a_reason"),
        Index(
            "uq_resident_card_resident_id",
            "resident_id",
            unique=True,
            sqlite_where=sql("ended_at is null"),
            postgresql_where=sql("ended_at is null"),
            info={"message": text("This person holds a card already. Reload the page.")},
        ),
        Index("ix_resident_card_resident_id", "resident_id"),
    )

    code: Mapped[str] = mapped_column(String(LENGTH), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    end_reason: Mapped[EndReason | None] = mapped_column(choice(EndReason))

    @property
    def is_valid(self) -> bool:
        """Tell whether the card still holds."""
        return self.ended_at is None
