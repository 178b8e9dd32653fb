"""The verbs of settlement: draft a month, hand it out, prove it from the facts, simulate a policy on it."""

from app.settlement.service.accounts import confirm_account, propose_account
from app.settlement.service.charity import charity_differences
from app.settlement.service.disclosure import Notice, notice_pdf, write_notice_book, write_notice_csv
from app.settlement.service.draft import Drafted, draft_statements
from app.settlement.service.explain import SettledMeal, settled_meal
from app.settlement.service.export import (
    Format,
    Wanted,
    adjustments_csv,
    export_month,
    formats,
    layers_csv,
    lines_csv,
    month_workbook,
    portions_csv,
    recoveries_csv,
    statement_pdf,
    statements_csv,
    summary_pdf,
)
from app.settlement.service.fund_files import (
    charity_csv,
    export_year,
    funds_csv,
    year_pdf,
    year_report,
    year_workbook,
)
from app.settlement.service.payment import payments_of, write_payments
from app.settlement.service.portions import month_portions
from app.settlement.service.recovery import decide_recovery, open_recovery
from app.settlement.service.rollup import (
    export_rollup,
    rollup_of,
    rollup_pdf,
    write_rollup_book,
    write_rollup_csv,
)
from app.settlement.service.simulate import simulate
from app.settlement.service.simulation_csv import differences_file
from app.settlement.service.steps import Taken, take_step, waive
from app.settlement.service.verify import Verification, lines_from_facts, verify_month

__all__ = [
    "Drafted",
    "Format",
    "Notice",
    "SettledMeal",
    "Taken",
    "Verification",
    "Wanted",
    "adjustments_csv",
    "charity_csv",
    "charity_differences",
    "confirm_account",
    "decide_recovery",
    "differences_file",
    "draft_statements",
    "export_month",
    "export_rollup",
    "export_year",
    "formats",
    "funds_csv",
    "layers_csv",
    "lines_csv",
    "lines_from_facts",
    "month_portions",
    "month_workbook",
    "notice_pdf",
    "open_recovery",
    "payments_of",
    "portions_csv",
    "propose_account",
    "recoveries_csv",
    "rollup_of",
    "rollup_pdf",
    "settled_meal",
    "simulate",
    "statement_pdf",
    "statements_csv",
    "summary_pdf",
    "take_step",
    "verify_month",
    "waive",
    "write_notice_book",
    "write_notice_csv",
    "write_payments",
    "write_rollup_book",
    "write_rollup_csv",
    "year_pdf",
    "year_report",
    "year_workbook",
]
