"""Home of what is installed on a tablet: its pages and files, and the version that is their digest."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, url_for
from flask_babel import force_locale

from app.till.views.vocabulary import vocabulary
from app.web.shell import Shell

FOLDER = "till"
PAGES: Mapping[str, str] = {"zh_Hans_CN": "till.app", "en": "till.app_in_english"}
"""The page's endpoint in each language; the browser keeps them all, so that switching needs no network."""


def page(language: str, version: str) -> str:
    """Write the page in a language; it is the same for everybody, and says which version it is."""
    with force_locale(language):
        return render_template(
            f"{FOLDER}/app.html", version=version, manifest=url_for("till.manifest"), **vocabulary()
        )


TILL = Shell(name="till", folder=FOLDER, pages=PAGES, written=page)
