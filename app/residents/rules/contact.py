"""Home of phone numbers: how they are written, and how much of them a screen shows."""

from __future__ import annotations

import re

from app.sheet.cells import Unreadable, half_width, refuse_excel_number, shown
from app.text import text

_MARKS = re.compile(r"[\s()'\u200b\u200e\ufeff]")
_COUNTRY = re.compile(r"^(?:\+|00)?86[- ]?(?=1[3-9]\d{9}$|0?\d{2,3}-?\d{7,8}$)")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d\d)-?([2-9]\d{6,7})(?:-\d{1,6})?")
_WITHOUT_AREA = re.compile(r"[2-9]\d{6,7}")
_SEVERAL = re.compile(r"\d{7,}[/,;、|]+[\d-]{7,}")


def phone(written: str) -> str:
    """Read a Chinese phone number: a mobile as 11 digits, a landline as 0731-85123456.

    Raises: Unreadable.

    >>> phone("+86 138 1234 5678"), phone("（0731）85123456")
    ('13812345678', '0731-85123456')
    """
    compact = _MARKS.sub("", half_width(written))
    number = _COUNTRY.sub("", compact)
    if _MOBILE.fullmatch(number.replace("-", "")):
        return number.replace("-", "")
    if match := _LANDLINE.fullmatch(number):
        return f"{match[1]}-{match[2]}"
    refuse_excel_number(number)
    if _SEVERAL.search(compact):
        raise Unreadable(text("There is more than one phone number."), text("Keep one."))
    if _WITHOUT_AREA.fullmatch(number):
        raise Unreadable(
            text("The landline “{written}” lacks its area code.", written=shown(written)),
            text("Write it like 0731-85123456."),
        )
    raise Unreadable(
        text("“{written}” is not a phone number.", written=shown(written)),
        text("Write 11 digits of a mobile, or a landline with its area code."),
    )


def masked_phone(number: str) -> str:
    """Show a phone number as far as a screen may.

    >>> masked_phone("13812345678"), masked_phone("0731-85123456")
    ('138****5678', '0731-****3456')
    """
    area, hyphen, _ = number.partition("-")
    return f"{area}-****{number[-4:]}" if hyphen else f"{number[:3]}****{number[-4:]}"
