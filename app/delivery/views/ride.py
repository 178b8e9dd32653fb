"""Home of the page on a rider's phone: a shell without anybody's data, its worker and its manifest."""

from __future__ import annotations

import json

from flask import Blueprint, Response, render_template, url_for
from flask_babel import force_locale

from app.access import public
from app.delivery.rules.proof import Outcome
from app.text import text
from app.web.language import say
from app.web.shell import Shell

bp = Blueprint("ride", __name__)

_SHARED = ("till/database.js", "till/rules.js", "till/stamp.js", "till/wire.js", "till/words.js")
_ICONS = (("icon-192.png", 192, "any"), ("icon-512.png", 512, "any"), ("icon-mask-512.png", 512, "maskable"))


def _written(language: str, version: str) -> str:
    with force_locale(language):
        return render_template(
            "ride/app.html",
            version=version,
            manifest=url_for("ride.manifest"),
            outcomes={f"outcome.{each.value}": say(each.label) for each in Outcome},
        )


RIDE = Shell(
    name="ride",
    folder="ride",
    pages={"zh_Hans_CN": "ride.app", "en": "ride.app_in_english"},
    written=_written,
    shared=_SHARED,
)


@bp.get("/ride/")
@public
def app() -> Response:
    """Show the rider's page; what it knows comes later, by the link that the browser keeps to itself."""
    return Response(_written("zh_Hans_CN", RIDE.version()), mimetype="text/html")


@bp.get("/ride/en/")
@public
def app_in_english() -> Response:
    """Show the rider's page to who reads English."""
    return Response(_written("en", RIDE.version()), mimetype="text/html")


@bp.get("/ride/worker.js")
@public
def worker() -> Response:
    """Give the service worker of the present version."""
    return RIDE.worker()


@bp.get("/ride/manifest.webmanifest")
@public
def manifest() -> Response:
    """Give what a phone needs to put the page on its home screen; the same for everybody."""
    with force_locale("zh_Hans_CN"):
        name, short = say(text("Elder meal assistance: deliveries")), say(text("Deliveries"))
    described = {
        "id": url_for("ride.app"),
        "start_url": url_for("ride.app"),
        "scope": url_for("ride.app"),
        "name": name,
        "short_name": short,
        "lang": "zh-Hans",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#9c2a12",
        "icons": [
            {
                "src": url_for("static", filename=f"till/{file}"),
                "sizes": f"{size}x{size}",
                "type": "image/png",
                "purpose": purpose,
            }
            for file, size, purpose in _ICONS
        ],
    }
    answer = Response(json.dumps(described, ensure_ascii=False), mimetype="application/manifest+json")
    answer.headers["Cache-Control"] = "no-cache"
    return answer
