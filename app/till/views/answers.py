"""Home of how endpoints for pages without network refuse: in JSON, for the page and for a person."""

from __future__ import annotations

from flask import Blueprint
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from app.errors import DomainError
from app.text import Text, text
from app.till.forms import NotThisForm
from app.web.language import say


def refused(status: int, error: str, message: Text) -> ResponseReturnValue:
    """Give a refusal that a device and a person can read."""
    return {"error": error, "message": say(message)}, status


def refuse_in_json(bp: Blueprint) -> None:
    """Let whatever the endpoints of a blueprint raise be refused so."""
    bp.register_error_handler(NotThisForm, _not_this_form)
    bp.register_error_handler(DomainError, _refused)
    bp.register_error_handler(BadRequest, _not_this_form)
    bp.register_error_handler(RequestEntityTooLarge, _too_large)


def _not_this_form(_error: NotThisForm | BadRequest) -> ResponseReturnValue:
    return refused(400, "form", text("The body is not of the form that this address takes."))


def _refused(error: DomainError) -> ResponseReturnValue:
    return refused(error.status, error.field or "refused", error.message)


def _too_large(_error: RequestEntityTooLarge) -> ResponseReturnValue:
    return refused(413, "too_large", text("This is more than can be taken at once. Send less at once."))
