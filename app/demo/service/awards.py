"""Home of the demo's operating awards: assessed, drafted, one of them approved and its first part paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.awards import queries
from app.awards import service as awards
from app.awards.rules.year import Year
from app.awards.service import Drafted, Finding
from app.clock import on
from app.demo.rules.awards import award_policy, marks_of
from app.demo.rules.sites import BUSY_CANTEEN
from app.demo.service.district import District
from app.roles import Actor
from app.subsidy import service as subsidy


def reckon_awards(
    district: District, year: Year, users: Mapping[str, Actor], *, seed: int, at: datetime
) -> dict[str, int]:
    """Let the offices do their part, each by its own person; give how much was done."""
    policy = award_policy(year.number, on(at))
    draft = subsidy.draft_award_policy(policy, by=users["officer"], at=at)
    subsidy.publish_award_policy(draft.id, by=users["director"], at=at)
    marks = marks_of(tuple(district.canteens.values()), seed=seed)
    for site_code, found in marks.items():
        finding = Finding(found, f"{year.number}年度老年食堂考核表（{site_code}）")
        awards.assess(site_code, year, finding, by=users["officer"], at=at)
    results = awards.draft_awards(year, by=users["finance"], at=at)
    _approve_and_pay(year, users, at=at)
    return {"assessed": len(marks), "drafted": results.count(Drafted.MADE)}


def _approve_and_pay(year: Year, users: Mapping[str, Actor], *, at: datetime) -> None:
    """Approve the busy canteen's award, and pay its first part."""
    award = queries.newest_award(BUSY_CANTEEN, year)
    if award is not None:
        awards.approve(award.award_no, seen=award.hash, by=users["director"], at=at)
        awards.pay(award.award_no, 1, paid_on=on(at), by=users["finance"], at=at)
