"""Home of the tables of entitlement: who gets free delivery from a day on, and who gets it all the same."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Integer, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.delivery.rules.entitlement import LONGEST_REASON, LONGEST_REFERENCE, EntitlementPolicy, Verdict
from app.model import Base, Counter, Instant, choice
from app.residents.models import Resident
from app.residents.rules.facts import Category


class DeliveryPolicy(Base):
    """A published rule on free delivery; only added, the newest not later than the day counts.

    `needs` and `hardships` are categories with a comma between them.
    """

    __tablename__ = "delivery_policy"
    __table_args__ = (CheckConstraint("min_age > 0", name="an_age"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    from_on: Mapped[date] = mapped_column(Date, index=True)
    reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE))
    min_age: Mapped[int] = mapped_column(Integer)
    needs: Mapped[str] = mapped_column(String(200))
    hardships: Mapped[str] = mapped_column(String(200))
    published_at: Mapped[datetime] = mapped_column(Instant)
    published_by: Mapped[str] = mapped_column(String(16))

    @property
    def rule(self) -> EntitlementPolicy:
        """Give the policy as the rules know it."""
        return EntitlementPolicy(
            self.from_on, self.reference, self.min_age, _categories(self.needs), _categories(self.hardships)
        )


class DeliveryPolicyDraft(Base):
    """A rule on free delivery that somebody wrote, until another person publishes it or does not.

    What it says is never changed, so that what is published is what was looked at.
    """

    __tablename__ = "delivery_policy_draft"
    __table_args__ = (
        CheckConstraint("min_age > 0", name="an_age"),
        CheckConstraint(
            "(settled_at is null) = (settled_by is null) and (settled_at is null) = (verdict is null)",
            name="settled_by_somebody",
        ),
        CheckConstraint("settled_by is null or settled_by <> written_by", name="by_a_second_person"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    from_on: Mapped[date] = mapped_column(Date)
    reference: Mapped[str] = mapped_column(String(LONGEST_REFERENCE))
    min_age: Mapped[int] = mapped_column(Integer)
    needs: Mapped[str] = mapped_column(String(200))
    hardships: Mapped[str] = mapped_column(String(200))
    written_at: Mapped[datetime] = mapped_column(Instant)
    written_by: Mapped[str] = mapped_column(String(16))
    settled_at: Mapped[datetime | None] = mapped_column(Instant)
    settled_by: Mapped[str | None] = mapped_column(String(16))
    verdict: Mapped[Verdict | None] = mapped_column(choice(Verdict))

    @property
    def rule(self) -> EntitlementPolicy:
        """Give the policy as the rules know it."""
        return EntitlementPolicy(
            self.from_on, self.reference, self.min_age, _categories(self.needs), _categories(self.hardships)
        )


def _categories(written: str) -> frozenset[Category]:
    return frozenset(Category(each) for each in written.split(",") if each)


class DeliveryExemption(Base):
    """Free delivery for somebody whom the policy leaves out: granted by a name, with a reason and an end."""

    __tablename__ = "delivery_exemption"
    __table_args__ = (CheckConstraint("until_on >= from_on", name="ends_not_before_beginning"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("resident.id"), index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    reason: Mapped[str] = mapped_column(String(LONGEST_REASON))
    granted_at: Mapped[datetime] = mapped_column(Instant)
    granted_by: Mapped[str] = mapped_column(String(16))
    resident: Mapped[Resident] = relationship()
