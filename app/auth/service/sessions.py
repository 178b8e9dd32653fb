"""Home of sessions: how a sign-in begins, and how it is ended here or everywhere."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update

from app.audit import service as audit
from app.auth import queries
from app.auth.models import RecoveryCode, User, UserSession
from app.extensions import db
from app.roles import Actor


def token_hash(token: str) -> str:
    """Give what is kept of a session's token, which the browser alone holds."""
    return hashlib.sha256(token.encode()).hexdigest()


def begin_session(user: User, *, lasts_minutes: int, at: datetime) -> str:
    """Begin a session of a user who has shown who they are; give its token."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        UserSession(
            user_id=user.id,
            token_hash=token_hash(token),
            began_at=at,
            ends_at=at + timedelta(minutes=lasts_minutes),
        )
    )
    user.session_token = token
    audit.record("user.signed_in", f"user:{user.user_no}", by=user.actor, at=at)
    return token


def end_session(token: str, *, by: Actor, at: datetime) -> None:
    """End the session of this token, wherever else its cookie may have been copied to."""
    session = queries.session_of(token_hash(token))
    if session is not None and session.ended_at is None:
        session.ended_at = at
        audit.record("user.signed_out", f"user:{by.user_no}", by=by, at=at)


def end_other_sessions(token: str, *, by: Actor, at: datetime) -> int:
    """End one's own sessions but the one of this token; give how many there were."""
    user = queries.user_numbered(by.user_no)
    if user is None:
        return 0
    kept = token_hash(token)
    others = [each for each in queries.open_sessions(user.id, at=at) if each.token_hash != kept]
    for session in others:
        session.ended_at = at
    if others:
        detail = {"sessions": len(others)}
        audit.record("user.sessions_ended", f"user:{by.user_no}", by=by, at=at, detail=detail)
    return len(others)


def end_everywhere(user: User, *, at: datetime) -> None:
    """End every session of a user: whatever they could do until now, they sign in for anew."""
    db.session.execute(
        update(UserSession)
        .where(UserSession.user_id == user.id, UserSession.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )


def forget_factor(user: User) -> None:
    """Take a user's second factor and recovery codes off."""
    user.factor_secret = user.factor_pending = None
    user.factor_proven_at = user.factor_pending_at = None
    forget_recovery_codes(user)


def forget_recovery_codes(user: User) -> None:
    """Take away the codes on paper."""
    db.session.execute(
        delete(RecoveryCode)
        .where(RecoveryCode.user_id == user.id)
        .execution_options(synchronize_session=False)
    )
