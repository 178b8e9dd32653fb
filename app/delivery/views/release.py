"""Home of releasing: one kitchen's plan after its points to note, or all plans that have none."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.delivery import queries
from app.delivery.forms import ReleaseForm, SittingForm
from app.delivery.rules.days import parse_day, parse_sitting
from app.delivery.rules.release import mark_of
from app.delivery.service import release_plan
from app.delivery.views.blueprint import bp
from app.delivery.views.day import asked, kitchen_named, kitchen_page
from app.errors import DomainError, NotFound
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.language import say
from app.web.notices import notice, warning

_REFUSED = 422
_NOTHING = mark_of(())


@bp.post("/kitchens/<site_code>/release")
@require(Permission.DELIVERY_PLAN)
def release(site_code: str) -> Response | tuple[str, int]:
    """Release a kitchen's plan, as somebody has seen it."""
    on, sitting = asked()
    site, form = kitchen_named(site_code), ReleaseForm()
    name, seen = site.name, form.seen.data or ""
    if seen != _NOTHING and not form.is_seen.data:
        form.is_seen.errors = [say(text("Read the points to note and tick that you have seen them."))]
        return kitchen_page(on, sitting, site, form), _REFUSED
    try:
        with transaction():
            release_plan(on, sitting, site_code, seen=seen, by=viewer(), at=clock.now())
    except NotFound:
        raise
    except DomainError as error:
        form.refuse(error)
        form.is_seen.data = False
        return kitchen_page(on, sitting, kitchen_named(site_code), form), _REFUSED
    notice(text("The plan of {name} is released. Print the route sheets now.", name=name))
    return redirect(url_for("delivery.kitchen", site_code=site_code, on=on, sitting=sitting.value))


@bp.post("/release")
@require(Permission.DELIVERY_PLAN)
def release_all() -> Response:
    """Release every plan of a sitting that has no point to note; name those that somebody must look at."""
    form, by = SittingForm(), viewer()
    on, sitting = parse_day(form.on.data or ""), parse_sitting(form.sitting.data or "")
    kitchens = queries.kitchens_of_day(on, sitting, by.scope)
    drafts = [
        day.kitchen.site_code
        for day in queries.kitchen_days(on, sitting, kitchens, with_people=False)
        if day.is_draft
    ]
    released = 0
    for code in drafts:
        try:
            with transaction():
                release_plan(on, sitting, code, seen=_NOTHING, by=by, at=clock.now())
            released += 1
        except DomainError as error:
            warning(error.message)
    if released or not drafts:
        notice(text("Released {count} plans.", count=released))
    return redirect(url_for("delivery.day", on=on, sitting=sitting.value))
