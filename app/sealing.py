"""Home of sealing: personal numbers encrypted at rest, and found again through a keyed index."""

from __future__ import annotations

import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"\x01"
_NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The sealed bytes were changed, or sealed with another key."""


class Keyring:
    """AES-GCM for sealing and HMAC-SHA256 for looking up, both derived from one key of 32 bytes.

    `context` names what is sealed (`resident.identity_number`), so that sealed bytes moved to another
    column no longer open.
    """

    def __init__(self) -> None:
        """Start without a key; `load` gives it one."""
        self._cipher: AESGCM | None = None
        self._index_key = b""

    def load(self, key: bytes) -> None:
        """Take the key of 32 bytes that the configuration gives."""
        self._cipher = AESGCM(hmac.digest(key, b"seal/1", "sha256"))
        self._index_key = hmac.digest(key, b"index/1", "sha256")

    def seal(self, plain: str, *, context: str) -> bytes:
        """Encrypt a text; each call gives other bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._loaded().encrypt(nonce, plain.encode(), context.encode())

    def unseal(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` gave.

        Raises: CannotUnseal when the bytes were changed or the key is another.
        """
        nonce, body = sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        try:
            return self._loaded().decrypt(nonce, body, context.encode()).decode()
        except (InvalidTag, ValueError) as error:
            msg = f"{context} cannot be unsealed: it was altered, or sealed with another SEALING_KEY"
            raise CannotUnseal(msg) from error

    def index(self, plain: str, *, context: str) -> str:
        """Give the same 32 hexadecimal digits for the same text, telling nothing without the key."""
        self._loaded()
        message = context.encode() + b"\0" + plain.encode()
        return hmac.new(self._index_key, message, hashlib.sha256).hexdigest()[:32]

    def _loaded(self) -> AESGCM:
        if self._cipher is None:
            msg = "the keyring has no key yet: create_app() loads it"
            raise RuntimeError(msg)
        return self._cipher


keyring = Keyring()
