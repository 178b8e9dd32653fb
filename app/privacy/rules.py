"""Home of what is kept how long, and what a person may ask to have erased. Pure.

Source: 个人信息保护法 arts. 6, 19 and 47; 会计法 and the rules on accounting archives: vouchers are kept
for 30 years.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.errors import Conflict
from app.residents.rules.facts import ResidentFacts, Status
from app.text import Text, text

GONE = frozenset({Status.MOVED_AWAY, Status.DECEASED})
"""Statuses after which nobody calls or comes any more."""


class Extent(StrEnum):
    """How much of a person goes."""

    CONTACTS = "contacts"
    EVERYTHING = "everything"


_WORDS = {
    Extent.CONTACTS: text(
        "Phone, address, coordinates, evidence and notes go. Name, identity number and meals stay: they are "
        "the vouchers of money that was paid, and are kept for 30 years (会计法)."
    ),
    Extent.EVERYTHING: text(
        "Nobody ever paid a meal of theirs, so everything goes: name, identity number, phone, address. The "
        "number of the register stays, with the year of birth."
    ),
}


def extent_words(extent: Extent) -> Text:
    """Say what goes and what stays, and why."""
    return _WORDS[extent]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long what is kept, from the settings."""

    contacts_months: int
    sessions_days: int
    complaints_months: int = 24
    apart_days: int = 180


def extent_of(*, has_meals: bool) -> Extent:
    """Give how much of a person may go."""
    return Extent.CONTACTS if has_meals else Extent.EVERYTHING


def ensure_gone(facts: ResidentFacts, on: date) -> None:
    """Refuse to erase somebody whom we still serve.

    Raises: Conflict.
    """
    if facts.status_on(on) not in GONE:
        raise Conflict(
            text("This resident is still served. Write down first, under Status, that they moved or died.")
        )


def months_before(day: date, months: int) -> date:
    """Give the same day of an earlier month, or its last.

    >>> months_before(date(2026, 3, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, min(day.day, last))
        except ValueError:
            continue
    return date(year, month + 1, 28)
