"""Home of the page that is installed on a tablet: a shell without anybody's data, once in each language."""

from __future__ import annotations

from app.access import public
from app.till.views import shell
from app.till.views.blueprint import bp


@bp.get("/till/")
@public
def app() -> str:
    """Show the till; everything it knows comes later, over the tablet's own credential."""
    return shell.page("zh_Hans_CN", version=shell.version())


@bp.get("/till/en/")
@public
def app_in_english() -> str:
    """Show the till to who reads English."""
    return shell.page("en", version=shell.version())
