"""Home of the page on which a second person confirms what an administrator asks for."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, url_for
from werkzeug import Response

from app import clock
from app.access import require, viewer
from app.auth import queries, service
from app.auth.models import AccountRequest
from app.auth.rules import Act, Place, act_name
from app.auth.service.requests import place_of
from app.auth.views.blueprint import bp
from app.roles import Permission
from app.text import Text, text
from app.transaction import transaction
from app.web import navigation
from app.web.form import EmptyForm
from app.web.notices import notice
from app.web.paging import page_of


def _waiting() -> int:
    return queries.requests_waiting(viewer().scope)


navigation.counts["auth.requests"] = _waiting


@bp.get("/users/requests")
@require(Permission.USERS_VIEW)
def requests() -> str:
    """Show what waits for a second person, and what was decided."""
    scope = viewer().scope
    waiting = page_of(queries.requests_in(scope, is_open=True))
    decided = page_of(queries.requests_in(scope, is_open=False), per_page=20)
    numbers = {each.asked_by for each in (*waiting.rows, *decided.rows)}
    numbers |= {each.decided_by for each in decided.rows if each.decided_by}
    return render_template(
        "auth/requests.html",
        waiting=waiting,
        decided=decided,
        names=queries.names_of(sorted(numbers)),
        act_name=act_name,
        asked_place=_asked_place,
        form=EmptyForm(),
    )


def _asked_place(asked: AccountRequest) -> Place | None:
    return place_of(asked) if asked.act is Act.CHANGE_ROLES else None


@bp.post("/users/requests/<int:request_id>/confirm")
@require(Permission.USERS_CONFIRM)
def confirm(request_id: int) -> Response:
    """Do what was asked for."""
    return _decide(service.confirm, request_id, text("Confirmed. It holds from now on."))


@bp.post("/users/requests/<int:request_id>/refuse")
@require(Permission.USERS_CONFIRM)
def refuse(request_id: int) -> Response:
    """Say no; nothing changes."""
    return _decide(service.refuse, request_id, text("Refused. Nothing has changed."))


@bp.post("/users/requests/<int:request_id>/withdraw")
@require(Permission.USERS_MANAGE)
def withdraw(request_id: int) -> Response:
    """Take back what was asked for."""
    return _decide(service.withdraw, request_id, text("Taken back. Nothing has changed."))


def _decide(verb: Callable[..., AccountRequest], request_id: int, said: Text) -> Response:
    with transaction():
        verb(request_id, by=viewer(), at=clock.now())
    notice(said)
    return redirect(url_for("auth.requests"))
