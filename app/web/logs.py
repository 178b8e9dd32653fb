"""Home of the log: one line of JSON for each answer and each fault, under the number of its request.

A line names the endpoint, never the address, and of a fault the kind and the place, never the message: both
may quote a person. What an administrator needs beside that is in the trail.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
import time
import traceback
from datetime import UTC, datetime

from flask import Flask, Response, g, has_request_context, request
from flask_login import current_user

_answers = logging.getLogger("app.answers")
_TOLD = ("method", "endpoint", "status", "milliseconds", "bytes")
_SPARED = frozenset({"static", "web.healthz", "upkeep.ready", "upkeep.metrics"})
"""What is asked for all day long, and tells nothing while it works."""
_REQUEST_NO = re.compile(r"[A-Za-z0-9._-]{8,64}")


def install(app: Flask) -> None:
    """Give every request a number, log every answer, and write this process's log as lines of JSON.

    Whoever has set up a log before, a test's or a server's own, keeps it.
    """
    app.before_request(_begin)
    app.after_request(_log_answer)
    _answers.setLevel(logging.INFO)
    root = logging.getLogger()
    if not root.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(JsonLines())
        root.addHandler(handler)


def request_no() -> str:
    """Give the number of the request: what a proxy in front gave it, or one of our own."""
    number: str = g.request_no
    return number


def _begin() -> None:
    given = request.headers.get("X-Request-ID", "")
    g.request_no = given if _REQUEST_NO.fullmatch(given) else secrets.token_hex(8)
    g.began = time.perf_counter()


def _log_answer(response: Response) -> Response:
    response.headers.setdefault("X-Request-ID", request_no())
    if request.endpoint not in _SPARED or response.status_code >= 500:  # noqa: PLR2004 - a fault of ours
        told = (
            request.method,
            request.endpoint or "",
            response.status_code,
            round(1000 * (time.perf_counter() - g.began), 1),
            response.calculate_content_length(),
        )
        _answers.info("answered", extra={"told": dict(zip(_TOLD, told, strict=True))})
    return response


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: when, how grave, who logs, what, and of which request."""

    def format(self, record: logging.LogRecord) -> str:
        """Write the record; a fault is told by its kind and its frames."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "from": record.name,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request"] = g.get("request_no", "")
            line["user"] = getattr(current_user, "user_no", "")
        line |= getattr(record, "told", {})
        if record.exc_info and record.exc_info[1] is not None:
            line["fault"] = _told_without_words(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _told_without_words(fault: BaseException) -> list[dict[str, object]]:
    """Tell a fault and what led to it: each one's kind, the database's code for it, and its frames."""
    chain: list[dict[str, object]] = []
    cause: BaseException | None = fault
    while cause is not None and len(chain) < 5:  # noqa: PLR2004 - the rest says no more
        original = getattr(cause, "orig", cause)
        code = getattr(original, "sqlstate", None) or getattr(original, "sqlite_errorname", None)
        frames = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__)
        ]
        chain.append({"kind": type(cause).__name__, "code": code, "frames": frames})
        cause = cause.__cause__ or cause.__context__
    return chain
