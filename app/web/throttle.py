"""Home of the throttle: how often one address may try to sign in."""

from __future__ import annotations

from flask import Flask, current_app, request
from limits import parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app.errors import DomainError
from app.text import text


class TooManyAttempts(DomainError):
    """Somebody tries too often; only time helps."""

    status = 429


def install(app: Flask) -> None:
    """Count attempts where the settings say, in a count of the application's own."""
    storage = storage_from_string(app.config["MEAL_CIRCLE"].rate_limit_storage)
    app.extensions["throttle"] = FixedWindowRateLimiter(storage)


def count_attempt() -> None:
    """Count one attempt to sign in from the request's address.

    Raises: TooManyAttempts beyond the limit of the settings.
    """
    counter: FixedWindowRateLimiter = current_app.extensions["throttle"]
    limit = parse(current_app.config["MEAL_CIRCLE"].sign_in_limit)
    if not counter.hit(limit, "sign-in", request.remote_addr or ""):
        raise TooManyAttempts(text("Too many attempts. Wait a minute, then try again."))
