"""Home of the pages of cover: let a rider ride for another or at another kitchen, and end it earlier."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery import queries
from app.delivery.forms.riders import CoverForm
from app.delivery.service import end_cover, note_cover
from app.delivery.views.blueprint import bp
from app.delivery.views.rider import rider_named
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.get("/riders/<rider_no>/cover")
@require(Permission.DELIVERY_EDIT)
def cover(rider_no: str) -> str:
    """Show the form for the days on which a rider rides for another, or at another kitchen."""
    today = clock.today()
    return _page(rider_no, CoverForm(formdata=None, from_on=today, until_on=today + timedelta(days=7)))


@bp.post("/riders/<rider_no>/cover")
@require(Permission.DELIVERY_EDIT)
def cover_now(rider_no: str) -> Response | tuple[str, int]:
    """Let a rider ride for another, or at another kitchen."""
    form = CoverForm()
    _offer(form, rider_no)
    if form.validate_on_submit():
        try:
            with transaction():
                note_cover(rider_no, form.cover(), by=viewer(), at=clock.now())
            notice(text("Noted. Plan again what is planned for these days."))
            return redirect(url_for("delivery.rider", rider_no=rider_no))
        except NotFound:
            raise
        except DomainError as error:
            form.refuse(error)
    return _page(rider_no, form), 422


@bp.post("/riders/<rider_no>/cover/end")
@require(Permission.DELIVERY_EDIT)
def cover_over(rider_no: str) -> Response:
    """Let a rider ride in their own place again from today on."""
    with transaction():
        end_cover(rider_no, by=viewer(), at=clock.now())
    notice(text("The cover is over. Plan again what is planned."))
    return redirect(url_for("delivery.rider", rider_no=rider_no))


def _page(rider_no: str, form: CoverForm) -> str:
    _offer(form, rider_no)
    return render_template("delivery/rider_cover.html", form=form, rider=rider_named(rider_no))


def _offer(form: CoverForm, rider_no: str) -> None:
    scope, rider = viewer().scope, rider_named(rider_no)
    form.offer(
        [each for each in queries.riding(scope) if each.id != rider.id],
        [site for site in queries.kitchens(scope, on=clock.today()) if site.site_code != rider.kitchen_code],
    )
