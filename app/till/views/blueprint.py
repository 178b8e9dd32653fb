"""Home of the blueprint that the pages of tablets are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("till", __name__)
