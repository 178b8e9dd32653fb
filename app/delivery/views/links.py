"""Home of the page of riders' links: shown to riders when they fetch the boxes, revoked when one is lost."""

from __future__ import annotations

import io

import segno
from flask import redirect, render_template, url_for
from markupsafe import Markup
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery import queries
from app.delivery.queries.links import phones_of
from app.delivery.rules.links import opens_until
from app.delivery.service import issue_links, link_token, revoke_link
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.notices import notice


@bp.get("/kitchens/<site_code>/links")
@require(Permission.DELIVERY_RECORD)
def links(site_code: str) -> str:
    """Show the links of the riders whom a kitchen sends out on a day."""
    on, sitting = asked()
    site = kitchen_named(site_code)
    riders = queries.riders_sent(on, site.site_code)
    ids = [rider.id for rider in riders]
    there = queries.links_of(ids, on)
    addresses = {rider: _address(link_token(link)) for rider, link in there.items()}
    return render_template(
        "delivery/links.html",
        site=site,
        on=on,
        sitting=sitting,
        riders=riders,
        links=there,
        addresses=addresses,
        codes={rider: drawn_code(address) for rider, address in addresses.items()},
        aside=queries.aside_counts(ids, on),
        phones=phones_of([link.id for link in there.values()]),
        until=opens_until(on),
        form=EmptyForm(),
    )


@bp.post("/kitchens/<site_code>/links")
@require(Permission.DELIVERY_RECORD)
def issue(site_code: str) -> Response:
    """Give every rider of a kitchen's day a link who has none."""
    on, sitting = asked()
    code = kitchen_named(site_code).site_code
    with transaction():
        count = issue_links(on, code, by=viewer(), at=clock.now())
    notice(text("{count} new links.", count=count))
    return redirect(url_for("delivery.links", site_code=code, on=on, sitting=sitting.value))


@bp.post("/kitchens/<site_code>/links/<rider_no>/revoke")
@require(Permission.DELIVERY_RECORD)
def revoke(site_code: str, rider_no: str) -> Response:
    """Let a rider's link open nothing any more."""
    on, sitting = asked()
    code = kitchen_named(site_code).site_code
    with transaction():
        revoke_link(rider_no, on, by=viewer(), at=clock.now())
    notice(text("The link of rider {rider_no} opens nothing any more.", rider_no=rider_no))
    return redirect(url_for("delivery.links", site_code=code, on=on, sitting=sitting.value))


def _address(token: str) -> str:
    """Give a link; what stands behind the # stays in the browser, and in no log of ours."""
    return f"{url_for('ride.app', _external=True)}#{token}"


def drawn_code(address: str) -> Markup:
    """Draw the code that a phone scans to open a link."""
    drawing = io.BytesIO()
    segno.make(address, error="m").save(
        drawing, kind="svg", border=2, xmldecl=False, svgclass="qr", lineclass=None, omitsize=True
    )
    return Markup(drawing.getvalue().decode())  # noqa: S704 - drawn by us, of our own address
