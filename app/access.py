"""Home of access: every request is checked before its view. Deny by default."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

from flask import Flask, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from app.errors import NotAllowed
from app.extensions import login_manager
from app.roles import Actor, Permission
from app.text import text

_View = TypeVar("_View", bound=Callable[..., object])


def require(permission: Permission) -> Callable[[_View], _View]:
    """Let only those with this permission call the view."""

    def marked(view: _View) -> _View:
        view.__dict__["access"] = permission
        return view

    return marked


def public(view: _View) -> _View:
    """Let everyone call the view, signed in or not."""
    view.__dict__["access"] = "public"
    return view


def signed_in(view: _View) -> _View:
    """Let everyone who is signed in call the view."""
    view.__dict__["access"] = "signed_in"
    return view


def tablet_only(view: _View) -> _View:
    """Let only an enrolled tablet call the view, by its own credential."""
    view.__dict__["access"] = "tablet"
    return view


def rider_only(view: _View) -> _View:
    """Let only who holds a rider's link call the view, by the link alone."""
    view.__dict__["access"] = "rider"
    return view


def family_only(view: _View) -> _View:
    """Let only who opened a family's link call the view, by the link alone."""
    view.__dict__["access"] = "family"
    return view


def access_of(app: Flask, endpoint: str) -> Permission | str | None:
    """Give what an endpoint asks for: a permission, or one of the words above; None: nobody said."""
    if endpoint == "static":
        return "public"
    access: Permission | str | None = app.view_functions[endpoint].__dict__.get("access")
    return access


def viewer() -> Actor:
    """Give who is looking at the page.

    Raises: NotAllowed when nobody is signed in.
    """
    if not current_user.is_authenticated:
        raise NotAllowed(text("Please sign in first."))
    actor: Actor = current_user.actor
    return actor


def may(permission: Permission) -> bool:
    """Tell whether the viewer may do this; for showing or hiding a link."""
    return bool(current_user.is_authenticated) and viewer().may(permission)


def guard(
    app: Flask,
    credentials: Mapping[str, Callable[[], ResponseReturnValue | None]],
    *,
    detour: Callable[[], ResponseReturnValue | None],
) -> None:
    """Check every request before its view; an endpoint that nobody marked is refused.

    `credentials` look at what a request carries that only a `tablet` may make, or only the holder of a
    `rider`'s or a `family`'s link, and give the refusal, if any. `detour` leads whoever is signed in to what
    they have to do before anything else, if there is something.
    """

    @app.before_request
    def _check() -> ResponseReturnValue | None:
        access = access_of(app, request.endpoint) if request.endpoint is not None else "public"
        if access == "public":
            return None
        if refusal := credentials.get(access or ""):
            return refusal()
        if not current_user.is_authenticated:
            unauthorized: ResponseReturnValue = login_manager.unauthorized()
            return unauthorized
        aside = detour()
        if aside is None:
            _ensure_allowed(access)
        return aside


def _ensure_allowed(access: Permission | str | None) -> None:
    is_allowed = may(access) if isinstance(access, Permission) else access == "signed_in"
    if not is_allowed:
        raise NotAllowed(text("Your role does not allow this. Ask your administrator if you need it."))
