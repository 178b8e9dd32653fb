"""Home of the error pages: a refusal says what to do, a fault of ours shows the number that is in the log."""

from __future__ import annotations

import logging

from flask import Flask, g, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, MethodNotAllowed, RequestEntityTooLarge, SecurityError

from app.database import Hindrance, hindrance_of
from app.errors import DomainError
from app.extensions import db, login_manager
from app.text import Text, text
from app.web.logs import request_no

_log = logging.getLogger("app.errors")
_HTTP_MESSAGES = {
    400: text("The request was not understood. Go back, reload the page, and try again."),
    404: text("There is no such page. Check the address, or start from the home page."),
    405: text("This address does not work that way. Start from the home page."),
}


def install(app: Flask) -> None:
    """Give every error its page."""
    app.register_error_handler(DomainError, _refused)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(SecurityError, _not_our_name)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_hindered)
    app.register_error_handler(Exception, _fault)


def _page(message: Text, status: int, code: str = "") -> tuple[str, int]:
    return render_template("error.html", message=message, status=status, code=code), status


def _refused(error: DomainError) -> tuple[str, int]:
    return _page(error.message, error.status)


def _stale_form(_error: CSRFError) -> tuple[str, int]:
    return _page(text("This page was open for too long. Go back, reload it, and send it again."), 400)


def _too_large(_error: RequestEntityTooLarge) -> tuple[str, int]:
    return _page(text("The file is too large. Split it into smaller ones and send them one by one."), 413)


def _not_our_name(_error: SecurityError) -> tuple[str, int, dict[str, str]]:
    """Answer without a page: its links would lead to a name that somebody else chose."""
    return "Bad Request", 400, {"Content-Type": "text/plain"}


def _http(error: HTTPException) -> tuple[str, int] | tuple[str, int, dict[str, str]] | HTTPException:
    status = error.code or 500
    if status < 400:  # noqa: PLR2004 - redirects are answers, not errors
        return error
    page = _page(_HTTP_MESSAGES.get(status, text("This did not work. Start from the home page.")), status)
    if isinstance(error, MethodNotAllowed):
        return *page, {"Allow": ", ".join(sorted(error.valid_methods or ()))}
    return page


_HINDERED = {
    Hindrance.READ_ONLY: text(
        "Nothing was saved: the database may only be read at the moment. "
        "Tell your administrator, and try later."
    ),
    Hindrance.FULL: text(
        "Nothing was saved: the database's disk is full. Tell your administrator at once, and try later."
    ),
    Hindrance.AWAY: text(
        "The database does not answer; nothing was half-saved. Wait a minute, then try again. If it goes on, "
        "tell your administrator."
    ),
}


def _database_hindered(error: DBAPIError) -> tuple[str, int]:
    """Say what hinders the database, when that is what it is; the log has it either way."""
    hindrance = hindrance_of(error)
    if hindrance is None:
        return _fault(error)
    _log.error("database", exc_info=error)
    db.session.rollback()
    return _plain_page(_HINDERED[hindrance], request_no())


def _plain_page(message: Text, code: str) -> tuple[str, int]:
    """Write the page for nobody in particular: who is signed in stands in the database."""
    g._login_user = login_manager.anonymous_user()  # noqa: SLF001 - Flask-Login keeps the user there
    return _page(message, 503, code)


def _fault(error: Exception) -> tuple[str, int]:
    """Log a fault of ours; show the number of its request and no trace."""
    _log.error("fault", exc_info=error)
    return _page(
        text("Something went wrong on our side; nothing was half-saved. Please try again."), 500, request_no()
    )
