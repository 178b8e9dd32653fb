"""Home of the blueprint that the pages of awards are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("awards", __name__, url_prefix="/awards")
