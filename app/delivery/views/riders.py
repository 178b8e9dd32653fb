"""Home of the pages of riders: who rides for which kitchen, taking one in, letting one go."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import Permission, require, viewer
from app.delivery import queries
from app.delivery.forms import RiderForm
from app.delivery.rules.days import weekday_labels
from app.delivery.service import add_rider, retire_rider
from app.delivery.views.blueprint import bp
from app.errors import DomainError
from app.residents.rules.contact import masked_phone
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of


@bp.get("/riders")
@require(Permission.DELIVERY_VIEW)
def riders() -> str:
    """Show who rides."""
    return render_template(
        "delivery/riders.html",
        page=page_of(queries.riders(viewer().scope)),
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
