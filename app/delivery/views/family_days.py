"""Home of what a family sees and does by its link: the days to come, cancelled, ordered, paused."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import family_only, public
from app.canteens.rules import Sitting
from app.delivery.forms.family import AgainForm, FamilyOrderForm, PauseForm, TokenForm
from app.delivery.rules.days import parse_day
from app.delivery.rules.doors import honorific
from app.delivery.rules.orders import CutOff
from app.delivery.service.family import family_link_of
from app.delivery.service.family_days import (
    FamilyDays,
    days_of_family,
    family_cancels,
    family_is_back,
    family_orders,
    family_pauses,
    family_restores,
    note_opened,
    refusal_of,
)
from app.delivery.views.cut_off import cut_off
from app.delivery.views.family_door import door_page, forget, remember, this_family
from app.errors import DomainError
from app.residents.rules.facts import age_on
from app.text import Text, text
from app.transaction import transaction
from app.web import throttle
from app.web.described import ANY_WORDS, PAGE, Told, described
from app.web.form import EmptyForm
from app.web.notices import notice, warning

bp = Blueprint("family", __name__, url_prefix="/family")

_REFUSED = 422
Answer = Response | tuple[str, int]
_DAYS = Told("The days to come.", ANY_WORDS, PAGE)
_NOT_SO = Told("What was filled in cannot be taken; the page says why.", ANY_WORDS, PAGE)
_ON = Told("It goes on with the days, which say what came of it.", ANY_WORDS, PAGE, ("Location",))
_OLD = Told("The form is too old, or holds what no text holds.", ANY_WORDS, PAGE)
_HASTE = Told("Too many attempts.", ANY_WORDS, PAGE, ("Retry-After",))


@bp.get("/")
@described({200: Told("The page that opens a link.", ANY_WORDS, PAGE), 400: _OLD})
@public
def door() -> str:
    """Show the page that opens a link: a script hands over what is behind the #, or somebody pastes it."""
    return door_page()


@bp.post("/")
@described({302: _ON, 400: _OLD, 422: _NOT_SO, 429: _HASTE}, body=TokenForm)
@public
def enter() -> Answer:
    """Open a link, and keep it in the browser's session."""
    throttle.count_attempt()
    form = TokenForm()
    if not form.validate_on_submit():
        return door_page(form=form), _REFUSED
    link = family_link_of(form.token)
    why = refusal_of(link, at=clock.now())
    if link is None or why is not None:
        return door_page(why), _REFUSED
    with transaction():
        note_opened(link.number, at=clock.now())
    remember(form.token)
    return redirect(url_for("family.days"))


@bp.get("/days")
@described({200: _DAYS})
@family_only
def days() -> str:
    """Show the days to come."""
    return _page()


@bp.post("/days/<int:subscription_id>/<day>/cancel")
@described({302: _ON})
@family_only
def cancel(subscription_id: int, day: str) -> Response:
    """Cancel one delivery of one day."""
    return _acted(
        text("Cancelled."),
        lambda rule: family_cancels(
            this_family().number, subscription_id, parse_day(day), cut_off=rule, at=clock.now()
        ),
    )


@bp.post("/changes/<int:change_id>/back")
@described({302: _ON})
@family_only
def restore(change_id: int) -> Response:
    """Let a day that was cancelled be delivered after all."""
    return _acted(
        text("It is delivered after all."),
        lambda rule: family_restores(this_family().number, change_id, cut_off=rule, at=clock.now()),
    )


@bp.post("/orders")
@described({302: _ON, 422: _NOT_SO}, body=FamilyOrderForm)
@family_only
def order() -> Answer:
    """Order one delivery."""
    form = FamilyOrderForm()
    form.offer(clock.today(), Sitting)
    if form.validate_on_submit():
        try:
            with transaction():
                is_new = family_orders(
                    this_family().number,
                    form.day,
                    Sitting(form.sitting.data),
                    cut_off=cut_off(),
                    at=clock.now(),
                )
            notice(text("Ordered.") if is_new else text("This was ordered already. Nothing was changed."))
            return redirect(url_for("family.days"))
        except DomainError as error:
            form.refuse(error)
    return _page(order_form=form), _REFUSED


@bp.post("/pauses")
@described({302: _ON, 422: _NOT_SO}, body=PauseForm)
@family_only
def pause() -> Answer:
    """Pause the deliveries."""
    form = PauseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                family_pauses(this_family().number, form.absence, cut_off=cut_off(), at=clock.now())
            notice(text("Paused. Nothing is brought meanwhile."))
            return redirect(url_for("family.days"))
        except DomainError as error:
            form.refuse(error)
    return _page(pause_form=form), _REFUSED


@bp.post("/pauses/<int:absence_id>/back")
@described({302: _ON}, body=AgainForm)
@family_only
def again(absence_id: int) -> Response:
    """Say from which day deliveries come again."""
    form = AgainForm()
    if not form.validate_on_submit():
        warning(text("Enter the first day with delivery again."))
        return redirect(url_for("family.days"))
    return _acted(
        text("Deliveries come again from {day} on.", day=form.back_on.data),
        lambda rule: family_is_back(
            this_family().number, absence_id, form.back_on.data, cut_off=rule, at=clock.now()
        ),
    )


@bp.post("/leave")
@described({302: Told("Back to the page that opens a link.", ANY_WORDS, PAGE, ("Location",))})
@family_only
def leave() -> Response:
    """Let this browser forget the link."""
    forget()
    notice(text("This browser has forgotten the link."))
    return redirect(url_for("family.door"))


def _acted(done: Text, act: Callable[[CutOff], None]) -> Response:
    """Do what one button says, and show the days with what came of it."""
    try:
        with transaction():
            act(cut_off())
        notice(done)
    except DomainError as error:
        warning(error.message)
    return redirect(url_for("family.days"))


def _page(*, order_form: FamilyOrderForm | None = None, pause_form: PauseForm | None = None) -> str:
    at, link = clock.now(), this_family()
    found: FamilyDays = days_of_family(link, cut_off=cut_off(), at=at)
    today = clock.on(at)
    if order_form is None:
        order_form = FamilyOrderForm(formdata=None)
    open_from = cut_off().open_from(found.sittings, at)
    order_form.offer(today, found.sittings, open_from=open_from)
    person = link.contact.resident
    by_day = [(day, list(meals)) for day, meals in groupby(found.meals, key=attrgetter("day"))]
    return render_template(
        "delivery/family_days.html",
        called=honorific(person.name, sex=person.sex, age=age_on(person.birth_on, today)),
        days=by_day,
        pauses=found.pauses,
        order_form=order_form,
        pause_form=pause_form or PauseForm(formdata=None),
        again_form=AgainForm(formdata=None),
        form=EmptyForm(),
        link=link,
        phone=current_app.config["MEAL_CIRCLE"].contact_phone,
    )
