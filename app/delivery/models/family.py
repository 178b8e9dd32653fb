"""Home of the tables of families: whom to call about a resident, and the links by which they change days."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, String, Uuid
from sqlalchemy import text as sql_text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.rules.family import Relation
from app.model import Base, Counter, Instant, Sealed, choice
from app.residents.models import Resident
from app.text import text

_IS_VALID = sql_text("revoked_at is null")


class FamilyContact(Base):
    """Somebody who is called about a resident, and agreed to it (家属联系人); what they are is sealed.

    Of a contact who is called no more, name and phone are erased; that there was one stays.
    """

    __tablename__ = "family_contact"
    __table_args__ = (CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended_by_somebody"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    name: Mapped[str] = mapped_column(Sealed("family_contact.name"))
    relation: Mapped[Relation] = mapped_column(choice(Relation))
    phone: Mapped[str] = mapped_column(Sealed("family_contact.phone"))
    agreed_on: Mapped[date] = mapped_column(Date)
    noted_at: Mapped[datetime] = mapped_column(Instant)
    noted_by: Mapped[str] = mapped_column(String(16))
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    ended_by: Mapped[str | None] = mapped_column(String(16))
    resident: Mapped[Resident] = relationship()


class FamilyLink(Base):
    """What lets a contact change a resident's days without an account (家属链接), until before `until_on`.

    The link carries `number` and our signature over it; a copy of the database opens none.
    """

    __tablename__ = "family_link"
    __table_args__ = (
        Index(
            "uq_family_link_valid",
            "contact_id",
            unique=True,
            sqlite_where=_IS_VALID,
            postgresql_where=_IS_VALID,
            info={"message": text("This contact has a link already. Look at it first.")},
        ),
        CheckConstraint("(revoked_at is null) = (revoked_by is null)", name="revoked_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    number: Mapped[UUID] = mapped_column(Uuid, unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("family_contact.id"), index=True)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_by: Mapped[str] = mapped_column(String(16))
    until_on: Mapped[date] = mapped_column(Date)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_by: Mapped[str | None] = mapped_column(String(16))
    seen_at: Mapped[datetime | None] = mapped_column(Instant)
    contact: Mapped[FamilyContact] = relationship()
