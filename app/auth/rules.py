"""Home of what is decided about users: passwords, and roles that one person may not hold together. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from app.access import Role
from app.errors import DomainError
from app.text import text

MIN_PASSWORD = 10
_APART = (
    frozenset({Role.FINANCE, Role.DISTRICT_OFFICER}),
    frozenset({Role.FINANCE, Role.STREET_REVIEWER}),
    frozenset({Role.FINANCE, Role.SITE_STAFF}),
    frozenset({Role.DISTRICT_OFFICER, Role.STREET_REVIEWER}),
    frozenset({Role.DISTRICT_OFFICER, Role.SITE_STAFF}),
    frozenset({Role.STREET_REVIEWER, Role.SITE_STAFF}),
)


@dataclass(frozen=True, slots=True)
class NewUser:
    """What is needed to let a person in; `area` is a code prefix, `site_code` narrows to one site."""

    username: str
    name: str
    password: str
    roles: frozenset[Role]
    area: str
    site_code: str | None


def ensure_separate(roles: Collection[Role]) -> None:
    """Refuse roles that would let one person check their own work.

    An auditor and an administrator hold no other role.

    Raises: DomainError.
    """
    held = frozenset(roles)
    alone = held & {Role.AUDITOR, Role.ADMINISTRATOR}
    if (alone and len(held) > 1) or any(pair <= held for pair in _APART):
        raise DomainError(
            text("These roles check each other, so one person may not hold them together. Make two users."),
            field="roles",
        )
    if not held:
        raise DomainError(text("Choose at least one role."), field="roles")
    if Role.SITE_STAFF in held and len(held) > 1:
        raise DomainError(text("Site staff hold no other role. Make two users."), field="roles")


def ensure_strong(password: str, *, username: str) -> None:
    """Refuse a password that is too short, too plain, or the sign-in name itself.

    Raises: DomainError.
    """
    if len(password) < MIN_PASSWORD:
        raise DomainError(
            text("The password needs at least {count} characters.", count=MIN_PASSWORD), field="password"
        )
    if len(set(password)) < 5 or username.lower() in password.lower():  # noqa: PLR2004 - aaaaaabbbb and the like
        raise DomainError(text("This password is too easy to guess. Choose another."), field="password")
