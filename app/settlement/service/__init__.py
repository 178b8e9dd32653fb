"""The verbs of settlement: draft a month's statements, hand them out as files, prove them from the facts."""

from app.settlement.service.draft import Drafted, draft_statement, draft_statements, sites_to_draft
from app.settlement.service.export import (
    Format,
    Wanted,
    adjustments_csv,
    export_month,
    formats,
    layers_csv,
    lines_csv,
    month_workbook,
    statement_pdf,
    statements_csv,
    summary_pdf,
)
from app.settlement.service.steps import take_step, waive
from app.settlement.service.verify import Verification, verify_month

__all__ = [
    "Drafted",
    "Format",
    "Verification",
    "Wanted",
    "adjustments_csv",
    "draft_statement",
    "draft_statements",
    "export_month",
    "formats",
    "layers_csv",
    "lines_csv",
    "month_workbook",
    "sites_to_draft",
    "statement_pdf",
    "statements_csv",
    "summary_pdf",
    "take_step",
    "verify_month",
    "waive",
]
