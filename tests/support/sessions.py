"""Home of watching what requests do to the database: nothing is left unsaved, and looking changes nothing."""

from __future__ import annotations

from flask import Flask, Response, g, has_request_context, request
from sqlalchemy import Connection, Engine, event

_WRITES = ("INSERT", "UPDATE", "DELETE")


@event.listens_for(Engine, "before_cursor_execute")
def _note_a_write(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
    if has_request_context() and statement.lstrip().upper().startswith(_WRITES):
        g.unsaved_write = g.write = statement


@event.listens_for(Engine, "commit")
@event.listens_for(Engine, "rollback")
def _note_the_end(_connection: Connection) -> None:
    if has_request_context():
        g.unsaved_write = None


def forbid_loose_ends(app: Flask) -> None:
    """Fail a request that leaves a write unsaved, and a GET that writes at all."""

    @app.after_request
    def _check(response: Response) -> Response:
        if g.get("unsaved_write"):
            message = f"{request.endpoint} left a write without commit: {g.unsaved_write}"
            raise AssertionError(message)
        if request.method in ("GET", "HEAD") and g.get("write"):
            message = f"GET {request.path} wrote: {g.write}"
            raise AssertionError(message)
        return response
