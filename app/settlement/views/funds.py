"""Home of the pages of a year's money by fund, and its files."""

from __future__ import annotations

from io import BytesIO

from flask import Response, render_template, send_file

from app import clock
from app.access import require, viewer
from app.roles import Permission
from app.settlement import service
from app.settlement.views.blueprint import bp
from app.subsidy.rules.wording import payer_label

_CSV = "text/csv"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_PDF = "application/pdf"


@bp.get("/funds/<int:year>")
@require(Permission.STATEMENTS_VIEW)
def funds(year: int) -> str:
    """Show where a year's money came from, what it was spent on, and what is left."""
    return render_template(
        "settlement/funds.html",
        report=service.year_report(year, viewer().scope),
        this_year=clock.today().year,
        payer_label=payer_label,
    )


@bp.get("/funds/<int:year>/funds.csv")
@require(Permission.STATEMENTS_VIEW)
def funds_csv(year: int) -> Response:
    """Hand out what each fund owes, month by month, as CSV."""
    target = BytesIO()
    service.funds_csv(service.year_report(year, viewer().scope), target)
    return _sent(target, f"funds-{year}.csv", _CSV)


@bp.get("/funds/<int:year>/charity.csv")
@require(Permission.DONATIONS_VIEW)
def charity_csv(year: int) -> Response:
    """Hand out the charity funds' year as CSV."""
    target = BytesIO()
    service.charity_csv(service.year_report(year, viewer().scope), target)
    return _sent(target, f"charity-{year}.csv", _CSV)


@bp.get("/funds/<int:year>/funds.xlsx")
@require(Permission.STATEMENTS_VIEW)
def funds_workbook(year: int) -> Response:
    """Hand out the year as a workbook."""
    target = BytesIO()
    service.year_workbook(service.year_report(year, viewer().scope), target)
    return _sent(target, f"funds-{year}.xlsx", _XLSX)


@bp.get("/funds/<int:year>/funds.pdf")
@require(Permission.STATEMENTS_VIEW)
def funds_pdf(year: int) -> Response:
    """Hand out the year as a paper."""
    paper = BytesIO(service.year_pdf(service.year_report(year, viewer().scope), at=clock.now()))
    return send_file(paper, mimetype=_PDF, download_name=f"funds-{year}.pdf")


def _sent(target: BytesIO, name: str, mimetype: str) -> Response:
    target.seek(0)
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
