"""Home of the pages of subscriptions: who gets which sitting at home, beginning and ending one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms import EndForm, SubscriptionForm
from app.delivery.rules.days import weekday_labels
from app.delivery.rules.reasons import whole_minutes
from app.delivery.service import begin_subscription, end_subscription, entitlement_of, travel_on
from app.delivery.travel.estimate import NO_WAY_SECONDS, location_of
from app.delivery.views.blueprint import bp
from app.delivery.views.cut_off import cut_off
from app.errors import DomainError, NotFound
from app.residents.models import Resident
from app.residents.queries import resident_of, residents
from app.residents.rules.facts import age_on
from app.roles import Permission, Scope
from app.text import text
from app.transaction import transaction
from app.web.language import say
from app.web.notices import notice
from app.web.paging import page_of

EVERYWHERE = Scope()


@bp.get("/subscriptions")
@bp.post("/subscriptions")
@require(Permission.DELIVERY_VIEW)
def subscriptions() -> str:
    """Show who gets meals at home, those that have ended when asked for; a search is posted."""
    search = request.values.get("q", "").strip()
    ended = request.values.get("ended") == "yes"
    found = queries.subscriptions(viewer().scope, search=search, on=None if ended else clock.today())
    return render_template(
        "delivery/subscriptions.html",
        page=page_of(found),
        q=search,
        ended=ended,
        today=clock.today(),
        weekday_labels=weekday_labels,
    )


@bp.get("/subscriptions/new")
@bp.post("/subscriptions/choose", endpoint="choose")
@require(Permission.DELIVERY_EDIT)
def new_subscription() -> str:
    """Choose the resident by a posted search, then show the form for their delivery."""
    resident_no = request.args.get("resident", "")
    if resident_no:
        resident = resident_named(resident_no)
        return _new_page(resident, _form(resident))
    search = request.values.get("q", "").strip()
    page = page_of(residents(viewer().scope, query=search), per_page=20) if search else None
    return render_template(
        "delivery/choose_resident.html", page=page, q=search, today=clock.today(), age_on=age_on
    )


@bp.post("/subscriptions/new")
@require(Permission.DELIVERY_EDIT)
def begin() -> Response | tuple[str, int]:
    """Begin a delivery."""
    resident = resident_named(request.args.get("resident", ""))
    form = _form(resident)
    if form.validate_on_submit():
        try:
            new = form.new_subscription(resident.resident_no)
            with transaction():
                reason = (form.reason.data or "").strip()
                begin_subscription(new, reason=reason, cut_off=cut_off(), by=viewer(), at=clock.now())
            notice(text("The delivery begins on {day}.", day=new.from_on))
            return redirect(url_for("delivery.subscriptions", q=new.resident_no))
        except DomainError as error:
            form.refuse(error)
            resident = resident_named(resident.resident_no)
    return _new_page(resident, form), 422


def _new_page(resident: Resident, form: SubscriptionForm) -> str:
    found = entitlement_of(resident, clock.today())
    return render_template("delivery/subscription_new.html", resident=resident, form=form, entitlement=found)


@bp.get("/subscriptions/<int:subscription_id>/end")
@require(Permission.DELIVERY_EDIT)
def end(subscription_id: int) -> str:
    """Show the form that ends a delivery."""
    return _end_page(subscription_id, EndForm(until_on=clock.today()))


@bp.post("/subscriptions/<int:subscription_id>/end")
@require(Permission.DELIVERY_EDIT)
def end_now(subscription_id: int) -> Response | tuple[str, int]:
    """End a delivery."""
    form = EndForm()
    if form.validate_on_submit():
        try:
            with transaction():
                end_subscription(subscription_id, until_on=form.day, by=viewer(), at=clock.now())
            notice(text("Nothing is delivered from {day} on.", day=form.day))
            return redirect(url_for("delivery.subscriptions"))
        except DomainError as error:
            if isinstance(error, NotFound):
                raise
            form.refuse(error)
    return _end_page(subscription_id, form), 422


def _end_page(subscription_id: int, form: EndForm) -> str:
    subscription = queries.subscription(subscription_id, viewer().scope)
    if subscription is None:
        raise NotFound(text("There is no such delivery."))
    return render_template(
        "delivery/subscription_end.html",
        subscription=subscription,
        form=form,
        weekday_labels=weekday_labels,
    )


def resident_named(resident_no: str) -> Resident:
    """Give a resident within the viewer's scope.

    Raises: NotFound.
    """
    resident = resident_of(resident_no, viewer().scope)
    if resident is None:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    return resident


def _form(resident: Resident) -> SubscriptionForm:
    form = SubscriptionForm()
    form.offer(nearest_first(resident, queries.kitchens(EVERYWHERE, on=clock.today())))
    if not form.is_submitted():
        today = clock.today()
        is_late = cut_off().is_past(today, Sitting.LUNCH, clock.now())
        form.from_on.data = today + timedelta(days=1) if is_late else today
    return form


def nearest_first(resident: Resident, kitchens: Sequence[Site]) -> list[tuple[str, str]]:
    """Name the kitchens with the minutes to the door, the nearest first; unknown places last."""
    door = location_of(resident)
    placed = {site.site_code: place for site in kitchens if (place := location_of(site)) is not None}
    seconds = {}
    if door is not None and placed:
        travel = travel_on(clock.today())
        seconds = dict(zip(placed, travel.to_door(list(placed.values()), door), strict=True))
    offered = []
    for site in kitchens:
        ride = seconds.get(site.site_code, NO_WAY_SECONDS)
        label = text("{name}, about {minutes} min", name=site.name, minutes=whole_minutes(ride))
        known = ride < NO_WAY_SECONDS
        offered.append((ride, site.site_code, say(label) if known else site.name))
    return [(code, label) for _, code, label in sorted(offered)]
