"""Home of the headers that every answer carries."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, abort, request
from werkzeug.routing import IntegerConverter, Map

from app.access import access_of

_MACHINES = frozenset({"tablet", "rider"})
_POLICY = (
    "default-src 'self'; img-src 'self' data:{tiles}; style-src 'self'; script-src 'self'; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


class _Number(IntegerConverter):
    """A number in an address: one that no database can hold leads nowhere."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - werkzeug's signature
        """Know the highest."""
        super().__init__(url_map, *args, **{"max": 2**63 - 1, **kwargs})


def install(app: Flask) -> None:
    """Add the headers to every answer; pages with personal data are never kept by a cache."""
    app.url_map.converters["int"] = _Number
    host = app.config["MEAL_CIRCLE"].map_tiles_host
    policy = _POLICY.format(tiles=f" {host}" if host else "")

    @app.before_request
    def _refuse_what_no_text_holds() -> None:
        """Refuse the character that PostgreSQL keeps in no text, before anything looks for it there.

        What machines send is read as it comes: to take it for a form would use it up.
        """
        machine = request.endpoint is not None and access_of(app, request.endpoint) in _MACHINES
        looked_at = (request.args,) if machine else (request.args, request.form)
        typed = (value for each in looked_at for value in each.to_dict(flat=False).values())
        if "\0" in request.path or any("\0" in value for values in typed for value in values):
            abort(400)

    @app.after_request
    def _headers(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", "camera=()")
        if request.endpoint != "static":
            response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
