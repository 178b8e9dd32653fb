"""Makers of a canteen's year: its policy on awards, published by another, its assessment, its award."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.awards import service
from app.awards.rules.year import Year
from app.awards.service import Finding
from app.roles import Actor, Permission, Scope
from app.subsidy import service as subsidy
from app.subsidy.rules.awards import AwardPolicy, Band, Formula, Marks, Schedule
from app.subsidy.rules.awards.policy import Every
from app.transaction import transaction

YEAR = Year(2026)
AWARD = "A2026-C01-01"
AFTERWARDS = datetime(2026, 11, 23, 6, 52, tzinfo=UTC)
ASSESSOR, DRAFTER, APPROVER, PAYER = 901, 902, 903, 904
DISTRICT_BAND = Band(50_000_00, 100_000_00)


def person(number: int, area: str = "") -> Actor:
    """Give somebody who may do everything; their number alone holds them back."""
    return Actor(f"U-{number}", frozenset(Permission), Scope(area))


def an_award_policy(
    formula: Formula = DISTRICT_BAND,
    *,
    effective_from: date = date(2026, 1, 1),
    district: str = "430103",
    schedule: Schedule | None = None,
) -> AwardPolicy:
    """Give a policy on awards; it pays by the quarter of the next year."""
    return AwardPolicy(
        "示例〔2025〕9号", effective_from, district, formula, schedule=schedule or Schedule(Every.QUARTERLY)
    )


def published(policy: AwardPolicy | None = None) -> int:
    """Publish a policy on awards by two persons; give its row's number."""
    with transaction():
        row = subsidy.draft_award_policy(policy or an_award_policy(), by=person(1), at=AFTERWARDS)
        return subsidy.publish_award_policy(row.id, by=person(2), at=AFTERWARDS).id


def assessed(
    score_tenths: int = 925, *, site_code: str = "C01", by: int = ASSESSOR, reason: str = ""
) -> None:
    """Assess a canteen's year."""
    finding = Finding(Marks(score_tenths, 965, 120), "考核表第12号", reason)
    with transaction():
        service.assess(site_code, YEAR, finding, by=person(by), at=AFTERWARDS)


def drafted(*, by: int = DRAFTER, at: datetime = AFTERWARDS) -> list[object]:
    """Draft the year."""
    with transaction():
        return list(service.draft_awards(YEAR, by=person(by), at=at))
