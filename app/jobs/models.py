"""Home of the tables of background work: what was asked for and how far it is, and the files with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.jobs.rules import UNDER_WAY, JobState, read
from app.model import Base, Counter, Instant, Sealed, choice
from app.text import Text as Sentence

_UNDER_WAY = ", ".join(f"'{state.value}'" for state in UNDER_WAY)


class Job(Base):
    """Work that somebody asked for and that is done beside (后台任务).

    `key` is the asker's: the same key is the same job, however often it is asked for. Jobs of one `batch` are
    shown together. `arguments` are JSON and hold codes, dates and places, nobody's. `taker` is whoever has it
    now; only they may end it. `all_steps` is nought while nobody knows. `outcome` is the sentence at the end,
    sealed: a refusal may name somebody.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("key"),
        Index("ix_job_asked_by", "asked_by", "asked_at"),
        Index(
            "ix_job_under_way",
            "asked_at",
            sqlite_where=sql(f"state in ({_UNDER_WAY})"),
            postgresql_where=sql(f"state in ({_UNDER_WAY})"),
        ),
        CheckConstraint("done_steps >= 0 and all_steps >= 0 and attempts >= 0", name="counts_not_negative"),
        CheckConstraint(f"(ended_at is null) = (state in ({_UNDER_WAY}))", name="ended_when_over"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    key: Mapped[str] = mapped_column(String(120))
    batch: Mapped[str] = mapped_column(String(64), default="")
    kind: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[str] = mapped_column(Text)
    state: Mapped[JobState] = mapped_column(choice(JobState), default=JobState.WAITING)
    language: Mapped[str] = mapped_column(String(16), default="")
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    done_steps: Mapped[int] = mapped_column(Integer, default=0)
    all_steps: Mapped[int] = mapped_column(Integer, default=0)
    taker: Mapped[str] = mapped_column(String(80), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    heard_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    outcome: Mapped[str | None] = mapped_column(Sealed("job.outcome"))
    result_name: Mapped[str | None] = mapped_column(String(120))

    @property
    def told(self) -> Sentence | None:
        """Give what it said at its end, while that is kept."""
        return read(self.outcome) if self.outcome else None


class JobPiece(Base):
    """A piece of the file that a job was given, or of the one that came of it: sealed, and soon erased."""

    __tablename__ = "job_piece"
    __table_args__ = (UniqueConstraint("job_id", "is_result", "number"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    job_id: Mapped[int] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    is_result: Mapped[bool] = mapped_column(Boolean)
    number: Mapped[int] = mapped_column(Integer)
    content: Mapped[str] = mapped_column(Sealed("job_piece.content"))
