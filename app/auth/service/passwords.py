"""Home of passwords and PINs: checked, set, and changed by their owner."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.audit import service as audit
from app.auth import queries
from app.auth.models import User
from app.auth.rules import ensure_pin, ensure_strong, pin_key
from app.auth.service.sessions import end_everywhere
from app.errors import DomainError, NotAllowed, NotFound
from app.roles import COMMAND, Actor
from app.text import text

PASSED_ON_FOR = timedelta(days=3)
"""How long a password holds that an administrator knows."""


@cache
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def hasher() -> PasswordHasher:
    """Give argon2id as the configuration wants it."""
    config = current_app.config["MEAL_CIRCLE"]
    return _hasher(config.argon2_time_cost, config.argon2_memory_kib)


def known(user_no: str) -> User:
    """Give a user.

    Raises: NotFound.
    """
    user = queries.user_numbered(user_no)
    if user is None:
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    return user


def user_called(username: str) -> User:
    """Give the user who signs in under this name.

    Raises: NotFound.
    """
    user = queries.user_named(username)
    if user is None:
        raise NotFound(text("Nobody signs in as “{username}”.", username=username))
    return user


def is_password_of(user: User, password: str) -> bool:
    """Tell whether this is the user's password."""
    try:
        return hasher().verify(user.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def own_account(password: str, *, by: Actor) -> User:
    """Give one's own account; the password shows that nobody else sits at the open page.

    Raises: DomainError for a wrong password.
    """
    user = queries.user_for_update(by.user_no)
    if user is None or not is_password_of(user, password):
        raise DomainError(text("The password is wrong. Type it again."), field="password")
    return user


def set_password(user_no: str, password: str, *, by: Actor, at: datetime) -> User:
    """Give a user a new password; their open sessions end at once.

    Raises: NotFound; DomainError for a weak password.
    """
    user = known(user_no)
    ensure_strong(password, username=user.username)
    give_password(user, hasher().hash(password), by=by, at=at)
    return user


def give_password(user: User, password_hash: str, *, by: Actor, at: datetime) -> None:
    """Give a user the password of this hash. Whoever gave it knows it, so it must be changed soon."""
    user.password_hash = password_hash
    user.password_until = at + PASSED_ON_FOR
    end_everywhere(user, at=at)
    audit.record("user.password_set", f"user:{user.user_no}", by=by, at=at)


def change_password(password: str, new: str, *, by: Actor, at: datetime) -> User:
    """Change one's own password; sessions elsewhere end at once, this one too.

    Raises: DomainError for a wrong password, a weak new one, or the old one again.
    """
    user = own_account(password, by=by)
    try:
        ensure_strong(new, username=user.username)
    except DomainError as error:
        raise DomainError(error.message, field="new") from error
    if new == password:
        raise DomainError(text("This is the password you have. Choose another."), field="new")
    user.password_hash = hasher().hash(new)
    user.password_until = None
    end_everywhere(user, at=at)
    audit.record("user.password_changed", f"user:{user.user_no}", by=by, at=at)
    return user


def set_pin(user_no: str, pin: str, *, by: Actor, at: datetime) -> User:
    """Set the PIN with which a person unlocks a tablet and signs a day close.

    Raises: NotFound; DomainError for a PIN that is none or too plain; NotAllowed for another's.
    """
    user = known(user_no)
    if by.user_no not in (user_no, COMMAND.user_no):
        raise NotAllowed(text("Only you can set your PIN: whoever knows it can sign as you."))
    ensure_pin(pin)
    salt = secrets.token_bytes(16)
    user.pin_salt = base64.b64encode(salt).decode()
    user.pin_key = pin_key(pin, salt).hex()
    audit.record("user.pin_set", f"user:{user_no}", by=by, at=at)
    return user


def set_own_pin(password: str, pin: str, *, by: Actor, at: datetime) -> User:
    """Set one's own PIN.

    Raises: DomainError for a wrong password, and as `set_pin`.
    """
    own_account(password, by=by)
    return set_pin(by.user_no, pin, by=by, at=at)
