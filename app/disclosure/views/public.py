"""Home of the pages that everybody reads without signing in: nothing of any one person, and no cookie."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from app import clock
from app.access import public
from app.clock import SHANGHAI
from app.disclosure.rules.addresses import Kind, Page, page_at
from app.disclosure.service.book import book_on
from app.disclosure.service.export import DATA, STATIC, data_file
from app.disclosure.service.writing import Around, written
from app.disclosure.views.blueprint import office
from app.errors import NotFound
from app.text import text

bp = Blueprint("public", __name__, url_prefix="/public")
_KEPT_SECONDS = 120
_TYPES = {"json": "text/json", "csv": "text/csv"}
"""Files as a folder holds them; what machines may ask of the system itself is another matter."""


@bp.get("/")
@bp.get("/<path:address>")
@public
def page(address: str = "") -> Response:
    """Show a public page or file by its address, which is the same in an exported folder.

    Raises: NotFound.
    """
    if address in DATA:
        content = data_file(address, book_on(clock.today(), office()))
        return _kept(Response(content, mimetype=_TYPES[address.rpartition(".")[2]]))
    asked = page_at(address)
    content_of_page = None if asked is None else _written(asked)
    if content_of_page is None:
        raise NotFound(text("There is no such public page. Begin with the list of sites."))
    return _kept(Response(content_of_page, mimetype="text/html"))


def _written(asked: Page) -> str | None:
    now = clock.now().astimezone(SHANGHAI)
    shows_menus = asked.kind in (Kind.SITE, Kind.POSTER)
    book = book_on(now.date(), office(), weeks_for=asked.key if shows_menus else "")
    seconds = now.hour * 3600 + now.minute * 60 + now.second
    return written(asked, book, Around(_link, seconds, _complaint))


def _link(address: str) -> str:
    if address in STATIC:
        return url_for("static", filename=address)
    return url_for("public.page", address=address)


def _complaint(site_code: str) -> str:
    return url_for("voice.form", site_code=site_code) if site_code else url_for("voice.look")


def _kept(answer: Response) -> Response:
    """Let everybody keep it for two minutes, and ask afterwards whether it is still the same."""
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
