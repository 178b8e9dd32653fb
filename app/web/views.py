"""Home of the pages that belong to no package: the home page, the language switch, the sign of life."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from app.access import public, signed_in
from app.web.described import PLAIN, Told, described
from app.web.language import choose_language

bp = Blueprint("web", __name__)


@bp.get("/")
@signed_in
def home() -> str:
    """Show the doors that the viewer may enter."""
    return render_template("home.html")


@bp.post("/language")
@public
def language() -> Response:
    """Switch the language and go back to the page; nothing but the session changes."""
    choose_language(request.form.get("language", ""))
    back = urlsplit(request.form.get("back", ""))
    is_ours = not back.scheme and not back.netloc and back.path.startswith("/")
    return redirect(back.path + (f"?{back.query}" if back.query else "") if is_ours else url_for("web.home"))


@bp.get("/healthz")
@described({200: Told("It is alive.", {"const": "ok"}, PLAIN)})
@public
def healthz() -> Response:
    """Answer that the process is alive."""
    return Response("ok", mimetype="text/plain")
