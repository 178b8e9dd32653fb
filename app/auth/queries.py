"""Home of the queries on users."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Select, func, select

from app.auth.models import User
from app.extensions import db


def user_named(username: str) -> User | None:
    """Give the user who signs in under this name."""
    return db.session.execute(select(User).where(User.username == username)).scalar_one_or_none()


def user_of_session(session_id: str) -> User | None:
    """Give the active user whom a session names; None ends the session."""
    number, _, _ = session_id.partition(":")
    user = db.session.get(User, int(number)) if number.isdigit() else None
    return user if user is not None and user.is_active and user.get_id() == session_id else None


def user_numbered(user_no: str) -> User | None:
    """Give the user with this number."""
    return db.session.execute(select(User).where(User.user_no == user_no)).scalar_one_or_none()


def names_of(user_nos: Collection[str]) -> dict[str, str]:
    """Give the names of these users, by number."""
    rows = db.session.execute(
        select(User.user_no, User.name).where(User.user_no.in_(user_nos)).order_by(User.user_no)
    )
    return {row.user_no: row.name for row in rows}


def users() -> Select[User]:
    """Select every user, in the order they were made."""
    return select(User).order_by(User.id)


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
