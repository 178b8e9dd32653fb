"""Home of the tables of users: who signs in, with which roles and where, and what is asked about them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.auth.rules import Act, Outcome, needs_second_factor
from app.model import Base, Counter, Instant, Sealed, choice
from app.roles import Actor, Role, Scope
from app.text import text


class User(Base):
    """Someone who signs in (用户). `user_no` (U-12) is what meals and the trail keep, never the name.

    `pin_key` is derived from the PIN that unlocks a tablet; a tablet gets its check value, and a day close is
    signed with the key itself. `password_until` stands while an administrator knows the password: it ends
    then, and its owner chooses another first of all. `factor_secret` is the second factor's; `factor_step`
    the last half minute whose code was taken; `factor_pending` a secret that no code has proven yet;
    `left_at` when somebody was off-boarded, for good.
    """

    __tablename__ = "user"
    __table_args__ = (
        UniqueConstraint(
            "username",
            info={"message": text("This sign-in name is taken. Choose another."), "field": "username"},
        ),
        UniqueConstraint("user_no"),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    user_no: Mapped[str] = mapped_column(String(16))
    username: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(64))
    password_hash: Mapped[str] = mapped_column(String(256))
    password_until: Mapped[datetime | None] = mapped_column(Instant)
    area: Mapped[str] = mapped_column(String(12), default="")
    site_code: Mapped[str | None] = mapped_column(String(32), ForeignKey("site.site_code"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    left_at: Mapped[datetime | None] = mapped_column(Instant)
    pin_salt: Mapped[str | None] = mapped_column(String(32))
    pin_key: Mapped[str | None] = mapped_column(Sealed("user.pin_key"))
    factor_secret: Mapped[str | None] = mapped_column(Sealed("user.factor_secret"), deferred=True)
    factor_proven_at: Mapped[datetime | None] = mapped_column(Instant)
    factor_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    factor_pending: Mapped[str | None] = mapped_column(Sealed("user.factor_pending"), deferred=True)
    factor_pending_at: Mapped[datetime | None] = mapped_column(Instant)
    roles: Mapped[list[UserRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="UserRole.role"
    )

    is_authenticated = True
    is_anonymous = False
    session_token = ""

    @property
    def scope(self) -> Scope:
        """Give where this person may act."""
        return Scope(self.area, self.site_code)

    @property
    def role_set(self) -> frozenset[Role]:
        """Give what this person is here for."""
        return frozenset(held.role for held in self.roles)

    @property
    def has_factor(self) -> bool:
        """Tell whether a second factor stands."""
        return self.factor_proven_at is not None

    @property
    def lacks_factor(self) -> bool:
        """Tell whether somebody who administers, pays or approves has no second factor yet."""
        return not self.has_factor and needs_second_factor(self.role_set)

    @property
    def actor(self) -> Actor:
        """Give this person as one who acts."""
        permissions = frozenset(permission for held in self.roles for permission in held.role.permissions)
        return Actor(self.user_no, permissions, self.scope)

    def get_id(self) -> str:
        """Give what the browser's cookie keeps: the token of a session that has begun."""
        return self.session_token


class UserRole(Base):
    """One role that a user holds."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)


class UserSession(Base):
    """One sign-in, until it is ended, or `ends_at` at the latest; only the token's hash is kept."""

    __tablename__ = "user_session"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    began_at: Mapped[datetime] = mapped_column(Instant)
    ends_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class RecoveryCode(Base):
    """One code on paper in place of a lost phone, taken once; only its hash is kept."""

    __tablename__ = "recovery_code"
    __table_args__ = (UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    code_hash: Mapped[str] = mapped_column(String(64))
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class AccountRequest(Base):
    """What one administrator asks for about an account, and what a second person decided.

    `detail` is JSON: the roles and the scope asked for. `password_hash` waits here until it is confirmed.
    """

    __tablename__ = "account_request"
    __table_args__ = (
        Index(
            "uq_account_request_open",
            "user_id",
            "act",
            unique=True,
            sqlite_where=sql("outcome is null"),
            postgresql_where=sql("outcome is null"),
            info={"message": text("This is asked for already and waits for a second person.")},
        ),
        CheckConstraint(
            "(outcome is null) = (decided_at is null) and (outcome is null) = (decided_by is null)",
            name="decided_by_somebody",
        ),
        CheckConstraint(
            "outcome is null or outcome = 'withdrawn' or decided_by <> asked_by", name="second_person"
        ),
    )

    id: Mapped[int] = mapped_column(Counter, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    act: Mapped[Act] = mapped_column(choice(Act))
    detail: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(String(256))
    reason: Mapped[str] = mapped_column(String(200))
    asked_by: Mapped[str] = mapped_column(String(16))
    asked_at: Mapped[datetime] = mapped_column(Instant)
    outcome: Mapped[Outcome | None] = mapped_column(choice(Outcome))
    decided_by: Mapped[str | None] = mapped_column(String(16))
    decided_at: Mapped[datetime | None] = mapped_column(Instant)
    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)
