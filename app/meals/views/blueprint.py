"""Home of the blueprint that the pages of meals are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("meals", __name__, url_prefix="/meals")
