"""Home of the second factor: set up, proven, asked for, and its codes on paper."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.audit import service as audit
from app.auth import queries
from app.auth.models import RecoveryCode, User
from app.auth.rules import RECOVERY_CODES, code_hash, is_one_time_code, new_recovery_code, new_secret, step_of
from app.auth.rules.factor import PENDING_MINUTES
from app.auth.service.passwords import own_account
from app.auth.service.sessions import end_everywhere, forget_recovery_codes
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import Actor
from app.text import text


def begin_factor(password: str, code: str, *, by: Actor, at: datetime) -> User:
    """Make a new secret that waits for the code that proves it; the factor that stands holds until then.

    Raises: DomainError for a wrong password, or a wrong code of the factor that stands.
    """
    user = own_account(password, by=by)
    if user.has_factor:
        take_code(user, code, by=by, at=at)
    offer_factor(user, at=at)
    return user


def offer_factor(user: User, *, at: datetime) -> None:
    """Let a new secret wait for its code."""
    user.factor_pending, user.factor_pending_at = new_secret(), at


def prove_factor(code: str, *, by: Actor, at: datetime) -> tuple[User, list[str]]:
    """Let the waiting secret be the second factor; give the new recovery codes, which are shown only now.

    Every session ends: who had come in without it comes in with it.

    Raises: DomainError for a wrong code, or when nothing waits any more.
    """
    user = queries.user_for_update(by.user_no)
    if user is None:
        raise NotFound(text("There is no user {user_no}.", user_no=by.user_no))
    since = user.factor_pending_at
    if user.factor_pending is None or since is None or since + timedelta(minutes=PENDING_MINUTES) < at:
        raise DomainError(text("This picture is too old. Begin again."))
    step = step_of(user.factor_pending, code, at=at, after=0)
    if step is None:
        raise DomainError(_WRONG_CODE, field="code")
    user.factor_secret, user.factor_proven_at, user.factor_step = user.factor_pending, at, step
    user.factor_pending = user.factor_pending_at = None
    end_everywhere(user, at=at)
    audit.record("user.factor_set", f"user:{user.user_no}", by=by, at=at)
    return user, _new_codes(user)


def renew_recovery_codes(password: str, code: str, *, by: Actor, at: datetime) -> list[str]:
    """Give new codes for paper; the old ones hold no more.

    Raises: DomainError for a wrong password or code, or without a second factor.
    """
    user = own_account(password, by=by)
    if not user.has_factor:
        raise DomainError(text("Set up the second step first."))
    take_code(user, code, by=by, at=at)
    audit.record("user.recovery_codes_made", f"user:{user.user_no}", by=by, at=at)
    return _new_codes(user)


def check_second_step(user_no: str, code: str, *, at: datetime) -> User:
    """Give the active user whose code of the app or of the paper this is; either is taken once.

    Raises: DomainError.
    """
    user = queries.user_for_update(user_no)
    if user is None or not user.is_active:
        raise DomainError(_WRONG_CODE, field="code")
    take_code(user, code, by=user.actor, at=at)
    return user


def take_code(user: User, code: str, *, by: Actor, at: datetime) -> None:
    """Take a code of the factor that stands, or one on paper; the same one is never taken again.

    Raises: DomainError.
    """
    if is_one_time_code(code):
        step = (
            step_of(user.factor_secret, code, at=at, after=user.factor_step) if user.factor_secret else None
        )
        if step is None:
            raise DomainError(_WRONG_CODE, field="code")
        user.factor_step = step
        return
    kept = queries.recovery_code(user.id, code_hash(code, user_no=user.user_no))
    if kept is None:
        raise DomainError(_WRONG_CODE, field="code")
    kept.used_at = at
    db.session.flush()
    detail = {"left": queries.unused_codes(user.id)}
    audit.record("user.recovery_code_used", f"user:{user.user_no}", by=by, at=at, detail=detail)


def _new_codes(user: User) -> list[str]:
    forget_recovery_codes(user)
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.session.add_all(
        RecoveryCode(user_id=user.id, code_hash=code_hash(each, user_no=user.user_no)) for each in codes
    )
    return codes


_WRONG_CODE = text(
    "This code is wrong or was taken already. Wait for the next one; if the phone's clock is wrong, set it."
)
