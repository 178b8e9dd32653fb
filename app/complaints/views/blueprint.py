"""Home of the blueprint that the office's pages of complaints are registered on, and of what they share."""

from __future__ import annotations

from flask import Blueprint, current_app
from werkzeug import Response

from app.access import viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.complaints import queries
from app.complaints.models import Complaint
from app.errors import NotFound
from app.extensions import db
from app.text import text

bp = Blueprint("complaints", __name__, url_prefix="/complaints")
Answer = str | Response | tuple[str, int]
REFUSED = 422


def known(number: int) -> Complaint:
    """Give a complaint that the viewer sees.

    Raises: NotFound.
    """
    found = queries.complaint(number, viewer())
    if found is None:
        raise NotFound(text("There is no such complaint in your area."))
    return found


def own_sites() -> list[Site]:
    """Give the sites that the viewer acts for, by code."""
    return list(db.session.execute(canteens.sites(viewer().scope)).scalars())


def district() -> str:
    """Give the code of the district that this installation serves."""
    code: str = current_app.config["MEAL_CIRCLE"].district
    return code


def phone() -> str:
    """Give the line for complaints; empty when there is none."""
    number: str = current_app.config["MEAL_CIRCLE"].complaint_phone
    return number
