"""Home of the pages that change the donations ledger: open, write down, confirm, refuse, correct, take in."""

from __future__ import annotations

from flask import Response, current_app, redirect, render_template, request, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.donations import queries, service
from app.donations.forms.file import DONATIONS_FILE
from app.donations.forms.screen import CorrectionForm, DonationForm, FundForm, RefusalForm
from app.donations.models import CharityFund, Donation
from app.donations.views.blueprint import bp
from app.donations.views.books import seen_fund
from app.errors import DomainError, NotFound
from app.money import format_yuan
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.imports import ImportPage
from app.web.notices import notice, warning

Answer = str | Redirection | tuple[str, int]
_REFUSED = 422
_IMPORT = ImportPage(
    DONATIONS_FILE,
    service.import_donations,
    title=text("Take in a file of donations"),
    name="donations",
    back="donations.ledger",
    permission=Permission.DONATIONS_RECORD,
)


@bp.get("/funds/new")
@require(Permission.DONATIONS_RECORD)
def new_fund() -> str:
    """Show the form for a new fund."""
    return render_template("donations/fund_new.html", form=_fund_form())


@bp.post("/funds/new")
@require(Permission.DONATIONS_RECORD)
def open_fund() -> Answer:
    """Open a fund."""
    form = _fund_form()
    if form.validate_on_submit():
        try:
            with transaction():
                service.open_fund(form.record(), by=viewer(), at=clock.now())
            return _done()
        except DomainError as error:
            form.refuse(error)
    return render_template("donations/fund_new.html", form=form), _REFUSED


def _fund_form() -> FundForm:
    form = FundForm()
    district: str = current_app.config["MEAL_CIRCLE"].district
    form.offer(viewer().scope, viewer().scope.area or district)
    return form


@bp.get("/new")
@require(Permission.DONATIONS_RECORD)
def new() -> str:
    """Show the form for a donation."""
    form = DonationForm(received_on=clock.today())
    form.offer(_own_funds())
    return render_template("donations/donation_new.html", form=form)


@bp.post("/new")
@require(Permission.DONATIONS_RECORD)
def register() -> Answer:
    """Write a donation down; it waits for a second person."""
    form = DonationForm()
    form.offer(_own_funds())
    if form.validate_on_submit():
        try:
            record = form.record()
            fund = seen_fund(int(form.fund.data))
            with transaction():
                service.register(fund, record, by=viewer(), at=clock.now())
            notice(text("Written down. It counts once somebody else has confirmed it."))
            return redirect(url_for("donations.ledger"))
        except DomainError as error:
            form.refuse(error)
    return render_template("donations/donation_new.html", form=form), _REFUSED


def _own_funds() -> list[CharityFund]:
    scope = viewer().scope
    return [fund for fund in queries.funds(scope) if scope.covers(fund.area)]


@bp.post("/confirm")
@require(Permission.DONATIONS_CONFIRM)
def confirm() -> Redirection:
    """Confirm the entries that were ticked: all of them, or none."""
    ticked = request.form.getlist("donations", type=int)
    if not ticked:
        warning(text("Tick what you have held against its receipt."))
        return redirect(url_for("donations.ledger"))
    try:
        with transaction():
            total_fen = service.confirm(ticked, by=viewer(), at=clock.now())
        notice(
            text("{count} confirmed, {yuan} yuan together.", count=len(ticked), yuan=format_yuan(total_fen))
        )
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("donations.ledger"))


@bp.get("/<int:donation_id>/refuse")
@require(Permission.DONATIONS_CONFIRM)
def refusal(donation_id: int) -> str:
    """Show the form for refusing an entry."""
    return render_template("donations/refuse.html", form=RefusalForm(), donation=_seen(donation_id))


@bp.post("/<int:donation_id>/refuse")
@require(Permission.DONATIONS_CONFIRM)
def refuse(donation_id: int) -> Answer:
    """Refuse an entry that waits."""
    form = RefusalForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.refuse(donation_id, form.reason.data, by=viewer(), at=clock.now())
            return _done()
        except DomainError as error:
            form.refuse(error)
    return render_template("donations/refuse.html", form=form, donation=_seen(donation_id)), _REFUSED


@bp.get("/<int:donation_id>/correct")
@require(Permission.DONATIONS_RECORD)
def correction(donation_id: int) -> str:
    """Show the form for putting a donation right."""
    return render_template("donations/correct.html", form=CorrectionForm(), donation=_seen(donation_id))


@bp.post("/<int:donation_id>/correct")
@require(Permission.DONATIONS_RECORD)
def correct(donation_id: int) -> Answer:
    """Write down what puts a donation right; it waits for a second person."""
    form = CorrectionForm()
    if form.validate_on_submit():
        try:
            with transaction():
                service.correct(donation_id, form.signed_fen(), form.reason.data, by=viewer(), at=clock.now())
            notice(text("Written down. It counts once somebody else has confirmed it."))
            return redirect(url_for("donations.ledger"))
        except DomainError as error:
            form.refuse(error)
    return render_template("donations/correct.html", form=form, donation=_seen(donation_id)), _REFUSED


@bp.get("/import")
@require(Permission.DONATIONS_RECORD)
def import_form() -> str:
    """Show the form for a file of donations."""
    return _IMPORT.show()


@bp.post("/import")
@require(Permission.DONATIONS_RECORD)
def import_file() -> Redirection | Response | tuple[str, int]:
    """Take in a file of donations; each waits for a second person."""
    return _IMPORT.answer()


def _seen(donation_id: int) -> Donation:
    found = queries.donations_of([donation_id])
    if not found or queries.fund_numbered(found[0].fund_id, viewer().scope) is None:
        raise NotFound(text("There is no such donation."))
    return found[0]


def _done() -> Redirection:
    notice(text("Saved."))
    return redirect(url_for("donations.ledger"))
