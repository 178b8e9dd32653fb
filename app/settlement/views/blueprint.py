"""Home of the blueprint that the pages of settlement are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("settlement", __name__, url_prefix="/settlement")
