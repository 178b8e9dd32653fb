"""Home of the tables of policy: its drafts, its published versions, and the calendar of workdays."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column

from app.model import Base, Counter, Instant, choice
from app.subsidy.rules.awards import AwardPolicy
from app.subsidy.rules.awards.document import award_policy_from_json
from app.subsidy.rules.awards.drafts import NEEDS_ANOTHER, ProposalState
from app.subsidy.rules.drafts import DraftState
from app.text import text

_PUBLISHED = sql("state = 'published'")


class PolicyVersion(Base):
    """One published policy, as the `meal-policy/1` document that orders it; never changed once written."""

    __tablename__ = "policy"
    __table_args__ = (
        UniqueConstraint(
            "district",
            "effective_from",
            info={
                "message": text(
                    "A policy of this district takes effect on this day already. Choose a later day."
                ),
                "field": "effective_from",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    district: Mapped[str] = mapped_column(String(12))
    effective_from: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(16))


class PolicyDraft(Base):
    """A policy on its way: written by one person, approved and published by another.

    `version` grows with each act, so that nobody changes or approves what they have not seen.
    """

    __tablename__ = "policy_draft"
    __table_args__ = (
        CheckConstraint("(state = 'published') = (policy_id is not null)", name="published_as_a_policy"),
        CheckConstraint(
            "state not in ('submitted', 'published') or submitted_by is not null", name="somebody_submitted"
        ),
        CheckConstraint(
            "state not in ('published', 'discarded') or decided_by is not null", name="somebody_decided"
        ),
        CheckConstraint(
            "state <> 'published' or decided_by not in (made_by, changed_by, submitted_by)",
            name="four_eyes",
            info={
                "message": text(
                    "Whoever wrote or submitted a policy cannot approve it too. Ask a second person."
                )
            },
        ),
        UniqueConstraint("policy_id"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    district: Mapped[str] = mapped_column(String(12))
    effective_from: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    state: Mapped[DraftState] = mapped_column(choice(DraftState))
    version: Mapped[int] = mapped_column(Integer, default=1)
    made_by: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime] = mapped_column(Instant)
    changed_by: Mapped[str] = mapped_column(String(16))
    changed_at: Mapped[datetime] = mapped_column(Instant)
    submitted_by: Mapped[str | None] = mapped_column(String(16))
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))


class PolicyConfirmation(Base):
    """Somebody read a policy in force again, a year on, and found that it still holds."""

    __tablename__ = "policy_confirmation"
    __table_args__ = (
        UniqueConstraint(
            "policy_id",
            "confirmed_on",
            info={"message": text("This policy was confirmed today already.")},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("policy.id"))
    confirmed_on: Mapped[date] = mapped_column(Date)
    confirmed_by: Mapped[str] = mapped_column(String(16))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)


class CalendarDay(Base):
    """A day that is not what its weekday says: a holiday, or a weekend day that is worked (调休)."""

    __tablename__ = "calendar_day"

    on: Mapped[date] = mapped_column(Date, primary_key=True)
    is_workday: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(64), default="")


class AwardPolicyVersion(Base):
    """A policy on operating awards (`award-policy/1`): drafted by one person, published by another.

    A draft is not edited but withdrawn and drafted anew; once published it never changes.
    """

    __tablename__ = "award_policy"
    __table_args__ = (
        CheckConstraint("(state = 'draft') = (decided_by is null)", name="somebody_decided"),
        CheckConstraint(
            "state <> 'published' or decided_by <> drafted_by",
            name="four_eyes",
            info={"message": NEEDS_ANOTHER},
        ),
        Index(
            "uq_award_policy_published",
            "district",
            "effective_from",
            unique=True,
            sqlite_where=_PUBLISHED,
            postgresql_where=_PUBLISHED,
            info={
                "message": text(
                    "This district has a policy on awards from this day already. Choose another day."
                ),
                "field": "effective_from",
            },
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    district: Mapped[str] = mapped_column(String(12))
    effective_from: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(120))
    document: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[ProposalState] = mapped_column(choice(ProposalState))
    drafted_by: Mapped[str] = mapped_column(String(16))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    decided_by: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)

    @property
    def policy(self) -> AwardPolicy:
        """Give the policy as the rules know it."""
        return award_policy_from_json(self.document)
