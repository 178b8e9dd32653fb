"""Home of the queries on users, their sessions, and what is asked about their accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Row, Select, func, select, true

from app.auth.models import AccountRequest, RecoveryCode, User, UserSession
from app.extensions import db
from app.roles import Scope


def user_named(username: str) -> User | None:
    """Give the user who signs in under this name."""
    return db.session.execute(select(User).where(User.username == username)).scalar_one_or_none()


def user_of_session(token_hash: str, *, at: datetime) -> User | None:
    """Give the active user whose session it is; None ends the session."""
    return db.session.execute(
        select(User)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == token_hash,
            UserSession.ended_at.is_(None),
            UserSession.ends_at > at,
            User.is_active,
        )
    ).scalar_one_or_none()


def session_of(token_hash: str) -> UserSession | None:
    """Give one session."""
    return db.session.execute(
        select(UserSession).where(UserSession.token_hash == token_hash)
    ).scalar_one_or_none()


def open_sessions(user_id: int, *, at: datetime) -> list[UserSession]:
    """Give a user's sessions that have not ended, the newest first."""
    return list(
        db.session.execute(
            select(UserSession)
            .where(UserSession.user_id == user_id, UserSession.ended_at.is_(None), UserSession.ends_at > at)
            .order_by(UserSession.id.desc())
        ).scalars()
    )


def unused_codes(user_id: int) -> int:
    """Count the recovery codes that a user has left."""
    return db.session.execute(
        select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    ).scalar_one()


def user_numbered(user_no: str) -> User | None:
    """Give the user with this number."""
    return db.session.execute(select(User).where(User.user_no == user_no)).scalar_one_or_none()


def user_for_update(user_no: str) -> User | None:
    """Give the user with this number, locked until the act commits, so that no code is taken twice."""
    return db.session.execute(
        select(User)
        .where(User.user_no == user_no)
        .with_for_update(of=User)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def names_of(user_nos: Collection[str]) -> dict[str, str]:
    """Give the names of these users, by number."""
    rows = db.session.execute(
        select(User.user_no, User.name).where(User.user_no.in_(user_nos)).order_by(User.user_no)
    )
    return {row.user_no: row.name for row in rows}


def users(scope: Scope) -> Select[User]:
    """Select every user of a scope, in the order they were made."""
    within = User.area.startswith(scope.area, autoescape=True) if scope.area else true()
    return select(User).where(within).order_by(User.id)


def last_user_id() -> int:
    """Give the highest id in use, 0 when there is none."""
    return db.session.execute(select(func.coalesce(func.max(User.id), 0))).scalar_one()


def people_of(site_code: str) -> list[User]:
    """Give the active users who work at this one site, in the order they were made."""
    return list(
        db.session.execute(
            select(User).where(User.site_code == site_code, User.is_active).order_by(User.id)
        ).scalars()
    )


def requests_in(scope: Scope, *, is_open: bool) -> Select[AccountRequest]:
    """Select what is asked about a scope's accounts: what waits (oldest first), or is decided."""
    within = User.area.startswith(scope.area, autoescape=True) if scope.area else true()
    asked = select(AccountRequest).join(AccountRequest.user).where(within)
    if is_open:
        return asked.where(AccountRequest.outcome.is_(None)).order_by(AccountRequest.id)
    return asked.where(AccountRequest.outcome.is_not(None)).order_by(AccountRequest.id.desc())


def requests_waiting(scope: Scope) -> int:
    """Count what waits for a second person."""
    waiting = requests_in(scope, is_open=True).order_by(None).subquery()
    return db.session.execute(select(func.count()).select_from(waiting)).scalar_one()


def request_for_update(request_id: int) -> AccountRequest | None:
    """Give one request, locked until the act commits."""
    return db.session.execute(
        select(AccountRequest)
        .where(AccountRequest.id == request_id)
        .with_for_update(of=AccountRequest)
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()


def acts_waiting(user_ids: Collection[int]) -> dict[int, list[AccountRequest]]:
    """Give what waits about these users, by their id."""
    rows = db.session.execute(
        select(AccountRequest)
        .where(AccountRequest.user_id.in_(user_ids), AccountRequest.outcome.is_(None))
        .order_by(AccountRequest.id)
    ).scalars()
    found: dict[int, list[AccountRequest]] = {}
    for row in rows:
        found.setdefault(row.user_id, []).append(row)
    return found


def recovery_code(user_id: int, code_hash: str) -> RecoveryCode | None:
    """Give one recovery code that is not used yet."""
    return db.session.execute(
        select(RecoveryCode).where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
    ).scalar_one_or_none()


def pending_factor(user_id: int) -> Row[str | None, datetime | None]:
    """Give the secret that no code has proven yet, and since when it waits."""
    return db.session.execute(
        select(User.factor_pending, User.factor_pending_at).where(User.id == user_id)
    ).one()
