"""Home of signing in: the first step, by name and password."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.audit import service as audit
from app.auth import queries
from app.auth.models import User
from app.auth.service.passwords import hasher
from app.errors import DomainError
from app.roles import Actor
from app.text import text

NOBODY = Actor("nobody")
"""Who acts before anybody has shown who they are."""


@cache
def _nobodys_hash(password_hasher: PasswordHasher) -> str:
    """Give a hash to check against when the name is unknown, so that both answers take as long."""
    return password_hasher.hash("nobody's password")


def sign_in(username: str, password: str, *, at: datetime) -> User:
    """Give the active user with this name and password.

    Raises: DomainError, the same for an unknown name, a wrong password, one that was passed on too long ago,
    and a user who was shut out.
    """
    user = queries.user_named(username)
    password_hasher = hasher()
    try:
        password_hasher.verify(user.password_hash if user else _nobodys_hash(password_hasher), password)
    except (VerificationError, InvalidHashError):
        user = None
    if user is None or not user.is_active or (user.password_until or at) < at:
        raise DomainError(text("Name or password is wrong. Try again, or ask your administrator."))
    if password_hasher.check_needs_rehash(user.password_hash):
        user.password_hash = password_hasher.hash(password)
    return user


def note_refusal(username: str, *, step: str, at: datetime) -> None:
    """Write down that somebody was not let in; an unknown name takes as long, and is not kept."""
    user = queries.user_named(username)
    subject = "user:unknown" if user is None else f"user:{user.user_no}"
    audit.record("user.sign_in_refused", subject, by=NOBODY, at=at, detail={"step": step})
