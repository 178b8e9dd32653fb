"""Home of the throttle: how often one address or account may try to sign in, one credential may ask."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, current_app, g, request
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from app import clock
from app.access import access_of
from app.errors import DomainError
from app.text import text

T = TypeVar("T")
_log = logging.getLogger(__name__)
_NOT_PAGES = frozenset({"static", "web.healthz", "upkeep.ready", "upkeep.metrics"})
"""What is open to everybody, and no page: files, and what machines ask that watch this one."""


class TooManyAttempts(DomainError):
    """Somebody tries too often; only time helps."""

    status = 429


class Counts:
    """What is counted where the settings say; while that cannot be reached, in this process alone."""

    def __init__(self, where: str) -> None:
        """Count in what `where` names; nothing is asked of it yet."""
        self._shared = FixedWindowRateLimiter(storage_from_string(where, wrap_exceptions=True))
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._is_away = False

    def ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        """Put a question to the count that all processes share, or else to our own."""
        try:
            answer = question(self._shared)
        except StorageError:
            if not self._is_away:
                _log.warning("attempts are counted in this process alone")
            self._is_away = True
            return question(self._own)
        self._is_away = False
        return answer


def install(app: Flask) -> None:
    """Count attempts where the settings say, in a count of the application's own."""
    app.extensions["throttle"] = Counts(app.config["MEAL_CIRCLE"].rate_limit_storage)

    @app.before_request
    def _count_visitors() -> None:
        """Count what is asked by nobody in particular: a page that everybody may see costs a page's work.

        Raises: TooManyAttempts beyond the limit of the settings.
        """
        endpoint = request.endpoint
        is_page = endpoint is not None and endpoint not in _NOT_PAGES and access_of(app, endpoint) == "public"
        # Whether somebody is signed in is not asked: who looks at the cookie keeps caches from the page.
        limit = parse(app.config["MEAL_CIRCLE"].visitor_limit)
        if is_page and not _is_within(limit, "visitor", request.remote_addr or ""):
            raise TooManyAttempts(
                text("Too many pages at once from this address. Wait a minute, then try again.")
            )

    @app.after_request
    def _say_when_to_come_again(response: Response) -> Response:
        if response.status_code == TooManyAttempts.status and "come_again_seconds" in g:
            response.headers["Retry-After"] = str(g.come_again_seconds)
        return response


def count_attempt() -> None:
    """Count one attempt to sign in from the request's address.

    Raises: TooManyAttempts beyond the limit of the settings.
    """
    limit = parse(current_app.config["MEAL_CIRCLE"].sign_in_limit)
    if not _is_within(limit, "sign-in", request.remote_addr or ""):
        raise TooManyAttempts(text("Too many attempts. Wait a minute, then try again."))


def count_attempt_on(account: str, *, step: str) -> None:
    """Count one attempt on an account, whether it is there or not, from wherever it comes.

    Beyond the limit a good password is refused too, so that nobody learns that it was one.

    Raises: TooManyAttempts beyond the limit of the settings.
    """
    limit = parse(current_app.config["MEAL_CIRCLE"].account_limit)
    if not _is_within(limit, step, _key(account)):
        raise TooManyAttempts(
            text("Too many attempts with this sign-in name. Wait a quarter of an hour, then try again.")
        )


def count_request(kind: str, holder: str) -> None:
    """Count one request of who holds a credential: a tablet, a rider's link, a family's link.

    Raises: TooManyAttempts beyond the limit of the settings; who keeps a queue keeps it, and waits.
    """
    limit = parse(current_app.config["MEAL_CIRCLE"].holder_limit)
    if not _is_within(limit, kind, holder):
        raise TooManyAttempts(
            text("Too many requests at once. Nothing is lost: what waits is sent a little later.")
        )


def _is_within(limit: RateLimitItem, *whose: str) -> bool:
    """Count one more, and tell whether it is within the limit; if not, the answer says when to come again."""
    key = (_district(), *whose)
    if _counts().ask(lambda counter: counter.hit(limit, *key)):
        return True
    ends = _counts().ask(lambda counter: counter.get_window_stats(limit, *key)).reset_time
    g.come_again_seconds = max(1, math.ceil(ends - clock.now().timestamp()))
    return False


def count_visit(limit: str, *, step: str, key: str = "") -> None:
    """Count one visit of the request's address, or of whatever `key` names, to what is open to everybody.

    Raises: TooManyAttempts beyond `limit`, which is written like `20 per hour`.
    """
    if not _is_within(parse(limit), step, _key(key) if key else request.remote_addr or ""):
        raise TooManyAttempts(text("Too many at once from here. Wait a while, or call us."))


def forgive(account: str, *, step: str) -> None:
    """Begin to count anew: somebody has shown who they are."""
    limit = parse(current_app.config["MEAL_CIRCLE"].account_limit)
    key = (_district(), step, _key(account))
    _counts().ask(lambda counter: counter.clear(limit, *key))


def _district() -> str:
    """Give whose count it is: districts may share a Redis, and have users of the same names."""
    district: str = current_app.config["MEAL_CIRCLE"].district
    return district


def _counts() -> Counts:
    counts: Counts = current_app.extensions["throttle"]
    return counts


def _key(account: str) -> str:
    return hashlib.sha256(account.casefold().encode()).hexdigest()[:32]
