"""Home of what a tablet proves itself with: a code used once, then a token; and of the PINs of its people."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping

from app.sheet.cells import half_width

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a code is written with: nothing that is easily read as something else."""

CODE_LENGTH = 8
CODE_MINUTES = 30
"""How long a code may be used."""

_SPARE = re.compile(r"[\s-]+")


def written_code(code: str) -> str:
    """Give a code as it is shown.

    >>> written_code("K7M29QXT")
    'K7M2-9QXT'
    """
    return f"{code[:4]}-{code[4:]}"


def typed_code(typed: str) -> str:
    """Give a code as it was meant, however it was typed.

    >>> typed_code(" k7m2 9qxt")
    'K7M29QXT'
    """
    return _SPARE.sub("", half_width(typed)).upper()


def digest(secret: str) -> str:
    """Give what is kept of a code or a token: both are random and long enough for one plain hash.

    >>> digest("K7M29QXT")[:8]
    'f0f17f2e'
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def canonical_close(close: Mapping[str, object]) -> bytes:
    """Give a day close as it is signed: sorted keys, no spaces, UTF-8, without the signature.

    >>> canonical_close({"sitting": "lunch", "id": "x", "signature": "00"})
    b'{"id":"x","sitting":"lunch"}'
    """
    signed = {key: value for key, value in close.items() if key != "signature"}
    return json.dumps(signed, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def signature(key: bytes, close: Mapping[str, object]) -> str:
    """Give the signature of a day close under the key that a PIN derives."""
    return hmac.digest(key, canonical_close(close), "sha256").hex()
