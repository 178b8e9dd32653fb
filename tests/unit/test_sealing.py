from __future__ import annotations

import pytest

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
