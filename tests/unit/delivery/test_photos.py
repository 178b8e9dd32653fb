"""Photos: a picture stays, what a camera writes beside it goes, and nothing else is taken for one."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.delivery.rules.photos import LARGEST_BYTES, LARGEST_SIDE, cleaned, read_photo
from app.errors import DomainError
from tests.factories.photos import picture


def test_where_and_when_a_photo_was_taken_is_left_out() -> None:
    kept = cleaned(picture() + b"<script>behind the end</script>")
    assert b"28.1135" not in kept
    assert b"script" not in kept
    assert kept.startswith(b"\xff\xd8")
    assert kept.endswith(b"\xff\xd9")
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    "given_up",
    [
        b"",
        b"\xff\xd8",
        b"\x89PNG\r\n\x1a\n" + bytes(100),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        picture()[:-2],
        picture()[:60],
        picture(width=LARGEST_SIDE + 1),
        picture(height=0),
        picture() + bytes(LARGEST_BYTES),
    ],
)
def test_what_is_no_small_photo_is_refused(given_up: bytes) -> None:
    with pytest.raises(DomainError):
        cleaned(given_up)


@given(st.binary(max_size=300), st.integers(0, 200))
def test_no_bytes_break_the_reading(noise: bytes, place: int) -> None:
    whole = picture()
    for bent in (noise, whole[:place] + noise, whole[:place] + noise + whole[place:]):
        with contextlib.suppress(DomainError):
            assert cleaned(bent).startswith(b"\xff\xd8")


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_whatever_a_phone_sends_is_read_or_is_none(raw: object) -> None:
    assert read_photo(raw) is None
    assert read_photo({"id": raw, "run": 1, "position": 1, "taken_at": raw, "image": raw}) is None
