"""Home of the tables of awards: assessments, the awards themselves, and what was paid of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.awards.rules.acts import NEEDS_ANOTHER, PAID_ALREADY, PAYER_APPROVED, AwardState
from app.awards.rules.content import Assessed, AwardContent, content_from_canonical
from app.awards.rules.year import Year
from app.canteens.models import Site
from app.model import Base, Counter, Fen, Instant, choice
from app.subsidy.models import AwardPolicyVersion
from app.subsidy.rules.awards import Marks
from app.text import text


class Assessment(Base):
    """What an assessor found of a canteen's year, and on what evidence. Only added: the newest counts."""

    __tablename__ = "assessment"
    __table_args__ = (
        UniqueConstraint(
            "site_code",
            "year",
            "issue",
            info={"message": text("Somebody assessed this canteen a moment ago. Look at it again.")},
        ),
        CheckConstraint("score_tenths between 0 and 1000", name="score_of_a_hundred"),
        CheckConstraint("satisfaction_tenths between 0 and 1000", name="satisfaction_of_a_hundred"),
        CheckConstraint("capacity > 0", name="some_capacity"),
        CheckConstraint("evidence <> ''", name="has_evidence"),
        CheckConstraint("issue = 1 or reason <> ''", name="replacing_says_why"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    year: Mapped[int] = mapped_column(Integer)
    issue: Mapped[int] = mapped_column(Integer)
    score_tenths: Mapped[int] = mapped_column(Integer)
    satisfaction_tenths: Mapped[int | None] = mapped_column(Integer)
    capacity: Mapped[int | None] = mapped_column(Integer)
    evidence: Mapped[str] = mapped_column(String(400))
    reason: Mapped[str] = mapped_column(String(200), default="")
    assessed_by: Mapped[str] = mapped_column(String(16))
    assessed_at: Mapped[datetime] = mapped_column(Instant)

    @property
    def marks(self) -> Marks:
        """Give what was found as the rules know it."""
        return Marks(self.score_tenths, self.satisfaction_tenths, self.capacity)

    @property
    def facts(self) -> Assessed:
        """Give the assessment as an award names it."""
        return Assessed(self.issue, self.marks)


class Award(Base):
    """An award (运营补贴核定) of a canteen and year; `content` is the canonical form that `hash` is over.

    A draft is written anew as its facts change. The database keeps an approved one as it is, but for being
    declared void, and a void one altogether. `issue` grows when one is voided and issued again.
    """

    __tablename__ = "award"
    __table_args__ = (
        UniqueConstraint("award_no"),
        UniqueConstraint("site_code", "year", "issue"),
        CheckConstraint("amount_fen >= 0", name="not_negative"),
        CheckConstraint("(state = 'draft') = (approved_by is null)", name="somebody_approved"),
        CheckConstraint("(state = 'voided') = (voided_by is not null)", name="somebody_voided"),
        CheckConstraint("state <> 'voided' or reason <> ''", name="void_says_why"),
        CheckConstraint(
            "approved_by is null or approved_by <> drafted_by and approved_by <> coalesce(assessed_by, '')",
            name="four_eyes",
            info={"message": NEEDS_ANOTHER},
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    award_no: Mapped[str] = mapped_column(String(48))
    site_code: Mapped[str] = mapped_column(ForeignKey("site.site_code"))
    year: Mapped[int] = mapped_column(Integer, index=True)
    issue: Mapped[int] = mapped_column(Integer)
    state: Mapped[AwardState] = mapped_column(choice(AwardState))
    policy_id: Mapped[int] = mapped_column(ForeignKey("award_policy.id"))
    assessment_id: Mapped[int | None] = mapped_column(ForeignKey("assessment.id"))
    amount_fen: Mapped[int] = mapped_column(Fen)
    content: Mapped[str] = mapped_column(Text)
    hash: Mapped[str] = mapped_column(String(64))
    drafted_by: Mapped[str] = mapped_column(String(16))
    drafted_at: Mapped[datetime] = mapped_column(Instant)
    assessed_by: Mapped[str | None] = mapped_column(String(16))
    approved_by: Mapped[str | None] = mapped_column(String(16))
    approved_at: Mapped[datetime | None] = mapped_column(Instant)
    voided_by: Mapped[str | None] = mapped_column(String(16))
    voided_at: Mapped[datetime | None] = mapped_column(Instant)
    reason: Mapped[str] = mapped_column(String(200), default="")
    site: Mapped[Site] = relationship()
    policy: Mapped[AwardPolicyVersion] = relationship()
    assessment: Mapped[Assessment | None] = relationship()
    payments: Mapped[list[AwardPayment]] = relationship(order_by="AwardPayment.number", viewonly=True)

    @property
    def document(self) -> AwardContent:
        """Give what the award says."""
        return content_from_canonical(self.content)

    @property
    def period(self) -> Year:
        """Give the year as the rules know it."""
        return Year(self.year)

    @property
    def paid_fen(self) -> int:
        """Give what was paid of its instalments."""
        return sum(payment.amount_fen for payment in self.payments)


class AwardPayment(Base):
    """That an instalment was paid, or a negative one was paid back. Only added."""

    __tablename__ = "award_payment"
    __table_args__ = (
        UniqueConstraint("award_id", "number", info={"message": PAID_ALREADY}),
        CheckConstraint("amount_fen <> 0", name="not_nothing"),
        CheckConstraint("recorded_by <> approved_by", name="four_eyes", info={"message": PAYER_APPROVED}),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    award_id: Mapped[int] = mapped_column(ForeignKey("award.id"))
    number: Mapped[int] = mapped_column(Integer)
    due_month: Mapped[str] = mapped_column(String(7))
    amount_fen: Mapped[int] = mapped_column(Fen)
    paid_on: Mapped[date] = mapped_column(Date)
    approved_by: Mapped[str] = mapped_column(String(16))
    recorded_by: Mapped[str] = mapped_column(String(16))
    recorded_at: Mapped[datetime] = mapped_column(Instant)
