"""A phone number is kept in one form, and shown without its middle."""

from __future__ import annotations

import pytest

from app.residents.rules.contact import masked_phone, phone
from app.sheet.cells import Unreadable


@pytest.mark.parametrize(
    ("written", "kept", "shown"),
    [
        ("13812345678", "13812345678", "138****5678"),
        ("138-1234-5678", "13812345678", "138****5678"),
        ("１３８ １２３４ ５６７８", "13812345678", "138****5678"),
        ("+86 13812345678", "13812345678", "138****5678"),
        ("008613812345678", "13812345678", "138****5678"),
        ("86-13812345678", "13812345678", "138****5678"),
        ("0731-85123456", "0731-85123456", "0731-****3456"),
        ("073185123456", "0731-85123456", "0731-****3456"),
        ("(0731)85123456-801", "0731-85123456", "0731-****3456"),
        ("010-65123456", "010-65123456", "010-****3456"),
    ],
)
def test_a_phone_number_is_read(written: str, kept: str, shown: str) -> None:
    assert phone(written) == kept
    assert masked_phone(kept) == shown


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("85123456", "lacks its area code"),
        ("13812345678/13987654321", "more than one"),
        ("13812345678、0731-85123456", "more than one"),
        ("1381234567", "not a phone number"),
        ("12812345678", "not a phone number"),
        ("1.38123E+10", "Excel changed"),
        ("无", "not a phone number"),
        ("", "not a phone number"),
    ],
)
def test_what_is_no_phone_number_is_refused(written: str, said: str) -> None:
    with pytest.raises(Unreadable, match=said):
        phone(written)
