"""Home of the pages on residents' cards: give one, print it, and what becomes of one that is lost."""

from __future__ import annotations

from flask import Response, abort, current_app, redirect, url_for
from werkzeug import Response as Redirection

from app import clock
from app.access import require, viewer
from app.errors import NotFound
from app.residents import queries
from app.residents.forms.screen import CardForm
from app.residents.rules.cards import EndReason
from app.residents.service import cards
from app.residents.service.card_sheets import card_sheets
from app.residents.views.blueprint import bp, known
from app.roles import Permission
from app.text import text
from app.transaction import transaction
from app.web.downloads import paper
from app.web.notices import notice


@bp.post("/<resident_no>/card")
@require(Permission.RESIDENTS_EDIT)
def issue_card(resident_no: str) -> Redirection:
    """Give a resident a card."""
    with transaction():
        cards.issue(resident_no, by=viewer(), at=clock.now())
    return _given(resident_no)


@bp.get("/<resident_no>/card.pdf")
@require(Permission.RESIDENTS_EDIT)
def print_card(resident_no: str) -> Response:
    """Print the card that a resident holds."""
    known(resident_no)
    faces = queries.card_faces([resident_no], viewer().scope)
    if not faces:
        raise NotFound(text("{resident_no} has no card to print. Issue one first.", resident_no=resident_no))
    phone = current_app.config["MEAL_CIRCLE"].contact_phone
    return paper(card_sheets(faces, phone=phone, at=clock.now()), name=f"card-{resident_no}.pdf")


@bp.post("/<resident_no>/card/lost")
@require(Permission.RESIDENTS_EDIT)
def lose_card(resident_no: str) -> Redirection:
    """Write down that a card is lost."""
    form = _card_form()
    with transaction():
        cards.report_lost(resident_no, form.code.data, by=viewer(), at=clock.now())
    notice(text("The card is reported lost. A till that sees it will say so."))
    return redirect(url_for("residents.resident", resident_no=resident_no, _anchor="card"))


@bp.post("/<resident_no>/card/new")
@require(Permission.RESIDENTS_EDIT)
def reissue_card(resident_no: str) -> Redirection:
    """End a card and give a new one."""
    form = _card_form()
    with transaction():
        cards.reissue(resident_no, form.code.data, EndReason(form.reason.data), by=viewer(), at=clock.now())
    return _given(resident_no)


def _card_form() -> CardForm:
    form = CardForm()
    if not form.validate_on_submit():
        abort(400)
    return form


def _given(resident_no: str) -> Redirection:
    notice(text("The card is issued. Now print it."))
    return redirect(url_for("residents.resident", resident_no=resident_no, _anchor="card"))
