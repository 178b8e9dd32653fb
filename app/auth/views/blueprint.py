"""Home of the users' blueprint, and of what its pages share."""

from __future__ import annotations

from flask import Blueprint, current_app, session
from flask_login import login_user
from werkzeug import Response as Redirection

from app.access import viewer
from app.auth import queries
from app.auth.models import User
from app.errors import NotFound
from app.text import text
from config import Config

bp = Blueprint("auth", __name__)
Answer = str | Redirection | tuple[str, int]
REFUSED = 422


def config() -> Config:
    """Give the settings."""
    settings: Config = current_app.config["MEAL_CIRCLE"]
    return settings


def enter(user: User) -> None:
    """Let this browser be the user from now on: nothing that it kept before stays but the language."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(user)


def known(user_no: str) -> User:
    """Give a user within the viewer's scope.

    Raises: NotFound.
    """
    found = queries.user_numbered(user_no)
    if found is None or not viewer().scope.covers(found.area):
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    return found
