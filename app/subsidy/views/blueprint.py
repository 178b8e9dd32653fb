"""Home of the blueprint that the pages of policy are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("subsidy", __name__, url_prefix="/policies")
