"""Home of a tablet's credential as it comes with a request: who it is, or why it may not."""

from __future__ import annotations

from flask.typing import ResponseReturnValue


def refusal() -> ResponseReturnValue | None:
    """Look at the bearer token of the request; give the answer that refuses it, or None."""
    return {"error": "unknown", "message": ""}, 401
