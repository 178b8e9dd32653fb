"""Home of a tablet's credential as it comes with a request: who it is, or why it may not."""

from __future__ import annotations

from flask import g, request
from flask.typing import ResponseReturnValue

from app.text import text
from app.till import queries
from app.till.models import Tablet
from app.till.rules.credentials import digest
from app.till.views.answers import refused
from app.web import throttle

_BEARER = "bearer "


def refusal() -> ResponseReturnValue | None:
    """Look at the bearer token of the request; give the answer that refuses it, or None.

    A revoked tablet is told so: it keeps what it has not sent, and wipes what it knows of people.
    """
    token = bearer_token()
    tablet = queries.tablet_of_token(digest(token)) if token else None
    if tablet is None:
        return refused(401, "unknown", text("This tablet is not enrolled. Ask for a code and enrol it."))
    if tablet.revoked_at is not None:
        return refused(401, "revoked", text("This tablet was revoked. Meals it has not sent stay on it."))
    throttle.count_request("tablet", str(tablet.id))
    g.tablet = tablet
    return None


def bearer_token() -> str:
    """Give the token that the request carries, empty when it carries none."""
    header = request.headers.get("Authorization", "")
    return header[len(_BEARER) :].strip() if header.lower().startswith(_BEARER) else ""


def this_tablet() -> Tablet:
    """Give the tablet whose request this is; `refusal` has let it in."""
    tablet: Tablet = g.tablet
    return tablet
