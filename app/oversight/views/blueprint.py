"""Home of the blueprint that the pages of oversight are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("oversight", __name__, url_prefix="/oversight")
