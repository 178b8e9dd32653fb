"""Home of the tables of integrity checks: what they measure by, their runs, and what became of findings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Date, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.canteens.models import Site
from app.model import Base, Counter, Instant, choice
from app.oversight.rules.cases import LONGEST_WORDS, CaseAct, CaseOutcome, CaseStatus
from app.oversight.rules.checks.vocabulary import Severity
from app.text import text


class CheckSetting(Base):
    """What a check measures by from a day on, who set it and why; only added, the last one said counts.

    A month is checked with what was in force on its first day, or with the check's own default.
    """

    __tablename__ = "check_setting"
    __table_args__ = (
        CheckConstraint("reason <> ''", name="says_why"),
        Index("ix_check_setting_effective_from", "effective_from"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    check_name: Mapped[str] = mapped_column(String(40))
    parameter: Mapped[str] = mapped_column(String(40))
    value: Mapped[int] = mapped_column(Integer)
    effective_from: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(200))
    set_by: Mapped[str] = mapped_column(String(16))
    set_at: Mapped[datetime] = mapped_column(Instant)


class CheckRun(Base):
    """All checks looked at a month, over the sites of an area; only added.

    `outcomes` says of each check what it measured by, how many findings it had, how many milliseconds it took
    and what it could not look at.
    """

    __tablename__ = "check_run"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    month: Mapped[str] = mapped_column(String(7), index=True)
    area: Mapped[str] = mapped_column(String(12), default="")
    meals: Mapped[int] = mapped_column(Integer)
    findings: Mapped[int] = mapped_column(Integer)
    milliseconds: Mapped[int] = mapped_column(Integer)
    outcomes: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    ran_by: Mapped[str] = mapped_column(String(16))
    ran_at: Mapped[datetime] = mapped_column(Instant)


class CheckCase(Base):
    """A finding that a person looks into; the same finding of the same month is always the same case.

    `area_code` is that of its site, or of the account that it is about. Nothing else in the system follows
    from it: money moves only by a recovery that somebody opens by hand, and `recovery_no` names.
    """

    __tablename__ = "check_case"
    __table_args__ = (
        UniqueConstraint(
            "month",
            "check_name",
            "subject",
            info={"message": text("Somebody else runs the checks just now. Look again in a minute.")},
        ),
        CheckConstraint("(status = 'closed') = (outcome is not null)", name="closed_with_an_outcome"),
        Index("ix_check_case_area_code", "area_code"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    check_name: Mapped[str] = mapped_column(String(40))
    month: Mapped[str] = mapped_column(String(7))
    subject: Mapped[str] = mapped_column(String(120))
    site_code: Mapped[str | None] = mapped_column(ForeignKey("site.site_code"), index=True)
    area_code: Mapped[str] = mapped_column(String(12))
    severity: Mapped[Severity] = mapped_column(choice(Severity))
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus))
    outcome: Mapped[CaseOutcome | None] = mapped_column(choice(CaseOutcome))
    assigned_to: Mapped[str | None] = mapped_column(String(16))
    recovery_no: Mapped[str | None] = mapped_column(String(16))
    found_at: Mapped[datetime] = mapped_column(Instant)
    closed_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)
    site: Mapped[Site | None] = relationship()
    evidence: Mapped[list[CheckCaseEvidence]] = relationship(
        order_by="CheckCaseEvidence.id", viewonly=True, lazy="selectin"
    )
    steps: Mapped[list[CheckCaseStep]] = relationship(order_by="CheckCaseStep.id", viewonly=True)

    @property
    def case_no(self) -> str:
        """Give the number that people say."""
        return f"JC-{self.id:05d}"

    @property
    def newest(self) -> CheckCaseEvidence:
        """Give what was found last."""
        return self.evidence[-1]

    @property
    def has_news(self) -> bool:
        """Tell whether something was found after it was closed."""
        return self.closed_at is not None and self.newest.found_at > self.closed_at


class CheckCaseEvidence(Base):
    """What a run found about a case, when it differed from all that was found before; only added."""

    __tablename__ = "check_case_evidence"
    __table_args__ = (UniqueConstraint("case_id", "digest"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("check_case.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("check_run.id"))
    digest: Mapped[str] = mapped_column(String(64))
    figures: Mapped[dict[str, Any]] = mapped_column(JSON)
    rows: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    row_count: Mapped[int] = mapped_column(Integer)
    found_at: Mapped[datetime] = mapped_column(Instant)


class CheckCaseStep(Base):
    """A step that somebody took with a case; only added."""

    __tablename__ = "check_case_step"

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("check_case.id"), index=True)
    act: Mapped[CaseAct] = mapped_column(choice(CaseAct))
    status: Mapped[CaseStatus] = mapped_column(choice(CaseStatus))
    words: Mapped[str] = mapped_column(String(LONGEST_WORDS), default="")
    assigned_to: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[CaseOutcome | None] = mapped_column(choice(CaseOutcome))
    recovery_no: Mapped[str | None] = mapped_column(String(16))
    taken_by: Mapped[str] = mapped_column(String(16))
    taken_at: Mapped[datetime] = mapped_column(Instant)
