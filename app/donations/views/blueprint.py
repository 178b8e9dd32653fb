"""Home of the blueprint that the pages of donations are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("donations", __name__, url_prefix="/donations")
