"""Home of the pages of riders: who rides for which kitchen, who is away, taking one in, letting one go."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery import queries
from app.delivery.forms import AwayForm, RiderForm
from app.delivery.rules.days import weekday_labels
from app.delivery.rules.readiness import remedy_of
from app.delivery.service import add_rider, end_absence, note_absence, retire_rider
from app.delivery.views.blueprint import bp
from app.delivery.views.rider import rider_named
from app.errors import DomainError
from app.residents.rules.contact import masked_phone
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of


@bp.get("/riders")
@require(Permission.DELIVERY_VIEW)
def riders() -> str:
    """Show who rides."""
    page = page_of(queries.riders(viewer().scope))
    to_settle = queries.riders_to_settle(viewer().scope, clock.today())
    return render_template(
        "delivery/riders.html",
        page=page,
        to_settle=to_settle,
        gaps={each.rider.id: each for each in to_settle},
        remedy_of=remedy_of,
        absences=queries.absences_of([rider.id for rider in page.rows], after=clock.today()),
        covers=queries.covers_of([rider.id for rider in page.rows], after=clock.today()),
        today=clock.today(),
        form=EmptyForm(),
        weekday_labels=weekday_labels,
        masked_phone=masked_phone,
    )


@bp.get("/riders/new")
@require(Permission.DELIVERY_EDIT)
def new_rider() -> str:
    """Show the form for a new rider."""
    return render_template("delivery/rider_new.html", form=_form())


@bp.post("/riders/new")
@require(Permission.DELIVERY_EDIT)
def add() -> Response | tuple[str, int]:
    """Take in a rider."""
    form = _form()
    if form.validate_on_submit():
        try:
            with transaction():
                rider = add_rider(form.new_rider(), by=viewer(), at=clock.now())
                number = rider.rider_no
            notice(text("Rider {rider_no} rides from the next plan on.", rider_no=number))
            return redirect(url_for("delivery.riders"))
        except DomainError as error:
            form.refuse(error)
    return render_template("delivery/rider_new.html", form=form), 422


@bp.get("/riders/<rider_no>/away")
@require(Permission.DELIVERY_EDIT)
def away(rider_no: str) -> str:
    """Show the form for the days on which a rider does not ride."""
    today = clock.today()
    form = AwayForm(formdata=None, from_on=today, until_on=today + timedelta(days=1))
    return render_template("delivery/rider_away.html", form=form, rider=rider_named(rider_no))


@bp.post("/riders/<rider_no>/away")
@require(Permission.DELIVERY_EDIT)
def note_away(rider_no: str) -> Response | tuple[str, int]:
    """Note the days on which a rider does not ride."""
    form = AwayForm()
    if form.validate_on_submit():
        try:
            with transaction():
                note_absence(rider_no, form.from_on.data, form.until_on.data, by=viewer(), at=clock.now())
            notice(
                text(
                    "Plans do not count on rider {rider_no} on these days. Plan again what is planned.",
                    rider_no=rider_no,
                )
            )
            return redirect(url_for("delivery.riders"))
        except DomainError as error:
            form.refuse(error)
    return render_template("delivery/rider_away.html", form=form, rider=rider_named(rider_no)), 422


@bp.post("/riders/<rider_no>/back")
@require(Permission.DELIVERY_EDIT)
def back(rider_no: str) -> Response:
    """Let a rider ride again from today on."""
    with transaction():
        end_absence(rider_no, by=viewer(), at=clock.now())
    notice(text("Plans count on rider {rider_no} again.", rider_no=rider_no))
    return redirect(url_for("delivery.riders"))


@bp.post("/riders/<rider_no>/retire")
@require(Permission.DELIVERY_EDIT)
def retire(rider_no: str) -> Response:
    """Let a rider go."""
    with transaction():
        retire_rider(rider_no, by=viewer(), at=clock.now())
    notice(text("Rider {rider_no} is not counted on from now on.", rider_no=rider_no))
    return redirect(url_for("delivery.riders"))


def _form() -> RiderForm:
    form = RiderForm()
    kitchens = queries.kitchens(viewer().scope, on=clock.today())
    form.offer([(site.site_code, site.name) for site in kitchens])
    return form
