"""Home of the PINs that unlock tablets. Pure."""

from __future__ import annotations

import hashlib
import re

from app.errors import DomainError
from app.text import text

PIN_ITERATIONS = 100_000
"""Rounds of PBKDF2 for a PIN: half a second on an old tablet, which has to do the same."""

_PIN = re.compile(r"[0-9]{4,6}")
_RUNS = "01234567890", "09876543210"


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
