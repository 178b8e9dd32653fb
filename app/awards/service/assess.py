"""Home of assessing a canteen's year: what was found is added, never changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.audit import service as audit
from app.awards import queries
from app.awards.models import Assessment
from app.awards.rules.acts import ensure_reason
from app.awards.rules.year import Year
from app.canteens import queries as canteens
from app.canteens.rules import SiteKind
from app.errors import NotFound
from app.extensions import db
from app.roles import Actor
from app.subsidy.rules.awards import Marks
from app.text import text


@dataclass(frozen=True, slots=True)
class Finding:
    """What an assessor enters: the marks, on what evidence, and why an earlier assessment is replaced."""

    marks: Marks
    evidence: str
    reason: str = ""


def assess(site_code: str, year: Year, finding: Finding, *, by: Actor, at: datetime) -> Assessment:
    """Write down what was found of a canteen's year; it replaces what was found before, which is kept.

    Raises: NotFound outside the scope or for what is no canteen; DomainError when it replaces another and
    does not say why.
    """
    site = canteens.site_of(site_code, by.scope)
    if site is None or site.kind is not SiteKind.CANTEEN:
        raise NotFound(text("There is no canteen {code}.", code=site_code))
    before = queries.newest_assessment(site_code, year)
    row = Assessment(
        site_code=site_code,
        year=year.number,
        issue=before.issue + 1 if before else 1,
        score_tenths=finding.marks.score_tenths,
        satisfaction_tenths=finding.marks.satisfaction_tenths,
        capacity=finding.marks.capacity,
        evidence=finding.evidence.strip(),
        reason=ensure_reason(finding.reason) if before else "",
        assessed_by=by.user_no,
        assessed_at=at,
    )
    db.session.add(row)
    db.session.flush()
    audit.record(
        "award.assessed",
        f"assessment:{year.number}-{site_code}-{row.issue}",
        by=by,
        at=at,
        detail={"score_tenths": row.score_tenths},
    )
    return row
