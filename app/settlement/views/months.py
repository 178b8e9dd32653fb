"""Home of the pages of settlement: the months, one month's statements, and their files."""

from __future__ import annotations

from collections.abc import Callable, Collection
from io import BytesIO
from typing import IO

from flask import Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.jobs.views import hand_over
from app.meals import queries as meals
from app.month import parse_month
from app.roles import Permission
from app.settlement import queries, service
from app.settlement.rules.period import Period, quarter_of
from app.settlement.rules.steps import STEPS, Act, StatementStatus
from app.settlement.service import Drafted, Notice, Wanted
from app.settlement.service import jobs as _jobs  # noqa: F401 - kinds of background work
from app.settlement.views.blueprint import bp
from app.subsidy.rules.wording import payer_label
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PDF = "application/pdf"


@bp.get("")
@require(Permission.STATEMENTS_VIEW)
def months() -> str:
    """Show the months in which meals were served, and what was drafted of them."""
    found = queries.months(viewer().scope)
    drafted = [each.month for each in found if each.statements]
    periods = {Period(month.year) for month in drafted} | {quarter_of(month) for month in drafted}
    return render_template("settlement/months.html", months=found, periods=sorted(periods, reverse=True))


@bp.get("/<month>")
@require(Permission.STATEMENTS_VIEW)
def month(month: str) -> str:
    """Show a month: every site's statement, whether it is up to date, and the sums."""
    period, scope = parse_month(month), viewer().scope
    statements = queries.statements_of(period, scope)
    drafted = {statement.site_code for statement in statements}
    states = meals.states_of(drafted, period.first_on, period.last_on)
    stages = {statement.stage for statement in statements}
    acts = [act for act in Act if _may_go_on(act, stages)]
    return render_template(
        "settlement/month.html",
        month=period,
        statements=statements,
        outdated=queries.outdated(statements, period, states),
        acts=acts,
        can_go_on=lambda each: any((each.stage, act) in STEPS for act in acts),
        void=queries.void_statements(period, scope),
        undrafted=[site for site in queries.sites_of(period, scope) if site not in drafted],
        persons=queries.persons_of(period, states),
        form=EmptyForm(),
        payer_label=payer_label,
    )


def _may_go_on(act: Act, stages: Collection[StatementStatus]) -> bool:
    """Tell whether many can take this step at once, the viewer may, and a statement stands before it."""
    return not act.needs_reason and any(
        stage in stages and viewer().may(permission)
        for (stage, each), (_, permission) in STEPS.items()
        if each is act
    )


@bp.post("/<month>/draft")
@require(Permission.STATEMENTS_DRAFT)
def draft(month: str) -> Redirect:
    """Make the month's drafts, or make them again."""
    period = parse_month(month)
    with transaction():
        done = service.draft_statements(period, by=viewer(), at=clock.now())
    notice(
        text(
            "Drafted {month}: {made} new, {refreshed} made again, {unchanged} unchanged, {frozen} handed in.",
            month=period,
            made=done[Drafted.MADE],
            refreshed=done[Drafted.REFRESHED],
            unchanged=done[Drafted.UNCHANGED],
            frozen=done[Drafted.FROZEN],
        )
    )
    return redirect(url_for("settlement.month", month=period))


@bp.post("/<month>/all-files")
@require(Permission.STATEMENTS_VIEW)
def all_files(month: str) -> Redirect:
    """Let every file of the month be written in the background, as one ZIP."""
    return hand_over("settlement.export", [{"month": str(parse_month(month))}])


@bp.post("/<month>/verify")
@require(Permission.STATEMENTS_VIEW)
def verify_all(month: str) -> Redirect:
    """Let every site's statement of the month be computed again from the facts, in the background."""
    period = parse_month(month)
    sites = [each.site_code for each in queries.statements_of(period, viewer().scope)]
    return hand_over("settlement.verify", [{"month": str(period), "site_code": code} for code in sites])


@bp.get("/<month>/lines.csv")
@require(Permission.STATEMENTS_VIEW)
def lines_csv(month: str) -> Response:
    """Hand out the month's meals as CSV."""
    return _file(service.lines_csv, month, "lines.csv", CSV)


@bp.get("/<month>/layers.csv")
@require(Permission.STATEMENTS_VIEW)
def layers_csv(month: str) -> Response:
    """Hand out the shares of each meal as CSV."""
    return _file(service.layers_csv, month, "layers.csv", CSV)


@bp.get("/<month>/adjustments.csv")
@require(Permission.STATEMENTS_VIEW)
def adjustments_csv(month: str) -> Response:
    """Hand out the corrections of earlier statements as CSV."""
    return _file(service.adjustments_csv, month, "adjustments.csv", CSV)


@bp.get("/<month>/recoveries.csv")
@require(Permission.STATEMENTS_VIEW)
def recoveries_csv(month: str) -> Response:
    """Hand out what the month's statements take back as CSV."""
    return _file(service.recoveries_csv, month, "recoveries.csv", CSV)


@bp.get("/<month>/statements.csv")
@require(Permission.STATEMENTS_VIEW)
def statements_csv(month: str) -> Response:
    """Hand out the month's statements as CSV."""
    return _file(service.statements_csv, month, "statements.csv", CSV)


@bp.get("/<month>/statements.xlsx")
@require(Permission.STATEMENTS_VIEW)
def workbook(month: str) -> Response:
    """Hand out the month as a workbook."""
    return _file(service.month_workbook, month, f"statements-{month}.xlsx", XLSX)


@bp.get("/<month>/summary.pdf")
@require(Permission.STATEMENTS_VIEW)
def summary(month: str) -> Response:
    """Hand out the month's summary as a paper."""
    wanted = Wanted.of(parse_month(month), viewer().scope)
    paper = BytesIO(service.summary_pdf(wanted, at=clock.now()))
    return send_file(paper, mimetype=PDF, download_name=f"summary-{month}.pdf")


@bp.get("/<month>/disclosure.csv")
@require(Permission.STATEMENTS_VIEW)
def disclosure_csv(month: str) -> Response:
    """Hand out the month's public notice as CSV."""
    return _file(_notice(service.write_notice_csv), month, f"disclosure-{month}.csv", CSV)


@bp.get("/<month>/disclosure.xlsx")
@require(Permission.STATEMENTS_VIEW)
def disclosure_book(month: str) -> Response:
    """Hand out the month's public notice as a workbook."""
    return _file(_notice(service.write_notice_book), month, f"disclosure-{month}.xlsx", XLSX)


@bp.get("/<month>/disclosure.pdf")
@require(Permission.STATEMENTS_VIEW)
def disclosure(month: str) -> Response:
    """Hand out the month's public notice as a paper to hang up."""
    wanted = Wanted.of(parse_month(month), viewer().scope)
    paper = BytesIO(service.notice_pdf(wanted.notice, at=clock.now()))
    return send_file(paper, mimetype=PDF, download_name=f"disclosure-{month}.pdf")


def _notice(write: Callable[[Notice, IO[bytes]], None]) -> Callable[[Wanted, IO[bytes]], None]:
    return lambda wanted, target: write(wanted.notice, target)


def _file(write: Callable[[Wanted, IO[bytes]], None], month: str, name: str, mimetype: str) -> Response:
    """Write a file in full before a byte of it is sent: a refusal must come as a page, not in mid-file."""
    wanted = Wanted.of(parse_month(month), viewer().scope)
    target = BytesIO()
    write(wanted, target)
    target.seek(0)
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)
