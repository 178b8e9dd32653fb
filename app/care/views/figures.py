"""Home of the page of a month's figures, and of its files."""

from __future__ import annotations

from io import BytesIO

from flask import Response, render_template

from app.access import require, viewer
from app.areas import queries as areas
from app.care.service.figures import month_of_care, write_month_book, write_month_csv
from app.care.views.blueprint import CSV, XLSX, asked_month, bp, file
from app.delivery.rules.cases import CaseOutcome
from app.roles import Permission
from app.web.language import say


@bp.get("/figures")
@require(Permission.CARE_VIEW)
def figures() -> str:
    """Show a month's cases: how many, how many in time, and how they ended."""
    found = month_of_care(asked_month(), viewer().scope)
    return render_template(
        "care/figures.html",
        found=found,
        month=found.month,
        outcomes=list(CaseOutcome),
        places=areas.labels([*found.meals_by_area, *found.doors_by_area]),
    )


@bp.get("/figures.xlsx")
@require(Permission.CARE_VIEW)
def figures_book() -> Response:
    """Hand out a month's figures as a workbook."""
    found, target = month_of_care(asked_month(), viewer().scope), BytesIO()
    write_month_book(found, target, say)
    return file(target, f"care-{found.month}.xlsx", XLSX)


@bp.get("/figures.csv")
@require(Permission.CARE_VIEW)
def figures_csv() -> Response:
    """Hand out a month's figures as CSV."""
    found, target = month_of_care(asked_month(), viewer().scope), BytesIO()
    write_month_csv(found, target, say)
    return file(target, f"care-{found.month}.csv", CSV)
