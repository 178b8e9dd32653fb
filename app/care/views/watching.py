"""Home of the pages on watching: look at the sitting now, and what is ordered."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.care.forms.missed import WatchForm
from app.care.queries import regulars as queries
from app.care.service.watch import order_watch, watch
from app.care.views.blueprint import REFUSED, bp
from app.errors import DomainError
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.post("/watch")
@require(Permission.CARE_RECORD)
def look() -> Response:
    """Look at the sittings that are due now; what the timer does every few minutes."""
    with transaction():
        found = watch(by=viewer(), at=clock.now())
    if not found:
        notice(text("No sitting is looked at now. The times stand under “How sittings are watched”."))
    for each in found:
        if each.is_holiday:
            notice(text("Today is a holiday: nobody is missed."))
        else:
            notice(
                text(
                    "{sitting}: {regulars} regulars, {absent} of them not there, {new} new.",
                    sitting=each.sitting.label,
                    regulars=each.regulars,
                    absent=each.absent,
                    new=each.new,
                )
            )
    return redirect(url_for("care.tasks"))


@bp.get("/order")
@require(Permission.CARE_VIEW)
def order() -> str:
    """Show what is ordered about watching sittings."""
    return _page()


@bp.post("/order")
@require(Permission.CARE_ORDER)
def set_order() -> Response | tuple[str, int]:
    """Order how sittings are watched from a day on."""
    form = WatchForm()
    if form.validate_on_submit():
        try:
            with transaction():
                order_watch(form.order(), (form.reference.data or "").strip(), by=viewer(), at=clock.now())
            notice(text("Ordered. Days before keep what was ordered for them."))
            return redirect(url_for("care.order"))
        except DomainError as error:
            form.refuse(error)
    return _page(form), REFUSED


def _page(form: WatchForm | None = None) -> str:
    today = clock.today()
    in_force, given = queries.order_on(today), queries.orderings()
    if form is None:
        form = WatchForm.of_order(in_force)
        form.from_on.data = today + timedelta(days=1)
    return render_template(
        "care/order.html",
        form=form,
        order=in_force,
        given=given,
        today=today,
        people=users.names_of({each.ordered_by for each in given}),
    )
