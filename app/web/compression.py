"""Home of sending less: what holds nothing of anybody goes out compressed, and is compressed once.

Pages with a token in them are left as they are: their size would tell about the token (BREACH).
"""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request
from werkzeug.wsgi import FileWrapper

from app.access import access_of

_WORTH_IT = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/manifest+json",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
    }
)
_SMALLEST = 500
_OK, _KNOWN = 200, 304


def install(app: Flask, *, also: frozenset[str]) -> None:
    """Compress static files, and the public endpoints of these blueprints, for whoever takes gzip."""

    @app.after_request
    def _compress(response: Response) -> Response:
        endpoint = request.endpoint or ""
        is_ours = endpoint == "static" or (request.blueprint in also and access_of(app, endpoint) == "public")
        if not is_ours or response.mimetype not in _WORTH_IT:
            return response
        response.vary.add("Accept-Encoding")
        if response.status_code == _KNOWN:
            _close(response.response)
        if (
            response.status_code == _OK
            and request.accept_encodings["gzip"]
            and "Content-Encoding" not in response.headers
        ):
            _replace(response)
        return response


def _replace(response: Response) -> None:
    response.direct_passthrough = False
    served = response.response
    response.make_sequence()
    _close(served)
    content = response.get_data()
    if len(content) < _SMALLEST:
        return
    etag, _ = response.get_etag()
    response.set_data(_compressed(content))
    response.headers["Content-Encoding"] = "gzip"
    if etag is not None:
        response.set_etag(etag, weak=True)  # Other bytes, the same file.


def _close(served: object) -> None:
    """Close a file that was read whole, or is not sent: a slow or broken line must not keep it open."""
    if isinstance(served, FileWrapper):
        served.close()


@lru_cache(maxsize=256)
def _compressed(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
