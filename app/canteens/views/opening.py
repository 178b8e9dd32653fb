"""Home of the page on which a site's people say how it is found, when it is open, and when it stays shut."""

from __future__ import annotations

from datetime import date, timedelta

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens import queries
from app.canteens.forms.opening import ClosureForm, DoorForm, HoursForm
from app.canteens.models import Site
from app.canteens.queries.opening import closures_of, weeks_ahead, weeks_of
from app.canteens.rules import LONGEST_CLOSURE, WEEKDAYS, Sitting
from app.canteens.service.opening import (
    close_for,
    set_door,
    set_hours,
    take_closure_back,
    take_hours_back,
)
from app.canteens.views.blueprint import REFUSED, Answer, bp, known_site, saved
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.form import EmptyForm
from app.web.language import say
from app.web.notices import notice

_ALONE, _FED, _ALL = "alone", "fed", "all"
_LOOK_BACK = timedelta(days=31)


@bp.get("/<site_code>/opening")
@require(Permission.HOURS_ENTER)
def opening(site_code: str) -> str:
    """Show how a site is found, when it is open and when it stays shut, and the forms to say so."""
    return _page(known_site(site_code))


@bp.post("/<site_code>/opening/door")
@require(Permission.HOURS_ENTER)
def save_door(site_code: str) -> Answer:
    """Write down address and telephone."""
    site, form = known_site(site_code), DoorForm(prefix="door-")
    if form.validate_on_submit():
        with transaction():
            set_door(site_code, form.address.data, form.telephone.data, by=viewer(), at=clock.now())
        return saved("canteens.opening", site_code=site_code)
    return _page(site, door=form), REFUSED


@bp.post("/<site_code>/opening/hours")
@require(Permission.HOURS_ENTER)
def save_hours(site_code: str) -> Answer:
    """Set a sitting's hours on some weekdays."""
    site, form = known_site(site_code), HoursForm(prefix="hours-")
    form.offer()
    if form.validate_on_submit():
        try:
            span = form.span
            with transaction():
                set_hours(
                    site_code,
                    Sitting(form.sitting.data),
                    form.weekdays.data or [],
                    span,
                    from_on=form.from_on.data,
                    by=viewer(),
                    at=clock.now(),
                )
            return saved("canteens.opening", site_code=site_code)
        except DomainError as error:
            form.refuse(error)
    return _page(site, hours=form), REFUSED


@bp.post("/<site_code>/opening/hours/<day>/back")
@require(Permission.HOURS_ENTER)
def take_back_hours(site_code: str, day: str) -> Response:
    """Take back the hours that were announced for a day."""
    known_site(site_code)
    try:
        from_on = date.fromisoformat(day)
    except ValueError:
        raise NotFound(text("There is no such day.")) from None
    with transaction():
        take_hours_back(site_code, from_on, by=viewer(), at=clock.now())
    notice(text("Taken back."))
    return redirect(url_for("canteens.opening", site_code=site_code))


@bp.post("/<site_code>/opening/closures")
@require(Permission.HOURS_ENTER)
def enter_closure(site_code: str) -> Answer:
    """Write down that sites stay shut on some days."""
    site, form = known_site(site_code), ClosureForm(prefix="closure-")
    form.offer(_which(site))
    if form.validate_on_submit():
        try:
            new = form.closure()
            with transaction():
                entered = close_for(new, _chosen(site, form.which.data), by=viewer(), at=clock.now())
            notice(text("Written down for {count} sites.", count=len(entered)))
            return redirect(url_for("canteens.opening", site_code=site_code))
        except DomainError as error:
            form.refuse(error)
    return _page(site, closure=form), REFUSED


@bp.post("/<site_code>/opening/closures/<int:closure_id>/back")
@require(Permission.HOURS_ENTER)
def take_back_closure(site_code: str, closure_id: int) -> Response:
    """Take back that the site stays shut."""
    known_site(site_code)
    with transaction():
        closure = take_closure_back(closure_id, by=viewer(), at=clock.now())
    notice(text("Taken back."))
    return redirect(url_for("canteens.opening", site_code=closure.site_code))


def _which(site: Site) -> list[tuple[str, str]]:
    """Give whom the viewer may speak for: the site, those that it feeds, all of their area."""
    scope = viewer().scope
    choices = [(_ALONE, site.name)]
    if scope.site_code is None:
        if queries.served_by(site.site_code):
            choices.append((_FED, say(text("this site and all that it cooks for"))))
        choices.append((_ALL, say(text("all sites of my area"))))
    return choices


def _chosen(site: Site, which: str) -> list[str]:
    if which == _ALL:
        found = db.session.execute(queries.sites(viewer().scope)).scalars()
        return [each.site_code for each in found if each.facts.is_open_on(clock.today())]
    fed = queries.served_by(site.site_code) if which == _FED else []
    return [site.site_code, *(each.site_code for each in fed if viewer().scope.covers(each.area_code))]


def _page(
    site: Site,
    *,
    door: DoorForm | None = None,
    hours: HoursForm | None = None,
    closure: ClosureForm | None = None,
) -> str:
    today = clock.today()
    if hours is None:
        hours = HoursForm(formdata=None, prefix="hours-")
        hours.offer()
    if closure is None:
        closure = ClosureForm(formdata=None, prefix="closure-")
        closure.offer(_which(site))
    kept = {"address": site.address, "telephone": site.telephone}
    return render_template(
        "canteens/opening.html",
        site=site,
        week=weeks_of([site.site_code], today).get(site.site_code, {}),
        ahead=weeks_ahead([site.site_code], today, today + 2 * LONGEST_CLOSURE).get(site.site_code, []),
        weekdays=WEEKDAYS,
        sittings=list(Sitting),
        closures=closures_of(site.site_code, today - _LOOK_BACK, today + 2 * LONGEST_CLOSURE),
        today=today,
        door=door or DoorForm(formdata=None, prefix="door-", data=kept),
        hours=hours,
        closure=closure,
        form=EmptyForm(),
    )
