"""Home of the tables of users: who signs in, with which roles, and where."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.access import Actor, Role, Scope
from app.model import Base, Counter, Instant, Sealed, choice
from app.text import text


class User(Base):
    """Someone who signs in (用户). `user_no` (U-12) is what meals and the trail keep, never the name.

    `pin_key` is derived from the PIN that unlocks a tablet; a tablet gets its check value, and a day close is
    signed with the key itself.
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
    area: Mapped[str] = mapped_column(String(12), default="")
    site_code: Mapped[str | None] = mapped_column(String(32), ForeignKey("site.site_code"))
    is_active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    pin_salt: Mapped[str | None] = mapped_column(String(32))
    pin_key: Mapped[str | None] = mapped_column(Sealed("user.pin_key"))
    roles: Mapped[list[UserRole]] = relationship(
        cascade="all, delete-orphan", lazy="selectin", order_by="UserRole.role"
    )

    is_authenticated = True
    is_anonymous = False

    @property
    def scope(self) -> Scope:
        """Give where this person may act."""
        return Scope(self.area, self.site_code)

    @property
    def actor(self) -> Actor:
        """Give this person as one who acts."""
        permissions = frozenset(permission for held in self.roles for permission in held.role.permissions)
        return Actor(self.user_no, permissions, self.scope)

    def get_id(self) -> str:
        """Give what the session keeps: a new password ends the sessions of the old one."""
        return f"{self.id}:{self.password_hash[-16:]}"


class UserRole(Base):
    """One role that a user holds."""

    __tablename__ = "user_role"

    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(choice(Role), primary_key=True)
