"""Home of the page that is installed on a tablet: a shell without anybody's data, and its service worker."""

from __future__ import annotations

from flask import render_template

from app.access import public
from app.till.views.blueprint import bp


@bp.get("/till/")
@public
def app() -> str:
    """Show the till; everything it knows comes later, over the tablet's own credential."""
    return render_template("till/app.html")
