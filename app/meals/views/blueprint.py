"""Home of the blueprint that the pages of meals are registered on."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint

from app.text import Text
from app.web.language import say

bp = Blueprint("meals", __name__, url_prefix="/meals")


@bp.context_processor
def _speech() -> dict[str, Callable[[Text], str]]:
    """Let the templates put a Text into the gap of a sentence."""
    return {"say": say}
