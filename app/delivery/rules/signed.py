"""Home of signed links: what stands behind the # of a link that opens something without an account. Pure."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

_TOKEN = re.compile(r"([A-Za-z0-9_-]{22})([0-9a-f]{32})")


def token_of(number: UUID, signature: str) -> str:
    """Give what a link carries behind its #: its number and our signature, and nothing of anybody.

    >>> token_of(UUID(int=7), "0" * 32)
    'AAAAAAAAAAAAAAAAAAAABw00000000000000000000000000000000'
    """
    return urlsafe_b64encode(number.bytes).decode().rstrip("=") + signature


def read_token(written: str) -> tuple[UUID, str] | None:
    """Give the number and the signature that a token carries; None for what is no token.

    >>> read_token(token_of(UUID(int=7), "0" * 32)) == (UUID(int=7), "0" * 32)
    True
    >>> read_token("王秀兰") is None
    True
    """
    match = _TOKEN.fullmatch(written)
    return None if match is None else (UUID(bytes=urlsafe_b64decode(match[1] + "==")), match[2])
