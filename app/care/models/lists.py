"""Home of the tables of lists: each list that was brought, and its rows about residents of ours."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.care.rules.lists import LateAnswer, ListState, Match, RowState
from app.model import Base, Counter, Instant, Sealed, choice
from app.residents.models import Resident
from app.residents.rules.facts import Status, StatusChange


class StatusList(Base):
    """A list of deaths, moves or institutions that somebody brought (名单核对).

    Of rows that mean nobody here only their number is kept, so that it holds no stranger's name or number.
    `area` is the scope of who brought it: rows beyond were not looked at.
    """

    __tablename__ = "status_list"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    kind: Mapped[Status] = mapped_column(choice(Status))
    source: Mapped[str] = mapped_column(String(120))
    area: Mapped[str] = mapped_column(String(12))
    listed: Mapped[int] = mapped_column(Integer)
    bad: Mapped[int] = mapped_column(Integer)
    state: Mapped[ListState] = mapped_column(choice(ListState))
    brought_at: Mapped[datetime] = mapped_column(Instant)
    brought_by: Mapped[str] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(16))
    rows: Mapped[list[StatusListRow]] = relationship(order_by="StatusListRow.line", back_populates="list")


class StatusListRow(Base):
    """What a list says of one resident, and what became of it.

    `name` is the list's, sealed, and only kept while a person must compare it. `answer` is what was found
    about meals recorded since.
    """

    __tablename__ = "status_list_row"
    __table_args__ = (
        UniqueConstraint("list_id", "resident_id"),
        Index("ix_status_list_row_resident_id", "resident_id"),
        CheckConstraint("(answered_at is null) = (answer is null)", name="answered_with_an_answer"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    list_id: Mapped[int] = mapped_column(ForeignKey("status_list.id"))
    line: Mapped[int] = mapped_column(Integer)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"))
    from_on: Mapped[date] = mapped_column(Date)
    name: Mapped[str | None] = mapped_column(Sealed("status_list_row.name"))
    match: Mapped[Match] = mapped_column(choice(Match))
    state: Mapped[RowState] = mapped_column(choice(RowState))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(16))
    note: Mapped[str] = mapped_column(String(200), default="")
    answer: Mapped[LateAnswer | None] = mapped_column(choice(LateAnswer))
    answer_note: Mapped[str] = mapped_column(String(200), default="")
    answered_at: Mapped[datetime | None] = mapped_column(Instant)
    answered_by: Mapped[str | None] = mapped_column(String(16))
    list: Mapped[StatusList] = relationship(back_populates="rows")
    resident: Mapped[Resident] = relationship()

    @property
    def change(self) -> StatusChange:
        """Give the status that the list says has begun."""
        return StatusChange(self.list.kind, self.from_on)
