"""Home of the tables of the monthly calls: the sample, whom to call, and what was answered."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.model import Base, Counter, Instant, choice
from app.oversight.rules.calls import LONGEST_NOTE, CallOutcome
from app.text import text


class CallSample(Base):
    """A random sample of who ate in a month (电话抽访), of every site in an area; `seed` draws it again."""

    __tablename__ = "call_sample"
    __table_args__ = (
        UniqueConstraint(
            "month",
            "area",
            info={"message": text("The sample of this month is drawn already, and is drawn only once.")},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    month: Mapped[str] = mapped_column(String(7))
    area: Mapped[str] = mapped_column(String(12))
    seed: Mapped[int] = mapped_column(BigInteger)
    per_site: Mapped[int] = mapped_column(Integer)
    drawn_by: Mapped[str] = mapped_column(String(16))
    drawn_at: Mapped[datetime] = mapped_column(Instant)


class CallTask(Base):
    """One resident of the sample, and how many meals were recorded for them at the site in the month."""

    __tablename__ = "call_task"
    __table_args__ = (UniqueConstraint("sample_id", "site_code", "resident_no"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    sample_id: Mapped[int] = mapped_column(ForeignKey("call_sample.id"))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    resident_no: Mapped[str] = mapped_column(String(32), index=True)
    meals: Mapped[int] = mapped_column(Integer)
    sample: Mapped[CallSample] = relationship()
    site: Mapped[Site] = relationship()
    answers: Mapped[list[CallAnswer]] = relationship(
        order_by="CallAnswer.turn", viewonly=True, lazy="selectin"
    )

    @property
    def newest(self) -> CallAnswer | None:
        """Give the last answer, if anybody called."""
        return self.answers[-1] if self.answers else None


class CallAnswer(Base):
    """What a call brought; a later call adds another, and the last one counts.

    `note` may be emptied when the resident's data is erased.
    """

    __tablename__ = "call_answer"
    __table_args__ = (
        UniqueConstraint(
            "task_id", "turn", info={"message": text("Somebody else has just called. Look at it again.")}
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("call_task.id"))
    turn: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[CallOutcome] = mapped_column(choice(CallOutcome))
    note: Mapped[str] = mapped_column(String(LONGEST_NOTE), default="")
    called_by: Mapped[str] = mapped_column(String(16))
    called_at: Mapped[datetime] = mapped_column(Instant)
