"""Home of the service worker, which keeps the page for use without network, and of the page's manifest."""

from __future__ import annotations

import json

from flask import Response, url_for
from flask_babel import force_locale

from app.access import public
from app.text import text
from app.till.views import shell
from app.till.views.blueprint import bp
from app.web.language import say


@bp.get("/till/worker.js")
@public
def worker() -> Response:
    """Give the service worker of the present version: what there is to keep, and how."""
    return shell.TILL.worker()


@bp.get("/till/manifest.webmanifest")
@public
def manifest() -> Response:
    """Give what a tablet needs to put the till on its home screen; the same for everybody."""
    with force_locale("zh_Hans_CN"):
        answer = Response(json.dumps(_manifest(), ensure_ascii=False), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def _manifest() -> dict[str, object]:
    return {
        "id": url_for("till.app"),
        "start_url": url_for("till.app"),
        "scope": url_for("till.app"),
        "name": say(text("Elder meal assistance: till")),
        "short_name": say(text("Till")),
        "lang": "zh-Hans",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#ffffff",
        "theme_color": "#9c2a12",
        "icons": [
            _icon("icon-192.png", 192, "any"),
            _icon("icon-512.png", 512, "any"),
            _icon("icon-mask-512.png", 512, "maskable"),
        ],
    }


def _icon(name: str, size: int, purpose: str) -> dict[str, str]:
    address = url_for("static", filename=f"{shell.FOLDER}/{name}")
    return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
