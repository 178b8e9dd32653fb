"""Home of the pages of riders' hours: a month, one rider's runs, corrections, certificates, files."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Response as FileResponse
from flask import redirect, render_template, request, send_file, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.delivery.forms.riders import AdjustmentForm, CertificateForm, VerdictForm
from app.delivery.queries import hours as queries
from app.delivery.rules.food import read_month
from app.delivery.rules.hours import hours_of, written
from app.delivery.rules.proof import run_code
from app.delivery.service import hours as service
from app.delivery.views.blueprint import bp
from app.delivery.views.rider import rider_named
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning

_REFUSED = 422
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = Response | tuple[str, int]


@bp.get("/hours")
@require(Permission.DELIVERY_VIEW)
def hours() -> str:
    """Show a month's hours of every rider within the scope."""
    month = _month()
    first, end = read_month(month)
    return render_template(
        "delivery/hours.html",
        month=month,
        earlier=(first - timedelta(days=1)).strftime("%Y-%m"),
        later=end.strftime("%Y-%m"),
        found=service.hours_within(viewer().scope, first, end),
        written=written,
    )


@bp.get("/hours.csv")
@require(Permission.DELIVERY_VIEW)
def hours_csv() -> FileResponse:
    """Hand out a month's hours as CSV."""
    month, target = _month(), BytesIO()
    service.hours_csv(service.hours_within(viewer().scope, *read_month(month)), target)
    return _file(target, "text/csv", f"hours-{month}.csv")


@bp.get("/hours.xlsx")
@require(Permission.DELIVERY_VIEW)
def hours_xlsx() -> FileResponse:
    """Hand out a month's hours as a workbook."""
    month, target = _month(), BytesIO()
    service.hours_workbook(service.hours_within(viewer().scope, *read_month(month)), month, target)
    return _file(target, _XLSX, f"hours-{month}.xlsx")


@bp.get("/riders/<rider_no>/hours/<month>")
@require(Permission.DELIVERY_VIEW)
def rider_hours(rider_no: str, month: str) -> str:
    """Show one rider's month: each proven run with what its minutes come from, and what corrects them."""
    return _page(rider_no, month)


@bp.post("/riders/<rider_no>/hours/<month>")
@require(Permission.DELIVERY_EDIT)
def adjust(rider_no: str, month: str) -> Answer:
    """Write a correction of a rider's month."""
    form = AdjustmentForm()
    if form.validate_on_submit():
        try:
            reason = form.reason.data.strip()
            with transaction():
                service.adjust_hours(rider_no, month, form.minutes.data, reason, by=viewer(), at=clock.now())
            notice(text("Written under your name. It counts once somebody else has confirmed it."))
            return redirect(url_for("delivery.rider_hours", rider_no=rider_no, month=month))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(rider_no, month, form=form), _REFUSED


@bp.post("/hours/adjustments/<int:adjustment_id>")
@require(Permission.DELIVERY_EDIT)
def judge(adjustment_id: int) -> Response:
    """Confirm or refuse a correction that somebody wrote."""
    form, to = VerdictForm(), url_for("delivery.hours")
    is_confirmed = form.is_confirmed.data == "1"
    try:
        with transaction():
            judged = service.judge_adjustment(
                adjustment_id, is_confirmed=is_confirmed, by=viewer(), at=clock.now()
            )
            month = judged.month.strftime("%Y-%m")
            to = url_for("delivery.rider_hours", rider_no=judged.rider.rider_no, month=month)
        notice(text("The correction counts now.") if is_confirmed else text("The correction does not count."))
    except NotFound:
        raise
    except DomainError as error:
        warning(error.message)
    return redirect(to)


@bp.post("/riders/<rider_no>/certificates")
@require(Permission.DELIVERY_EDIT)
def certify(rider_no: str) -> Answer:
    """Issue a certificate of some months."""
    form = CertificateForm()
    if form.validate_on_submit():
        first, last = (each.data.strftime("%Y-%m") for each in (form.first, form.last))
        try:
            with transaction():
                service.issue_certificate(rider_no, first, last, by=viewer(), at=clock.now())
            notice(text("The certificate is issued. Print it below."))
            return redirect(url_for("delivery.rider_hours", rider_no=rider_no, month=last))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(rider_no, clock.today().strftime("%Y-%m"), certificate_form=form), _REFUSED


@bp.get("/certificates/<certificate_no>.pdf")
@require(Permission.DELIVERY_VIEW)
def certificate(certificate_no: str) -> FileResponse:
    """Hand out a certificate as PDF."""
    pdf = service.certificate_pdf(certificate_no, scope=viewer().scope)
    return _file(BytesIO(pdf), "application/pdf", f"{certificate_no}.pdf")


def _month() -> str:
    return request.args.get("month") or clock.today().strftime("%Y-%m")


def _file(target: BytesIO, mimetype: str, name: str) -> FileResponse:
    target.seek(0)
    return send_file(target, mimetype=mimetype, as_attachment=True, download_name=name)


def _page(
    rider_no: str,
    month: str,
    *,
    form: AdjustmentForm | None = None,
    certificate_form: CertificateForm | None = None,
) -> str:
    rider, (first, end) = rider_named(rider_no), read_month(month)
    rides = queries.rides([rider.id], first, end)
    adjustments = queries.adjustments_of(rider.id, first)
    certificates = queries.certificates_of(rider.id)
    hands = {each.written_by for each, _ in adjustments} | {each.issued_by for each in certificates}
    return render_template(
        "delivery/rider_hours.html",
        rider=rider,
        month=month,
        earlier=(first - timedelta(days=1)).strftime("%Y-%m"),
        later=end.strftime("%Y-%m"),
        rides=rides,
        hours=hours_of(rides, queries.minutes_adjusted([rider.id], first, end).get(rider.id, 0)),
        adjustments=adjustments,
        certificates=certificates,
        people=users.names_of(hands | {verdict.given_by for _, verdict in adjustments if verdict}),
        me=viewer().user_no,
        written=written,
        run_code=run_code,
        form=form or AdjustmentForm(formdata=None),
        verdict_form=VerdictForm(formdata=None),
        certificate_form=certificate_form or CertificateForm(formdata=None, first=first, last=first),
    )
