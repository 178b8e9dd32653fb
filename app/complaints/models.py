"""Home of the tables of complaints: what came in, each step taken, the classes, and who supervises."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, Date, ForeignKey, Index, Integer, String, Uuid, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.complaints.rules.classes import ComplaintClass
from app.complaints.rules.figures import Course
from app.complaints.rules.intake import Way, complaint_no
from app.complaints.rules.states import Act, State
from app.complaints.rules.supervision import Supervisor
from app.model import Base, Counter, Instant, Sealed, choice
from app.text import text


class Complaint(Base):
    """Something that somebody complains of or wishes for (诉求), and where it stands.

    Words, name and phone are sealed; after their time only days, class and site are left, for the figures.
    `area_code` is where it belongs: a community, a street or the district. Of a confidential one the site
    sees `brief`, written for it, and never the words. `was_late` stays once an answer came after its day.
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index("ix_complaint_state", "state", "due_on"),
        CheckConstraint("(state = 'merged') = (merged_into is not null)", name="merged_into_another"),
        CheckConstraint("merged_into <> id", name="not_into_itself"),
        CheckConstraint("received_on <= due_on", name="due_after_receipt"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    way: Mapped[Way] = mapped_column(choice(Way))
    class_code: Mapped[str] = mapped_column(String(24))
    area_code: Mapped[str] = mapped_column(String(12), index=True)
    site_code: Mapped[str | None] = mapped_column(ForeignKey("site.site_code"), index=True)
    content: Mapped[str] = mapped_column(Sealed("complaint.content"))
    name: Mapped[str | None] = mapped_column(Sealed("complaint.name"))
    phone: Mapped[str | None] = mapped_column(Sealed("complaint.phone"))
    is_confidential: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    brief: Mapped[str | None] = mapped_column(Sealed("complaint.brief"))
    said_at: Mapped[datetime] = mapped_column(Instant)
    received_at: Mapped[datetime] = mapped_column(Instant)
    received_on: Mapped[date] = mapped_column(Date, index=True)
    received_by: Mapped[str] = mapped_column(String(32))
    due_on: Mapped[date] = mapped_column(Date)
    state: Mapped[State] = mapped_column(choice(State))
    assigned_to: Mapped[str | None] = mapped_column(String(16), index=True)
    answered_on: Mapped[date | None] = mapped_column(Date)
    answered_by: Mapped[str | None] = mapped_column(String(16))
    answer: Mapped[str | None] = mapped_column(Sealed("complaint.answer"))
    was_late: Mapped[bool] = mapped_column(Boolean, default=False, server_default=false())
    is_satisfied: Mapped[bool | None] = mapped_column(Boolean)
    reopened: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    ended_on: Mapped[date | None] = mapped_column(Date)
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("complaint.id"), index=True)
    sent_id: Mapped[UUID | None] = mapped_column(Uuid, unique=True)
    digest: Mapped[str] = mapped_column(String(64), default="")
    hotline_no: Mapped[str | None] = mapped_column(
        String(40),
        unique=True,
        info={"message": text("This hotline number was taken in before."), "field": "hotline_no"},
    )
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("resident.id"), index=True)
    meal_id: Mapped[UUID | None] = mapped_column(ForeignKey("ledger.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id"), index=True)
    emptied_at: Mapped[datetime | None] = mapped_column(Instant)
    site: Mapped[Site | None] = relationship()
    steps: Mapped[list[ComplaintStep]] = relationship(back_populates="complaint", order_by="ComplaintStep.id")

    @property
    def complaint_no(self) -> str:
        """Give the number that whoever complained was told."""
        return complaint_no(self.id)

    @property
    def course(self) -> Course:
        """Give what the month's figures know of it."""
        return Course(
            self.class_code,
            self.site_code or "",
            self.received_on,
            self.due_on,
            self.answered_on,
            self.was_late,
            self.ended_on,
            self.state,
            self.is_satisfied,
            self.reopened,
        )


class ComplaintStep(Base):
    """One act on a complaint; only added to. `note` alone, which may tell of a person, goes after its time.

    `to_whom` is the user whom it was given to, the complaint that it was merged with, or an office outside.
    """

    __tablename__ = "complaint_step"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    act: Mapped[Act] = mapped_column(choice(Act))
    state: Mapped[State] = mapped_column(choice(State))
    to_whom: Mapped[str] = mapped_column(String(64), default="")
    note: Mapped[str | None] = mapped_column(Sealed("complaint_step.note"))
    taken_at: Mapped[datetime] = mapped_column(Instant)
    taken_by: Mapped[str] = mapped_column(String(32))
    complaint: Mapped[Complaint] = relationship(back_populates="steps")


class ComplaintClassVersion(Base):
    """A class of complaints as somebody set it, from a day on; only added to."""

    __tablename__ = "complaint_class"
    __table_args__ = (CheckConstraint("working_days between 1 and 60", name="days_can_be_kept"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    code: Mapped[str] = mapped_column(String(24))
    from_on: Mapped[date] = mapped_column(Date)
    name: Mapped[str] = mapped_column(String(40))
    working_days: Mapped[int] = mapped_column(Integer)
    is_offered: Mapped[bool] = mapped_column(Boolean)
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(String(16))

    @property
    def version(self) -> ComplaintClass:
        """Give the class as the rules know it."""
        return ComplaintClass(self.code, self.from_on, self.working_days, self.name, self.is_offered)


class ComplaintSupervisor(Base):
    """Who supervises late answers of a street or of the district, from a day on; only added to."""

    __tablename__ = "complaint_supervisor"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    area: Mapped[str] = mapped_column(String(12))
    from_on: Mapped[date] = mapped_column(Date)
    user_no: Mapped[str] = mapped_column(String(16))
    set_at: Mapped[datetime] = mapped_column(Instant)
    set_by: Mapped[str] = mapped_column(String(16))

    @property
    def supervisor(self) -> Supervisor:
        """Give the supervisor as the rules know them."""
        return Supervisor(self.area, self.from_on, self.user_no)
