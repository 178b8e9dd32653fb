"""Home of the pages of places: doors of which nobody knows where they are, and the map to click on."""

from __future__ import annotations

import json

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.areas import queries as areas
from app.delivery.forms.places import PlaceForm
from app.delivery.queries.places import doors_without_place, middle_of
from app.delivery.queries.roads import placed_sites
from app.delivery.rules.places import Reach
from app.delivery.rules.reasons import whole_minutes
from app.delivery.service.places import doors_outside, place_door, reach_of, rides_to
from app.delivery.views.blueprint import bp
from app.delivery.views.ground import map_ground
from app.delivery.views.subscriptions import resident_named
from app.errors import DomainError
from app.place import Datum, Point
from app.residents.models import Resident
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice, warning
from app.web.paging import page_of

_REFUSED = 422


@bp.get("/places")
@require(Permission.DELIVERY_EDIT)
def places() -> str:
    """Show the doors of which nobody knows where they are, and those that are said to lie elsewhere."""
    page = page_of(doors_without_place(viewer().scope, on=clock.today()))
    outside = doors_outside(viewer().scope, on=clock.today())
    names = areas.labels({each.residence_area for each in (*page.rows, *outside)})
    return render_template("delivery/places.html", page=page, outside=outside, areas=names)


@bp.get("/places/<resident_no>")
@require(Permission.DELIVERY_EDIT)
def place(resident_no: str) -> str:
    """Show the map on which a door is put in its place."""
    resident = resident_named(resident_no)
    form = PlaceForm(formdata=None)
    if resident.latitude is not None and resident.longitude is not None:
        form.lat.data, form.lon.data = round(resident.latitude, 6), round(resident.longitude, 6)
        form.datum.data = Datum.WGS84.value
    return _page(resident, form)


@bp.post("/places/<resident_no>")
@require(Permission.DELIVERY_EDIT)
def put(resident_no: str) -> Response | tuple[str, int]:
    """Put a door in its place, and say how far it is."""
    form = PlaceForm()
    resident = resident_named(resident_no)
    if form.validate_on_submit():
        try:
            with transaction():
                placed = place_door(resident_no, form.place, by=viewer(), at=clock.now())
            _tell_rides(placed)
            return redirect(url_for("delivery.place", resident_no=resident_no))
        except DomainError as error:
            form.refuse(error)
            resident = resident_named(resident_no)
    return _page(resident, form), _REFUSED


def _tell_rides(resident: Resident) -> None:
    notice(text("Saved."))
    for ride in rides_to(resident, at=clock.now()):
        name = ride.kitchen.name
        if ride.seconds is None:
            warning(
                text(
                    "No road leads from {kitchen} to here. Look at the place again.",
                    kitchen=name,
                )
            )
        else:
            notice(
                text(
                    "About {minutes} minutes from {kitchen}.",
                    minutes=whole_minutes(ride.seconds),
                    kitchen=name,
                )
            )


def _page(resident: Resident, form: PlaceForm) -> str:
    area = resident.residence_area
    middle = middle_of(area, but=resident.id) or middle_of(area[:6], but=resident.id)
    reach = reach_of(resident.residence_area)
    return render_template(
        "delivery/place.html",
        resident=resident,
        form=form,
        reach=reach,
        shown=_shown(reach, middle),
        ground=map_ground(),
    )


def _shown(reach: Reach, middle: Point | None) -> dict[str, str]:
    """Give what the map shows first, as its script reads it."""
    shown = {}
    if reach.outline is not None:
        rings = [[(lat, lon) for lon, lat in ring] for ring in reach.outline.rings]
        shown["data-outline"] = json.dumps(rings)
    elif (district := reach.box) is not None:
        sides = (district.south, district.west, district.north, district.east)
        shown["data-box"] = ",".join(f"{side:.5f}" for side in sides)
    if middle is not None:
        shown |= {"data-lat": str(middle.lat), "data-lon": str(middle.lon)}
    sites = [[name, lat, lon] for name, (lon, lat) in placed_sites().values()]
    return shown | {"data-sites": json.dumps(sites, ensure_ascii=False)}
