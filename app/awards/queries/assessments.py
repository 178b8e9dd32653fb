"""Home of the queries on assessments."""

from __future__ import annotations

from sqlalchemy import select

from app.awards.models import Assessment
from app.awards.rules.year import Year
from app.extensions import db


def assessments_of(site_code: str, year: Year) -> list[Assessment]:
    """Give every assessment of a canteen's year, the newest first."""
    return list(
        db.session.execute(
            select(Assessment)
            .where(Assessment.site_code == site_code, Assessment.year == year.number)
            .order_by(Assessment.issue.desc())
        ).scalars()
    )


def newest_assessment(site_code: str, year: Year) -> Assessment | None:
    """Give the assessment that counts."""
    return next(iter(assessments_of(site_code, year)), None)


def newest_assessments(year: Year) -> dict[str, Assessment]:
    """Give the assessments of a year that count, by site."""
    rows = db.session.execute(
        select(Assessment)
        .where(Assessment.year == year.number)
        .order_by(Assessment.site_code, Assessment.issue)
    ).scalars()
    return {row.site_code: row for row in rows}
