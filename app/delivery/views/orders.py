"""Home of the pages of one day's changes: meals ordered once, days cancelled, and what was taken back."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries as users
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.forms.orders import AskedForm, CancelForm, OrderForm
from app.delivery.models import Subscription
from app.delivery.models.orders import DayChange
from app.delivery.rules.days import weekday_labels
from app.delivery.rules.family import is_family
from app.delivery.service import cancel_day, entitlement_of, order_once, take_back_change
from app.delivery.views.blueprint import bp
from app.delivery.views.cut_off import cut_off
from app.delivery.views.day import asked, name_of
from app.delivery.views.subscriptions import EVERYWHERE, nearest_first, resident_named
from app.errors import DomainError, NotFound
from app.residents.models import Resident
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.notices import notice

_REFUSED = 422


@bp.get("/changes")
@require(Permission.DELIVERY_VIEW)
def changes() -> str:
    """Show what was ordered once and what was cancelled for a sitting of a day."""
    on, sitting = asked()
    found = queries.day_changes(on, sitting, viewer().scope)
    return render_template(
        "delivery/changes.html",
        on=on,
        sitting=sitting,
        sittings=Sitting,
        earlier=on - timedelta(days=1),
        later=on + timedelta(days=1),
        changes=found,
        cut_off=cut_off().instant(on, sitting),
        people=users.names_of({each.noted_by for each in found}),
        name_of=name_of(on),
        is_family=is_family,
        today=clock.today(),
    )


@bp.get("/orders/new")
@require(Permission.DELIVERY_EDIT)
def new_order() -> str:
    """Show the form that orders meals for one day, with the door as it was said last."""
    resident = resident_named(request.args.get("resident", ""))
    return _order_page(resident, _order_form(resident))


@bp.post("/orders/new")
@require(Permission.DELIVERY_EDIT)
def order() -> Response | tuple[str, int]:
    """Order meals for one day."""
    resident = resident_named(request.args.get("resident", ""))
    form = _order_form(resident)
    if form.validate_on_submit():
        try:
            new = form.order(resident.resident_no)
            with transaction():
                _, is_new = order_once(new, form.asked, cut_off=cut_off(), by=viewer(), at=clock.now())
            day = new.from_on.isoformat()
            notice(
                text("Ordered for {day}.", day=day)
                if is_new
                else text("This was ordered for {day} already. Nothing was changed.", day=day)
            )
            return redirect(url_for("delivery.changes", on=day, sitting=new.sitting.value))
        except DomainError as error:
            form.refuse(error)
            resident = resident_named(resident.resident_no)
    return _order_page(resident, form), _REFUSED


def _order_form(resident: Resident) -> OrderForm:
    form = OrderForm()
    form.offer(nearest_first(resident, queries.kitchens(EVERYWHERE, on=clock.today())))
    if form.is_submitted():
        return form
    form.served_on.data = clock.today()
    known = [each for sitting in Sitting for each in queries.subscriptions_of(resident.id, sitting)]
    if known:
        door = max(known, key=lambda each: (each.from_on, each.id))
        form.floor.data, form.has_lift.data = door.floor, door.has_lift
        form.diet.data, form.note.data = door.diet, door.note
    return form


def _order_page(resident: Resident, form: OrderForm) -> str:
    found = entitlement_of(resident, clock.today())
    return render_template("delivery/order_new.html", resident=resident, form=form, entitlement=found)


@bp.get("/subscriptions/<int:subscription_id>/cancel")
@require(Permission.DELIVERY_EDIT)
def cancel(subscription_id: int) -> str:
    """Show the form that takes one day from a delivery."""
    return _cancel_page(_subscription(subscription_id), CancelForm(formdata=None, served_on=clock.today()))


@bp.post("/subscriptions/<int:subscription_id>/cancel")
@require(Permission.DELIVERY_EDIT)
def cancel_now(subscription_id: int) -> Response | tuple[str, int]:
    """Take one day from a delivery."""
    form, sitting = CancelForm(), _subscription(subscription_id).sitting
    if form.validate_on_submit():
        try:
            day = form.served_on.data
            with transaction():
                cancel_day(subscription_id, day, form.asked, cut_off=cut_off(), by=viewer(), at=clock.now())
            notice(text("Nothing is delivered on {day}; afterwards as before.", day=day))
            return redirect(url_for("delivery.changes", on=day.isoformat(), sitting=sitting.value))
        except DomainError as error:
            form.refuse(error)
    return _cancel_page(_subscription(subscription_id), form), _REFUSED


def _cancel_page(subscription: Subscription, form: CancelForm) -> str:
    return render_template(
        "delivery/cancel.html", subscription=subscription, form=form, weekday_labels=weekday_labels
    )


def _subscription(subscription_id: int) -> Subscription:
    found = queries.subscription(subscription_id, viewer().scope)
    if found is None:
        raise NotFound(text("There is no such delivery."))
    return found


@bp.get("/changes/<int:change_id>/back")
@require(Permission.DELIVERY_EDIT)
def restore(change_id: int) -> str:
    """Show the form that takes a cancellation back."""
    return _restore_page(_change(change_id), AskedForm(formdata=None))


@bp.post("/changes/<int:change_id>/back")
@require(Permission.DELIVERY_EDIT)
def restore_now(change_id: int) -> Response | tuple[str, int]:
    """Take a cancellation back: the day is delivered after all."""
    form, change = AskedForm(), _change(change_id)
    day, sitting = change.served_on.isoformat(), change.subscription.sitting.value
    if form.validate_on_submit():
        try:
            with transaction():
                take_back_change(change_id, form.asked, cut_off=cut_off(), by=viewer(), at=clock.now())
            notice(text("It is delivered on {day} after all.", day=day))
            return redirect(url_for("delivery.changes", on=day, sitting=sitting))
        except DomainError as error:
            form.refuse(error)
    return _restore_page(_change(change_id), form), _REFUSED


def _restore_page(change: DayChange, form: AskedForm) -> str:
    return render_template("delivery/restore.html", change=change, form=form)


def _change(change_id: int) -> DayChange:
    found = queries.day_change(change_id, viewer().scope)
    if found is None or not found.is_cancellation:
        raise NotFound(text("There is no such cancellation, or it was taken back already."))
    return found
