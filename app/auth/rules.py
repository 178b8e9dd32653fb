"""Home of what is decided about users: passwords, PINs, roles that check each other. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass

from app.access import Role
from app.errors import DomainError
from app.text import text

MIN_PASSWORD = 10
PIN_ITERATIONS = 100_000
"""Rounds of PBKDF2 for a PIN: half a second on an old tablet, which has to do the same."""

_PIN = re.compile(r"[0-9]{4,6}")
_RUNS = "01234567890", "09876543210"
_APART = (
    frozenset({Role.FINANCE, Role.DISTRICT_OFFICER}),
    frozenset({Role.FINANCE, Role.STREET_REVIEWER}),
    frozenset({Role.FINANCE, Role.SITE_STAFF}),
    frozenset({Role.DISTRICT_OFFICER, Role.STREET_REVIEWER}),
    frozenset({Role.DISTRICT_OFFICER, Role.SITE_STAFF}),
    frozenset({Role.STREET_REVIEWER, Role.SITE_STAFF}),
)
_OF_A_SITE = frozenset({Role.SITE_STAFF, Role.SITE_MANAGER})


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
    if held & _OF_A_SITE and len(held) > 1:
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


def ensure_pin(pin: str) -> None:
    """Refuse a PIN that is none, or that everybody would try first.

    Raises: DomainError.
    """
    if not _PIN.fullmatch(pin):
        raise DomainError(text("A PIN has 4 to 6 digits."), field="pin")
    if len(set(pin)) == 1 or any(pin in run for run in _RUNS):
        raise DomainError(text("This PIN is too easy to guess. Choose another."), field="pin")


def pin_key(pin: str, salt: bytes) -> bytes:
    """Give the key of 32 bytes that a PIN derives; a tablet derives the same from what is typed."""
    return hashlib.pbkdf2_hmac("sha256", pin.encode(), salt, PIN_ITERATIONS, 32)


def pin_check(key: bytes) -> str:
    """Give what a tablet compares a typed PIN with; it does not give the key away."""
    return hashlib.sha256(b"check" + key).hexdigest()


def runs_a_site(roles: Collection[Role]) -> bool:
    """Tell whether somebody with these roles works at one site, and so needs one."""
    return bool(_OF_A_SITE & frozenset(roles))
