"""Home of a card's code: how it is made, how a person or a scanner may write it, and why a card ends.

A code is C, ten characters drawn by chance, and one that checks the eleven before it. It says nothing about
the person. The characters are Crockford's base 32, which leaves out I, L, O and U, since they are misread.

The check character makes the weighted sum of all twelve values nought, each with a weight of its own. In the
field of 32 elements nothing but nought times something is nought. So whichever one character is wrong, and
whichever two changed places, neighbours or not, the sum is no longer nought.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import NamedTuple

from app.sheet.cells import half_width
from app.text import Text, text

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
CHANCE_BITS = 50
"""How many random bits a code is made from: one try in ten thousand million finds one of 100,000 cards."""

_FIRST = "C"
_DRAWN = 10
_BITS = 5
_POLYNOMIAL = 0b111101  # x⁵+x⁴+x³+x²+1 has no factors, so that the elements below it are a field.
_STEP = 4  # Its powers are the weights; the first 31 of them differ.
_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212\u200b\ufeff]")
_MISREAD = str.maketrans("OIL", "011")


class EndReason(StrEnum):
    """Why a card no longer holds."""

    LOST = "lost"
    REPLACED = "replaced"

    @property
    def label(self) -> Text:
        """Give the reason for a screen."""
        return _END_LABELS[self]


_END_LABELS = {EndReason.LOST: text("reported lost"), EndReason.REPLACED: text("replaced by a new card")}


class CardCodes(NamedTuple):
    """The codes of one resident's cards: the one that holds, and those that are lost or replaced."""

    valid: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def made_code(chance: int) -> str:
    """Make a code from 50 random bits.

    >>> made_code(0), made_code(2**50 - 1)
    ('C0000000000D', 'CZZZZZZZZZZP')
    """
    drawn = "".join(ALPHABET[chance >> _BITS * place & 31] for place in reversed(range(_DRAWN)))
    return _FIRST + drawn + _check_character(_FIRST + drawn)


def code_in(written: str) -> str | None:
    """Give the code that somebody typed or scanned, as it is kept; None when it is no card's code.

    >>> code_in("c4k7-m29q xtb4"), code_in("Ｃ４Ｋ７Ｍ２９ＱＸＴＢ４"), code_in("C4K7M29QXTB5")
    ('C4K7M29QXTB4', 'C4K7M29QXTB4', None)
    """
    code = _SEPARATORS.sub("", half_width(written)).upper().translate(_MISREAD)
    if len(code) != LENGTH or code[0] != _FIRST or not _VALUES.keys() >= set(code):
        return None
    return code if _check_character(code[:-1]) == code[-1] else None


def is_code(written: str) -> bool:
    """Tell whether a text is a card's code.

    >>> is_code("C4K7 M29Q XTB4"), is_code("C4K7 M92Q XTB4"), is_code("R-000001")
    (True, False, False)
    """
    return code_in(written) is not None


def grouped(code: str) -> str:
    """Write a code in groups of four, as a card and a screen show it.

    >>> grouped("C4K7M29QXTB4")
    'C4K7 M29Q XTB4'
    """
    return " ".join(code[start : start + 4] for start in range(0, LENGTH, 4))


def tail(code: str) -> str:
    """Give the end of a code: enough to tell a person's cards apart, too little to make one.

    >>> tail("C4K7M29QXTB4")
    'XTB4'
    """
    return code[-4:]


def _check_character(body: str) -> str:
    total, weight = 0, 1
    for character in body:
        weight = _product(weight, _STEP)
        total ^= _product(weight, _VALUES[character])
    return ALPHABET[total]


def _product(left: int, right: int) -> int:
    """Multiply in the field of 32 elements."""
    product = 0
    while right:
        if right & 1:
            product ^= left
        left <<= 1
        if left > 31:  # noqa: PLR2004 - the largest element
            left ^= _POLYNOMIAL
        right >>= 1
    return product
