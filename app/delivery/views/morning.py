"""Home of the pages of the morning: every kitchen's list and who confirmed it, one kitchen's, its labels."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

from flask import Response, redirect, render_template, send_file, url_for
from werkzeug import Response as Redirect

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms.morning import ConfirmForm
from app.delivery.rules.morning import ORDINARY, by_move, is_early, mark_of_list
from app.delivery.service import confirm_morning
from app.delivery.service.labels import box_labels
from app.delivery.service.sheets import sheets_name, stairs
from app.delivery.views.blueprint import bp
from app.delivery.views.cut_off import cut_off
from app.delivery.views.day import asked, kitchen_named, name_of
from app.errors import Conflict, DomainError
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice


@bp.get("/morning")
@require(Permission.DELIVERY_VIEW)
def morning() -> str:
    """Show every kitchen's list of a sitting: how much of which diet, confirmed by whom, or late."""
    on, sitting = asked()
    found = queries.mornings(on, sitting, queries.kitchens_of_day(on, sitting, viewer().scope))
    confirmed = {each.confirmation.confirmed_by for each in found if each.confirmation}
    return render_template(
        "delivery/morning.html",
        on=on,
        sitting=sitting,
        sittings=Sitting,
        earlier=on - timedelta(days=1),
        later=on + timedelta(days=1),
        mornings=found,
        cut_off=cut_off().instant(on, sitting),
        is_late=cut_off().is_past(on, sitting, clock.now()),
        people=users.names_of(confirmed),
        ordinary=ORDINARY,
    )


@bp.get("/morning/<site_code>")
@require(Permission.DELIVERY_VIEW)
def kitchen_morning(site_code: str) -> str:
    """Show one kitchen's list of a sitting, and what changed since the day before."""
    return _page(kitchen_named(site_code), ConfirmForm(formdata=None))


@bp.post("/morning/<site_code>")
@require(Permission.DELIVERY_RECORD)
def confirm(site_code: str) -> Redirect | tuple[str, int]:
    """Confirm a kitchen's list as it was shown."""
    on, sitting = asked()
    form, site = ConfirmForm(), kitchen_named(site_code)
    name = site.name
    try:
        with transaction():
            confirm_morning(on, sitting, site_code, seen=form.seen.data or "", by=viewer(), at=clock.now())
    except (Conflict, DomainError) as error:
        form.refuse(error)
        return _page(kitchen_named(site_code), form), 422
    notice(text("The list of {name} is confirmed.", name=name))
    return redirect(url_for("delivery.kitchen_morning", site_code=site_code, on=on, sitting=sitting.value))


def _page(site: Site, form: ConfirmForm) -> str:
    on, sitting = asked()
    (found,) = queries.mornings(on, sitting, [site])
    before = queries.since_before(on, sitting, found)
    confirmation = found.confirmation
    return render_template(
        "delivery/kitchen_morning.html",
        on=on,
        sitting=sitting,
        morning=found,
        before=before,
        told=[each for each in before.changes if not each.move.is_by_weekday],
        counted=by_move(before.changes),
        since=found.since,
        form=form,
        seen=mark_of_list(found.lines),
        cut_off=cut_off().instant(on, sitting),
        is_late=cut_off().is_past(on, sitting, clock.now()),
        is_over=on < clock.today(),
        is_early=is_early(on, today=clock.today()),
        people=users.names_of({confirmation.confirmed_by} if confirmation else set()),
        name_of=name_of(on),
        stairs=stairs,
        ordinary=ORDINARY,
    )


@bp.get("/morning/<site_code>/labels.pdf")
@require(Permission.DELIVERY_VIEW)
def labels(site_code: str) -> Response:
    """Give the labels of a kitchen's boxes as PDF."""
    on, sitting = asked()
    site = kitchen_named(site_code)
    pdf = box_labels(on, sitting, site, at=clock.now())
    return send_file(
        BytesIO(pdf),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=sheets_name(on, sitting, site).replace(".pdf", "-餐盒标签.pdf"),
    )
