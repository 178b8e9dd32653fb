"""Home of the throttle: how often one address, or one account, may try to sign in."""

from __future__ import annotations

import hashlib

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
    limit = parse(current_app.config["MEAL_CIRCLE"].sign_in_limit)
    if not _counter().hit(limit, "sign-in", request.remote_addr or ""):
        raise TooManyAttempts(text("Too many attempts. Wait a minute, then try again."))


def count_attempt_on(account: str, *, step: str) -> None:
    """Count one attempt on an account, whether it is there or not, from wherever it comes.

    Beyond the limit a good password is refused too, so that nobody learns that it was one.

    Raises: TooManyAttempts beyond the limit of the settings.
    """
    limit = parse(current_app.config["MEAL_CIRCLE"].account_limit)
    if not _counter().hit(limit, step, _key(account)):
        raise TooManyAttempts(
            text("Too many attempts with this sign-in name. Wait a quarter of an hour, then try again.")
        )


def forgive(account: str, *, step: str) -> None:
    """Begin to count anew: somebody has shown who they are."""
    _counter().clear(parse(current_app.config["MEAL_CIRCLE"].account_limit), step, _key(account))


def _counter() -> FixedWindowRateLimiter:
    counter: FixedWindowRateLimiter = current_app.extensions["throttle"]
    return counter


def _key(account: str) -> str:
    return hashlib.sha256(account.casefold().encode()).hexdigest()[:32]
