from __future__ import annotations

import hmac

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.sealing import CannotUnseal, Keyring


def ring(key: bytes = b"k" * 32) -> Keyring:
    keyring = Keyring()
    keyring.load(key)
    return keyring


def test_what_is_sealed_is_unsealed() -> None:
    assert ring().unseal(ring().seal("99000019500101001X", context="a"), context="a") == "99000019500101001X"


def test_sealing_twice_gives_other_bytes_and_none_shows_the_text() -> None:
    first, second = ring().seal("13900001111", context="a"), ring().seal("13900001111", context="a")
    assert first != second
    assert b"13900001111" not in first


@pytest.mark.parametrize("where", [0, 5, 14, -1])
def test_altered_bytes_do_not_open(where: int) -> None:
    sealed = bytearray(ring().seal("13900001111", context="a"))
    if where == 0:
        del sealed[:8]
    else:
        sealed[where] ^= 1
    with pytest.raises(CannotUnseal):
        ring().unseal(bytes(sealed), context="a")


def test_another_key_or_another_column_does_not_open_it() -> None:
    sealed = ring().seal("13900001111", context="a")
    with pytest.raises(CannotUnseal):
        ring(b"x" * 32).unseal(sealed, context="a")
    with pytest.raises(CannotUnseal):
        ring().unseal(sealed, context="b")


def test_the_index_finds_the_same_text_and_only_with_the_key() -> None:
    assert ring().index("1", context="a") == ring().index("1", context="a")
    assert ring().index("1", context="a") != ring().index("1", context="b")
    assert ring().index("1", context="a") != ring(b"x" * 32).index("1", context="a")


def test_a_keyring_without_a_key_says_so() -> None:
    with pytest.raises(RuntimeError, match="no key"):
        Keyring().seal("1", context="a")


def test_an_older_key_opens_what_it_sealed_and_seals_no_more() -> None:
    sealed = ring(b"o" * 32).seal("13900001111", context="a")
    both = Keyring()
    both.load(b"n" * 32, older=[b"o" * 32])
    assert both.unseal(sealed, context="a") == "13900001111"
    assert not sealed.startswith(both.mark)
    anew = both.seal("13900001111", context="a")
    assert anew.startswith(both.mark)
    with pytest.raises(CannotUnseal):
        ring(b"o" * 32).unseal(anew, context="a")
    assert both.index("1", context="a") == ring(b"o" * 32).index("1", context="a"), "the index stays"


def test_what_an_earlier_release_sealed_opens_with_whichever_key_it_was() -> None:
    nonce = b"n" * 12
    cipher = AESGCM(hmac.digest(b"o" * 32, b"seal/1", "sha256"))
    sealed = b"\x01" + nonce + cipher.encrypt(nonce, b"13900001111", b"a")
    both = Keyring()
    both.load(b"n" * 32, older=[b"x" * 32, b"o" * 32])
    assert both.unseal(sealed, context="a") == "13900001111"
