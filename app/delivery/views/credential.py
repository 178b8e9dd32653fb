"""Home of a rider's link as it comes with a request: whose it is, or why it opens nothing."""

from __future__ import annotations

from flask import g
from flask.typing import ResponseReturnValue

from app import clock
from app.delivery.models import RiderLink
from app.delivery.rules.links import takes_until
from app.delivery.service import link_of_token
from app.text import text
from app.till.views.answers import refused
from app.till.views.credential import bearer_token
from app.web import throttle


def refusal() -> ResponseReturnValue | None:
    """Look at the link that a request carries; give the answer that refuses it, or None."""
    link = link_of_token(bearer_token())
    if link is None or clock.now() >= takes_until(link.served_on):
        return refused(401, "unknown", text("This link opens nothing. Ask the kitchen for today's link."))
    if link.revoked_at is not None:
        return refused(
            401, "revoked", text("This link was revoked. What this phone has not sent stays on it.")
        )
    throttle.count_request("rider", str(link.link_id))
    g.rider_link = link
    return None


def this_link() -> RiderLink:
    """Give the link whose request this is; `refusal` has let it in."""
    link: RiderLink = g.rider_link
    return link
