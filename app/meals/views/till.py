"""Home of the till: find a resident, see the price, record the meal, take it back."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from flask import redirect, render_template, request
from werkzeug import Response
from werkzeug.datastructures import MultiDict

from app import clock
from app.access import require, viewer
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.errors import DomainError, NotFound
from app.extensions import db
from app.meals import queries, service
from app.meals.forms.till import MealForm, PriceForm
from app.meals.models import Meal
from app.meals.rules import UNDO_MINUTES, Channel, Decision, meal_id
from app.meals.views.blueprint import bp
from app.meals.views.counter import Counter, Face, counter, faces
from app.residents import queries as residents
from app.residents.models import Resident
from app.residents.rules.cards import EndReason
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web.form import EmptyForm

_USUAL, _SHOWN = 60, 24
_LISTED = 10
_CHANCE_BITS = 74
_NO_SITE = text("There is no such site, or it is not yours. Start from the home page.")


@dataclass(frozen=True, slots=True)
class Panel:
    """One person in front of the counter; `face` is None for somebody who is not registered.

    Without a price there is no decision to show yet.
    """

    face: Face | None
    form: MealForm
    price_form: PriceForm
    decision: Decision | None


@dataclass(frozen=True, slots=True)
class Tidings:
    """What the last tap did; `is_warning` when it wants a look."""

    sentence: Text
    meal: Meal | None = None
    is_warning: bool = False


@bp.get("/till")
@bp.post("/till/search", endpoint="search")
@require(Permission.MEALS_RECORD)
def till() -> str | Response:
    """Show the counter: who usually eats here, who was searched for, or the one who was chosen.

    A search is posted, since names and numbers of persons do not belong in addresses, histories and logs.
    """
    at = clock.now()
    site_code = viewer().scope.site_code or request.values.get("site", "")
    if not site_code:
        return render_template(
            "meals/sites.html", sites=db.session.execute(canteens.sites(viewer().scope)).scalars().all()
        )
    here = _counter(site_code, at, asked=request.values)
    chosen = request.args.get("resident", "")
    if chosen or "guest" in request.args:
        return _page(here, at, panel=_panel(here, chosen, at))
    found = _found(here)
    if "go" in request.form and (meant := _meant(found)):
        return redirect(here.address(resident=meant.resident_no, **_ended_card()))
    if request.headers.get("HX-Target") == "found":
        return render_template(
            "meals/_found.html", here=here, found=found, words=_words(), card_note=_card_note()
        )
    return _page(here, at, found=found, tidings=_tidings())


@bp.post("/till")
@require(Permission.MEALS_RECORD)
def record() -> Response | tuple[str, int]:
    """Record the meal on the counter; pressed twice, once."""
    at = clock.now()
    form = MealForm()
    here = _counter(viewer().scope.site_code or form.site.data or "", at)
    if not form.validate_on_submit():
        return _page(here, at, panel=_panel(here, form.resident_no.data or "", at, refused=form)), 422
    try:
        entry = form.entry(here.site.site_code, by=viewer(), at=at)
        with transaction():
            service.record(entry, by=viewer(), at=at)
    except DomainError as error:
        return _page(here, at, tidings=Tidings(error.message, is_warning=True)), 422
    return redirect(_counter(entry.site_code, at).address(done=str(entry.id)))


@bp.post("/till/<uuid:meal_id>/undo")
@require(Permission.MEALS_RECORD)
def undo(meal_id: UUID) -> Response | tuple[str, int]:
    """Take back a meal of the last ten minutes."""
    at = clock.now()
    meal = queries.meal(meal_id, viewer().scope)
    if meal is None:
        raise NotFound(text("There is no such meal, or it is not yours to see."))
    here = _counter(meal.site_code, at)
    try:
        with transaction():
            service.undo(meal_id, by=viewer(), at=at)
    except DomainError as error:
        return _page(here, at, tidings=Tidings(error.message, is_warning=True)), 422
    return redirect(here.address(undone=str(meal_id)))


def _counter(site_code: str, at: datetime, *, asked: MultiDict[str, str] | None = None) -> Counter:
    """Set the counter as the address asks, or the search that was posted.

    Raises: NotFound when the site is outside the viewer's scope.
    """
    scope = viewer().scope
    site = canteens.site_of(site_code, scope)
    if site is None:
        raise NotFound(_NO_SITE)
    return counter(
        site, asked=request.args if asked is None else asked, is_site_chosen=scope.site_code is None, at=at
    )


def _words() -> str:
    return request.form.get("words", "").strip()


def _found(here: Counter) -> list[Face]:
    """Give who was searched for; who usually eats here when nobody was."""
    words = _words()
    if not words:
        usual = queries.regulars(here.site.site_code, here.sitting, here.on, limit=_USUAL)
        # Who has not eaten yet is who may come next.
        return sorted(faces(usual, here), key=_has_eaten)[:_SHOWN]
    return faces(queries.sought_at(here.site, words, here.on, limit=_SHOWN), here)


def _ended_card() -> dict[str, str]:
    """Give how the card that was scanned ended, for the address of its holder; nothing if it holds."""
    card = residents.card_sought(_words())
    return {"card": card.end_reason.value} if card is not None and card.end_reason is not None else {}


def _card_note() -> Text | None:
    """Say that the card which was scanned no longer holds; the meal is its holder's all the same."""
    ended = request.args.get("card") or _ended_card().get("card")
    if ended not in set(EndReason):
        return None
    return text(
        "This card was {reason}. See whether this is the person, and record the meal.",
        reason=EndReason(ended).label,
    )


def _has_eaten(face: Face) -> bool:
    return face.eaten is not None


def _meant(found: list[Face]) -> Face | None:
    """Give the only one found, or the one whose number was typed or scanned."""
    numbered = [face for face in found if face.resident_no.casefold() == _words().casefold()]
    return next(iter(numbered or (found if len(found) == 1 else [])), None)


def _panel(here: Counter, resident_no: str, at: datetime, *, refused: MealForm | None = None) -> Panel:
    """Put a person on the counter, with the price that was typed or is usual here."""
    known = list(queries.people([resident_no]).values()) if resident_no else []
    if resident_no and not known:
        raise NotFound(text("There is no resident {resident_no}.", resident_no=resident_no))
    price_form = PriceForm(request.args)
    if "price" in request.args:
        price_fen = price_form.price.data if price_form.validate() else None
    else:
        price_fen = _usual_price_fen(here) if refused is None else refused.price.data
        price_form = PriceForm(None, price=price_fen)
    # What was refused is asked again under a new id: the old one may stand for something else already.
    form = MealForm(
        None,
        meal_id=str(meal_id(at, secrets.randbits(_CHANCE_BITS))),
        resident_no=resident_no,
        site=here.site.site_code,
        sitting=here.sitting.value,
        channel=here.channel.value,
        price=price_fen,
    )
    if refused is not None:
        price_form.price.errors = refused.price.errors
        form.form_errors = [*refused.form_errors]
    decision = None
    if price_fen is not None:
        decision = service.quote(
            resident_no, here.site.site_code, sitting=here.sitting, on=here.on, price_fen=price_fen, at=at
        )
    return Panel(next(iter(faces(known, here)), None), form, price_form, decision)


def _usual_price_fen(here: Counter) -> int | None:
    """Give the site's price, or where it has none what the last meal of this sitting cost."""
    price_fen = queries.price_on(here.site.site_code, here.sitting, here.on)
    if price_fen is not None:
        return price_fen
    served = queries.served(here.site.site_code, here.on, here.sitting)
    return served[0].price_fen if served else None


def _tidings() -> Tidings | None:
    """Tell what the last tap did, by the address that it led to."""
    scope = viewer().scope
    for name, sentence in (("done", text("Recorded")), ("undone", text("Taken back"))):
        given = request.args.get(name, type=UUID)
        meal = queries.meal(given, scope) if given else None
        if meal is not None and (name == "undone") == (queries.reversal_of(meal.id) is not None):
            return Tidings(sentence, meal, is_warning=name == "undone")
    return None


def _page(
    here: Counter,
    at: datetime,
    *,
    found: list[Face] | None = None,
    panel: Panel | None = None,
    tidings: Tidings | None = None,
) -> str:
    """Show the whole till; htmx takes from it what it needs."""
    served = queries.served(here.site.site_code, here.on, here.sitting)
    reversed_ids = queries.reversed_among([meal.id for meal in served])
    shown = [*served[:_LISTED], *([tidings.meal] if tidings and tidings.meal else [])]
    people: dict[str, Resident] = queries.people([meal.resident_no for meal in shown])
    valid = [meal for meal in served if meal.id not in reversed_ids]
    return render_template(
        "meals/till.html",
        here=here,
        sittings=list(Sitting),
        channels=list(Channel),
        words=_words(),
        card_note=_card_note(),
        found=_found(here) if found is None else found,
        panel=panel,
        tidings=tidings,
        last=served[:_LISTED],
        people=people,
        reversed_ids=reversed_ids,
        may_undo_since=at - timedelta(minutes=UNDO_MINUTES),
        total=len(valid),
        subsidised=sum(bool(meal.decision and meal.decision.government_fen) for meal in valid),
        cash_fen=sum(meal.decision.resident_fen for meal in valid if meal.decision),
        undo_form=EmptyForm(),
    )
