"""Home of what a search means: a name, letters of its pinyin, the end of a number, a whole one, or a card."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from app.residents.rules.cards import code_in
from app.residents.rules.contact import phone
from app.residents.rules.identity import identity
from app.residents.rules.names import sought_letters
from app.sheet.cells import Unreadable, half_width

_TAIL = re.compile(r"\d{3}[\dX]")
_RESIDENT_NO = re.compile(r"[A-Z]{1,4}-\w{1,28}|[A-Z]{1,4}\d{1,28}", re.IGNORECASE)
_DIGITS = re.compile(r"\d{2,}")
_BLANKS = re.compile(r"\s+")


class Kind(StrEnum):
    """By what a resident is looked for."""

    EVERYONE = "everyone"
    NAME = "name"
    LETTERS = "letters"
    IDENTITY = "identity"
    PHONE = "phone"
    TAIL = "tail"
    RESIDENT_NO = "resident_no"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for, in the form that is stored.

    `card` is a card's code, where what was typed may be one. So may a name be, once in a while: caodongsheng
    passes the check. Whether the card exists must be looked up; if not, kind and value tell what is meant.
    """

    kind: Kind
    value: str = ""
    card: str = ""


def sought(query: str) -> Sought:
    """Tell what somebody typed into the search field.

    >>> sought("曾 国强"), sought("zgq").kind.value, sought("5678").kind.value
    (Sought(kind=<Kind.NAME: 'name'>, value='曾国强', card=''), 'letters', 'tail')
    >>> sought("110105491231002").value, sought("138 1234 5678").kind.value
    ('11010519491231002X', 'phone')
    >>> sought("c4k7 m29q xtb4").card
    'C4K7M29QXTB4'
    """
    typed = _BLANKS.sub(" ", half_width(query)).strip()
    compact = typed.replace(" ", "")
    if not compact:
        return Sought(Kind.EVERYONE)
    meant = (
        _whole_number(compact)
        or _part_of_number(compact)
        or _letters(typed)
        or Sought(Kind.NAME, typed if typed.isascii() else compact)
    )
    return replace(meant, card=code_in(compact) or "")


def _whole_number(compact: str) -> Sought | None:
    try:
        return Sought(Kind.IDENTITY, identity(compact).number)
    except Unreadable:
        pass
    try:
        return Sought(Kind.PHONE, phone(compact))
    except Unreadable:
        return None


def _part_of_number(compact: str) -> Sought | None:
    upper = compact.upper()
    if _TAIL.fullmatch(upper):
        return Sought(Kind.TAIL, upper)
    if _RESIDENT_NO.fullmatch(compact) or _DIGITS.fullmatch(compact):
        return Sought(Kind.RESIDENT_NO, upper)
    return None


def _letters(typed: str) -> Sought | None:
    letters = sought_letters(typed)
    return Sought(Kind.LETTERS, letters) if letters else None
