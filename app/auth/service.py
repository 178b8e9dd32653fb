"""Home of the verbs on users: sign in, let in, shut out."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app

from app.access import COMMAND, Actor
from app.audit import service as audit
from app.auth import queries
from app.auth.models import User, UserRole
from app.auth.rules import NewUser, ensure_pin, ensure_separate, ensure_strong, pin_key, runs_a_site
from app.errors import DomainError, NotAllowed, NotFound
from app.extensions import db
from app.text import text


@cache
def _hasher(time_cost: int, memory_kib: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost, memory_cost=memory_kib, parallelism=1)


def hasher() -> PasswordHasher:
    """Give argon2id as the configuration wants it."""
    config = current_app.config["MEAL_CIRCLE"]
    return _hasher(config.argon2_time_cost, config.argon2_memory_kib)


@cache
def _nobody(password_hasher: PasswordHasher) -> str:
    """Give a hash to check against when the name is unknown, so that both answers take as long."""
    return password_hasher.hash("nobody's password")


def sign_in(username: str, password: str, *, at: datetime) -> User:
    """Give the active user with this name and password, and write the trail.

    Raises: DomainError, the same for an unknown name, a wrong password and a user who was shut out.
    """
    user = queries.user_named(username)
    password_hasher = hasher()
    try:
        password_hasher.verify(user.password_hash if user else _nobody(password_hasher), password)
    except (VerificationError, InvalidHashError):
        user = None
    if user is None or not user.is_active:
        raise DomainError(text("Name or password is wrong. Try again, or ask your administrator."))
    audit.record("user.signed_in", f"user:{user.user_no}", by=user.actor, at=at)
    return user


def let_in(new: NewUser, *, by: Actor, at: datetime) -> User:
    """Make a user.

    Raises: DomainError for a weak password or roles that check each other; Conflict for a taken name.
    """
    ensure_separate(new.roles)
    ensure_strong(new.password, username=new.username)
    if new.site_code is None and runs_a_site(new.roles):
        raise DomainError(text("Site staff need a site. Choose it."), field="site_code")
    user = User(
        user_no=f"U-{queries.last_user_id() + 1}",
        username=new.username,
        name=new.name,
        password_hash=hasher().hash(new.password),
        area=new.area,
        site_code=new.site_code,
        is_active=True,
        created_at=at,
        roles=[UserRole(role=role) for role in sorted(new.roles)],
    )
    db.session.add(user)
    db.session.flush()
    detail = {"roles": sorted(new.roles), "area": new.area, "site": new.site_code}
    audit.record("user.let_in", f"user:{user.user_no}", by=by, at=at, detail=detail)
    return user


def set_active(user_no: str, *, active: bool, by: Actor, at: datetime) -> User:
    """Shut a user out, or let them in again; their open sessions end at once.

    Raises: NotFound; DomainError for shutting oneself out.
    """
    user = queries.user_numbered(user_no)
    if user is None:
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    if user.user_no == by.user_no:
        raise DomainError(text("You cannot shut yourself out. Ask another administrator."))
    user.is_active = active
    audit.record("user.let_in_again" if active else "user.shut_out", f"user:{user_no}", by=by, at=at)
    return user


def set_password(user_no: str, password: str, *, by: Actor, at: datetime) -> User:
    """Give a user a new password; their open sessions end at once.

    Raises: NotFound; DomainError for a weak password.
    """
    user = queries.user_numbered(user_no)
    if user is None:
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    ensure_strong(password, username=user.username)
    user.password_hash = hasher().hash(password)
    audit.record("user.password_set", f"user:{user_no}", by=by, at=at)
    return user


def set_pin(user_no: str, pin: str, *, by: Actor, at: datetime) -> User:
    """Set the PIN with which a person unlocks a tablet and signs a day close.

    Raises: NotFound; DomainError for a PIN that is none or too plain; NotAllowed for another's.
    """
    user = queries.user_numbered(user_no)
    if user is None:
        raise NotFound(text("There is no user {user_no}.", user_no=user_no))
    if by.user_no not in (user_no, COMMAND.user_no):
        raise NotAllowed(text("Only you can set your PIN: whoever knows it can sign as you."))
    ensure_pin(pin)
    _keep_pin(user, pin)
    audit.record("user.pin_set", f"user:{user_no}", by=by, at=at)
    return user


def set_own_pin(password: str, pin: str, *, by: Actor, at: datetime) -> User:
    """Set one's own PIN; the password shows that nobody else sits at the open page.

    Raises: DomainError for a wrong password, and as `set_pin`.
    """
    user = queries.user_numbered(by.user_no)
    if user is None or not _is_password_of(user, password):
        raise DomainError(text("The password is wrong. Type it again."), field="password")
    return set_pin(by.user_no, pin, by=by, at=at)


def _keep_pin(user: User, pin: str) -> None:
    salt = secrets.token_bytes(16)
    user.pin_salt = base64.b64encode(salt).decode()
    user.pin_key = pin_key(pin, salt).hex()


def _is_password_of(user: User, password: str) -> bool:
    try:
        return hasher().verify(user.password_hash, password)
    except (VerificationError, InvalidHashError):
        return False
