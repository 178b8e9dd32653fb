"""Home of the blueprint of the pages about tablets, for the people who keep them in order."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint

from app.access import viewer
from app.canteens import queries as canteens
from app.canteens.models import Site
from app.extensions import db

bp = Blueprint("tablets", __name__, url_prefix="/tablets")
REFUSED = 422


def sites_of_viewer() -> Sequence[Site]:
    """Give the sites within the viewer's scope, by code."""
    return db.session.execute(canteens.sites(viewer().scope)).scalars().all()
