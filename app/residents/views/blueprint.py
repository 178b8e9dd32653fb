"""Home of the residents' blueprint, and of what its pages share."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug import Response as Redirection

from app.access import viewer
from app.errors import NotFound
from app.residents import queries
from app.residents.models import Resident
from app.residents.rules.cards import grouped, tail
from app.residents.rules.identity import masked_identity
from app.roles import Permission
from app.text import text
from app.web.notices import notice

bp = Blueprint("residents", __name__, url_prefix="/residents")
Answer = str | Redirection | tuple[str, int]
REFUSED = 422


@bp.app_template_filter()
def masked_number(number: str | None) -> str:
    """Show an identity number as far as a screen may."""
    return masked_identity(number) if number else "—"


@bp.app_template_filter()
def card_code(code: str) -> str:
    """Show a card's code as the card does; by its end alone to those who may not give one."""
    return grouped(code) if viewer().may(Permission.RESIDENTS_EDIT) else f"… {tail(code)}"


def saved(resident_no: str) -> Redirection:
    """Say that it is kept, and go back to the resident's page."""
    notice(text("Saved."))
    return redirect(url_for("residents.resident", resident_no=resident_no))


def known(resident_no: str) -> Resident:
    """Give a resident within the viewer's scope.

    Raises: NotFound.
    """
    found = queries.resident_of(resident_no, viewer().scope)
    if found is None:
        raise NotFound(text("There is no resident {resident_no} in your area.", resident_no=resident_no))
    return found
