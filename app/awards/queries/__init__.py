"""What is asked of awards: the awards, their assessments, and the year's meals that they rest on."""

from app.awards.queries.assessments import assessments_of, newest_assessment, newest_assessments
from app.awards.queries.awards import (
    award,
    awards_of,
    canteens_open,
    newest_award,
    paid_before,
    void_awards,
    years,
)
from app.awards.queries.meals import year_facts

__all__ = [
    "assessments_of",
    "award",
    "awards_of",
    "canteens_open",
    "newest_assessment",
    "newest_assessments",
    "newest_award",
    "paid_before",
    "void_awards",
    "year_facts",
    "years",
]
