"""The verbs of awards: assess, draft, approve, pay, declare void, hand out, prove from the facts."""

from app.awards.service.acts import approve, pay, void
from app.awards.service.assess import Finding, assess
from app.awards.service.csv_files import write_awards, write_instalments, write_steps
from app.awards.service.draft import (
    Drafted,
    NotDrafted,
    canteens_to_draft,
    draft_award,
    draft_awards,
    draft_or_say_why,
    drafted_words,
    is_current,
)
from app.awards.service.export import award_pdf, awards_workbook, export_year, year_pdf
from app.awards.service.listing import Listed, WantedAwards
from app.awards.service.papers import tenths
from app.awards.service.verify import Verification, verify_year

__all__ = [
    "Drafted",
    "Finding",
    "Listed",
    "NotDrafted",
    "Verification",
    "WantedAwards",
    "approve",
    "assess",
    "award_pdf",
    "awards_workbook",
    "canteens_to_draft",
    "draft_award",
    "draft_awards",
    "draft_or_say_why",
    "drafted_words",
    "export_year",
    "is_current",
    "pay",
    "tenths",
    "verify_year",
    "void",
    "write_awards",
    "write_instalments",
    "write_steps",
    "year_pdf",
]
