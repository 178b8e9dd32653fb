"""Home of the page that is installed on a tablet: a shell without anybody's data, once in each language."""

from __future__ import annotations

from flask import Response

from app.access import public
from app.till.views import shell
from app.till.views.blueprint import bp


@bp.get("/till/")
@public
def app() -> Response:
    """Show the till; everything it knows comes later, over the tablet's own credential."""
    return _installed("zh_Hans_CN")


@bp.get("/till/en/")
@public
def app_in_english() -> Response:
    """Show the till to who reads English."""
    return _installed("en")


def _installed(language: str) -> Response:
    """Give the page in a language; it alone may ask for the camera, which reads residents' cards."""
    answer = Response(shell.page(language, shell.TILL.version()), mimetype="text/html")
    answer.headers["Permissions-Policy"] = "camera=(self)"
    return answer
