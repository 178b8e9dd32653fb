"""Home of the blueprint of the office's page of what is published, and of what the pages share."""

from __future__ import annotations

from flask import Blueprint, current_app

from app.disclosure.service.book import Office
from app.disclosure.service.office import office_of

bp = Blueprint("disclosure", __name__, url_prefix="/disclosure")


def office() -> Office:
    """Give who publishes the pages."""
    return office_of(current_app.config["MEAL_CIRCLE"])
