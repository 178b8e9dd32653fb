"""Home of the phone that tests hold in their hand: it shows the codes that an authenticator app would."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from datetime import datetime


def shown(secret: str, at: datetime) -> str:
    """Give the six digits of an instant, written after RFC 6238 without looking at the house's own way."""
    step = struct.pack(">Q", int(at.timestamp()) // 30)
    digest = hmac.new(base64.b32decode(secret.replace(" ", "")), step, hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
