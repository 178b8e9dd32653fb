"""Home of what a password must be: long, and none that everybody tries. No kind of sign is demanded. Pure.

`static/password.js` says the same while somebody types, by what `as_told` gives it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from app.errors import DomainError
from app.text import text

MIN_PASSWORD = 12
"""Source: OWASP ASVS 4.0.3, 2.1.1."""

_LIST = Path(__file__).with_name("common_passwords.txt")
_DIFFERENT = 5
_DECORATION = "0123456789!@#$%^&*._-+=~?"
_OF_THIS_PLACE = frozenset({"changsha", "tianxin", "tianxinqu", "laorenshitang", "zhucan", "mealcircle"})
"""What somebody who knows the system would try first."""


@cache
def _common() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))


def as_told() -> Mapping[str, object]:
    """Give these rules as data, for whoever tells somebody what is wrong before it is sent.

    >>> as_told()["least"]
    12
    """
    return {
        "least": MIN_PASSWORD,
        "different": _DIFFERENT,
        "decoration": _DECORATION,
        "tried_first": sorted(_common() | _OF_THIS_PLACE),
    }


def ensure_strong(password: str, *, username: str) -> None:
    """Refuse a password that is too short, much used, or the sign-in name with something around it.

    Signs and digits put around a common password do not make it another.

    Raises: DomainError.
    """
    if len(password) < MIN_PASSWORD:
        raise DomainError(
            text(
                "The password needs at least {count} characters. A sentence that only you know is good.",
                count=MIN_PASSWORD,
            ),
            field="password",
        )
    if _is_plain(password.lower(), username.lower()):
        raise DomainError(text("This password is too easy to guess. Choose another."), field="password")


def _is_plain(password: str, username: str) -> bool:
    core = password.strip(_DECORATION)
    return (
        len(set(password)) < _DIFFERENT
        or (password * 2).find(password, 1) < len(password)  # One piece again and again.
        or username in password
        or bool({password, core} & (_common() | _OF_THIS_PLACE))
    )
