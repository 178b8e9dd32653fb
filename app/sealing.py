"""Home of sealing: personal numbers encrypted at rest, and found again through a keyed index."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NAMELESS = b"\x01"
_NAMED = b"\x02"
_NAME_BYTES = 4
_NONCE_BYTES = 12


class CannotUnseal(Exception):
    """The sealed bytes were changed, or sealed with another key."""


class Keyring:
    """AES-GCM for sealing, HMAC-SHA256 for looking up and for signing, each with a key of 32 bytes.

    `context` names what is sealed (`resident.identity_number`), so that sealed bytes moved to another
    column no longer open. What is sealed says by which key, so that an older key opens what it sealed while a
    newer one takes its place. What an older release sealed says nothing: every key is tried.
    """

    def __init__(self) -> None:
        """Start without a key; `load` gives it one."""
        self._name = b""
        self._ciphers: dict[bytes, AESGCM] = {}
        self._index_key = b""
        self._lookup_keys = [b""]

    def load(
        self,
        key: bytes,
        *,
        older: Sequence[bytes] = (),
        index_key: bytes = b"",
        lookup_key: bytes = b"",
        older_lookups: Sequence[bytes] = (),
    ) -> None:
        """Take the key that seals from now on, those that only open, the index's, and those of look-ups.

        Without an index key of its own the index stands on the oldest key: it does not move with the newest.
        Without a key of their own look-ups stand on the index's.
        """
        self._name = _name_of(key)
        self._ciphers = {_name_of(each): _cipher(each) for each in (key, *older)}
        self._index_key = index_key or founding_index_key([key, *older][-1])
        self._lookup_keys = [lookup_key or self._index_key, *older_lookups]

    @property
    def mark(self) -> bytes:
        """Give how everything begins that the newest key sealed."""
        return _NAMED + self._name

    def seal(self, plain: str, *, context: str) -> bytes:
        """Encrypt a text; each call gives other bytes."""
        nonce = os.urandom(_NONCE_BYTES)
        return self.mark + nonce + self._loaded().encrypt(nonce, plain.encode(), context.encode())

    def unseal(self, sealed: bytes, *, context: str) -> str:
        """Decrypt what `seal` gave, with this key or an older one.

        Raises: CannotUnseal when the bytes were changed or the key is none of ours.
        """
        self._loaded()
        if sealed.startswith(_NAMED):
            name, body = sealed[1 : 1 + _NAME_BYTES], sealed[1 + _NAME_BYTES :]
            tried = [self._ciphers[name]] if name in self._ciphers else []
        else:
            tried, body = list(self._ciphers.values()), sealed[1:]
        for cipher in tried:
            try:
                return cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], context.encode()).decode()
            except (InvalidTag, ValueError):
                continue
        msg = f"{context} cannot be unsealed: it was altered, or sealed with another SEALING_KEY"
        raise CannotUnseal(msg)

    def index(self, plain: str, *, context: str) -> str:
        """Give the same 32 hexadecimal digits for the same text, telling nothing without the key.

        They stay for good: facts that cannot be written anew are compared by them, and paper bears them.
        """
        self._loaded()
        return _digits(self._index_key, plain, context)

    def lookups(self, plain: str, *, context: str) -> tuple[str, ...]:
        """Give the digits by which rows find a text, as the newest key makes them, then as older ones did.

        More than one while `flask keys rotate` writes them anew: a row has one of them.
        """
        self._loaded()
        return tuple(_digits(key, plain, context) for key in self._lookup_keys)

    @property
    def is_moving(self) -> bool:
        """Tell whether rows may still be found by an older key."""
        return len(self._lookup_keys) > 1

    def _loaded(self) -> AESGCM:
        if not self._ciphers:
            msg = "the keyring has no key yet: create_app() loads it"
            raise RuntimeError(msg)
        return self._ciphers[self._name]


def founding_index_key(key: bytes) -> bytes:
    """Give the index key that follows from an installation's first sealing key."""
    return hmac.digest(key, b"index/1", "sha256")


def _digits(key: bytes, plain: str, context: str) -> str:
    message = context.encode() + b"\0" + plain.encode()
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:32]


def _name_of(key: bytes) -> bytes:
    return hmac.digest(key, b"name/1", "sha256")[:_NAME_BYTES]


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.digest(key, b"seal/1", "sha256"))


keyring = Keyring()
