"""Home of the page that takes in a file of meals."""

from __future__ import annotations

from flask import Response
from werkzeug import Response as Redirection

from app.access import require
from app.meals import service
from app.meals.forms.file import MEALS_FILE
from app.meals.views.blueprint import bp
from app.roles import Permission
from app.text import text
from app.web.imports import ImportPage

_IMPORT = ImportPage(
    MEALS_FILE,
    service.take_file,
    title=text("Take in a file of meals"),
    name="meals",
    back="meals.ledger",
    permission=Permission.MEALS_IMPORT,
)


@bp.get("/import")
@require(Permission.MEALS_IMPORT)
def new_file() -> str:
    """Show how a file of meals is laid out, and the form for one."""
    return _IMPORT.show()


@bp.post("/import")
@require(Permission.MEALS_IMPORT)
def take_file() -> Redirection | Response | tuple[str, int]:
    """Take in a file of meals: all of it or nothing, unless its good rows are wanted alone."""
    return _IMPORT.answer()
