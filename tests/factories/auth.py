"""Makers of users."""

from __future__ import annotations

from datetime import UTC, datetime

from app.auth import queries, service
from app.auth.models import User, UserRole
from app.extensions import db
from app.roles import Role
from app.transaction import transaction

PASSWORD = "a-long-enough-password"
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def user(*roles: Role, area: str = "430103", site_code: str | None = None, username: str = "") -> User:
    """Make a user with these roles who signs in with PASSWORD; they stand for the whole district."""
    with transaction():
        number = queries.last_user_id() + 1
        made = User(
            user_no=f"U-{number}",
            username=username or f"{roles[0].value}-{number}",
            name="测试员",
            password_hash=service.hasher().hash(PASSWORD),
            area=area,
            site_code=site_code,
            is_active=True,
            created_at=LONG_AGO,
            roles=[UserRole(role=role) for role in roles],
        )
        db.session.add(made)
    return made
