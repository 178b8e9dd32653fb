"""Home of the second factor: one-time codes of an app, and codes on paper for when the phone is lost. Pure.

Source: RFC 6238 (30 seconds, six digits, SHA-1, as every authenticator app has it); OWASP ASVS 4.0.3, 2.6
and 2.8.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from app.roles import Role

RECOVERY_CODES = 10
PENDING_MINUTES = 15
"""How long a new factor waits for the code that proves it."""

_STEP_SECONDS = 30
_DIGITS = 6
_DRIFT_STEPS = 1
_SECRET_BYTES = 20
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # No sign that is read as another.
_LENGTH = 16
_CODE = re.compile(r"[0-9]{6}")
_NEED_IT = frozenset(
    {
        Role.ADMINISTRATOR,
        Role.SECURITY_ADMINISTRATOR,
        Role.AUDIT_ADMINISTRATOR,
        Role.FINANCE,
        Role.DISTRICT_OFFICER,
        Role.STREET_REVIEWER,
    }
)


def needs_second_factor(roles: Collection[Role]) -> bool:
    """Tell whether somebody with these roles lets people in, pays, or approves what is paid."""
    return bool(_NEED_IT & frozenset(roles))


def new_secret() -> str:
    """Give a new secret of 160 bits as base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def enrolment_address(secret: str, *, username: str, issuer: str) -> str:
    """Give the address that an authenticator app reads from a QR code.

    >>> enrolment_address("ABC", username="li", issuer="Meals")
    'otpauth://totp/Meals:li?secret=ABC&issuer=Meals'
    """
    asked = urlencode({"secret": secret, "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer)}:{quote(username)}?{asked}"


def step_of(secret: str, code: str, *, at: datetime, after: int) -> int | None:
    """Give the half minute whose code was typed, one early or late at most; None when it is none of them.

    Only steps later than `after`, the last that was taken, count: no code is ever taken twice.
    """
    code = code.replace(" ", "")
    if not _CODE.fullmatch(code):
        return None
    hotp = HOTP(base64.b32decode(secret), _DIGITS, SHA1())  # noqa: S303 - inside an HMAC, and what apps know
    now = int(at.timestamp()) // _STEP_SECONDS
    fitting = [
        step
        for step in range(now - _DRIFT_STEPS, now + _DRIFT_STEPS + 1)
        if hmac.compare_digest(hotp.generate(step), code.encode()) and step > after
    ]
    return fitting[0] if fitting else None


def is_one_time_code(typed: str) -> bool:
    """Tell a code of the app from one on paper.

    >>> is_one_time_code("123 456"), is_one_time_code("ABCD-EFGH-JKMN-PQRS")
    (True, False)
    """
    return bool(_CODE.fullmatch(typed.replace(" ", "")))


def new_recovery_code() -> str:
    """Give a code for paper: 78 bits in four groups."""
    drawn = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    return "-".join(drawn[start : start + 4] for start in range(0, _LENGTH, 4))


def code_hash(typed: str, *, user_no: str) -> str:
    """Give what is kept of a recovery code; how it is typed makes no difference.

    >>> code_hash("abcd efgh", user_no="U-1") == code_hash("ABCD-EFGH", user_no="U-1")
    True
    """
    plain = re.sub(r"[\s-]", "", typed).upper()
    return hashlib.sha256(f"recovery/1\0{user_no}\0{plain}".encode()).hexdigest()
