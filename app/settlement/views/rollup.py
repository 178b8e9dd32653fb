"""Home of the pages of a quarter and a year: by site, payer and fund, and their files."""

from __future__ import annotations

from io import BytesIO

from flask import Response, render_template, send_file

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.roles import Permission
from app.settlement import service
from app.settlement.rules.period import parse_period
from app.settlement.rules.rollup import Rollup
from app.settlement.views.blueprint import bp
from app.settlement.views.months import CSV, PDF, XLSX
from app.subsidy.rules.wording import payer_label


@bp.get("/rollup/<period>")
@require(Permission.STATEMENTS_VIEW)
def rollup(period: str) -> str:
    """Show a quarter or a year: months side by side, and the sums."""
    found = _found(period)
    return render_template(
        "settlement/rollup.html",
        found=found,
        months=found.period.months,
        names={code: site.name for code, site in canteens.sites_by_code().items()},
        payer_label=payer_label,
    )


@bp.get("/rollup/<period>.csv")
@require(Permission.STATEMENTS_VIEW)
def rollup_csv(period: str) -> Response:
    """Hand out a roll-up as CSV."""
    target = BytesIO()
    service.write_rollup_csv(_found(period), target)
    return _file(target, f"rollup-{period}.csv", CSV)


@bp.get("/rollup/<period>.xlsx")
@require(Permission.STATEMENTS_VIEW)
def rollup_book(period: str) -> Response:
    """Hand out a roll-up as a workbook."""
    target = BytesIO()
    service.write_rollup_book(_found(period), target)
    return _file(target, f"rollup-{period}.xlsx", XLSX)


@bp.get("/rollup/<period>.pdf")
@require(Permission.STATEMENTS_VIEW)
def rollup_paper(period: str) -> Response:
    """Hand out a roll-up as a paper."""
    paper = BytesIO(service.rollup_pdf(_found(period), at=clock.now()))
    return send_file(paper, mimetype=PDF, download_name=f"rollup-{period}.pdf")


def _found(period: str) -> Rollup:
    return service.rollup_of(parse_period(period), viewer().scope)


def _file(target: BytesIO, name: str, mimetype: str) -> Response:
    target.seek(0)
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
