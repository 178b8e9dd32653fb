"""Home of the blueprint that the pages of sites are registered on, and of what they share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug import Response

from app.access import viewer
from app.canteens import queries
from app.canteens.models import Site
from app.errors import NotFound
from app.text import text
from app.web.notices import notice

bp = Blueprint("canteens", __name__, url_prefix="/sites")
Answer = str | Response | tuple[str, int]
REFUSED = 422


def known_site(site_code: str) -> Site:
    """Give a site that the viewer sees.

    Raises: NotFound.
    """
    found = queries.site_of(site_code, viewer().scope)
    if found is None:
        raise NotFound(text("There is no site {code} in your area.", code=site_code))
    return found


def saved(endpoint: str, **where: Any) -> Response:  # noqa: ANN401 - url_for's signature
    """Say that it is written down, and lead on."""
    notice(text("Saved."))
    answer: Response = redirect(url_for(endpoint, **where))
    return answer
