"""Visits: the six groups, and which visits may be written down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.care.rules.visits import (
    CareGroup,
    Finding,
    NewVisit,
    VisitFigures,
    VisitWay,
    ensure_visit,
    groups_of,
)
from app.errors import DomainError
from app.residents.rules.facts import Category, CategoryPeriod

TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("category", "grade", "group"),
    [
        (Category.LIVING_ALONE, None, CareGroup.LIVING_ALONE),
        (Category.EMPTY_NEST, None, CareGroup.EMPTY_NEST),
        (Category.LEFT_BEHIND, None, CareGroup.LEFT_BEHIND),
        (Category.INCAPACITATED, "light", CareGroup.INCAPACITATED),
        (Category.DISABLED, "1", CareGroup.SEVERELY_DISABLED),
        (Category.DISABLED, "2", CareGroup.SEVERELY_DISABLED),
        (Category.BEREAVED_PARENT, None, CareGroup.BEREAVED_PARENT),
        (Category.DISABLED, "3", None),
        (Category.VETERAN, None, None),
    ],
)
def test_the_six_groups_follow_from_categories(
    category: Category, grade: str | None, group: CareGroup | None
) -> None:
    assert groups_of([CategoryPeriod(category, grade, TODAY)]) == (() if group is None else (group,))


@pytest.mark.parametrize(
    ("days_ago", "finding", "note"),
    [
        (-1, Finding.WELL, ""),
        (63, Finding.WELL, ""),
        (0, Finding.NEEDS_HELP, " "),
        (0, Finding.WELL, "字" * 201),
    ],
)
def test_what_cannot_be_is_refused(days_ago: int, finding: Finding, note: str) -> None:
    visit = NewVisit(TODAY - timedelta(days=days_ago), VisitWay.HOME, finding, note)
    with pytest.raises(DomainError):
        ensure_visit(visit, today=TODAY)


def test_who_is_away_does_not_lower_the_share() -> None:
    figures = VisitFigures(due=10, visited=8) + VisitFigures(due=2, away=2)
    assert (figures.waiting, figures.hundredths) == (2, 8000)
    assert VisitFigures(due=1, away=1).hundredths == 10_000
