"""Home of the bank account that an operator is paid to: how its number is read, and how it is shown."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stdnum import luhn

from app.sheet.cells import Unreadable, half_width, shown
from app.text import text

_MARKS = re.compile(r"[\s\-]")
_SHORTEST, _LONGEST = 8, 30
_CARD = re.compile(r"62\d{14,17}")
_SHOWN_DIGITS = 4


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Whose account it is (账户名), at which bank (开户行), and its number (账号)."""

    holder: str
    bank: str
    number: str

    @property
    def masked(self) -> str:
        """Give the number with its last digits alone."""
        return masked_account(self.number)


def account_number(written: str) -> str:
    """Read an account number: digits alone; a card's must have the right check digit.

    An organisation's account has a number of its bank's own make; only numbers of cards (16 to 19 digits that
    begin with 62) end in a check digit.

    Raises: Unreadable with what to do.

    >>> account_number("6222 0212 3456 7890 128")
    '6222021234567890128'
    """
    compact = _MARKS.sub("", half_width(written))
    if not (compact.isascii() and compact.isdigit()):
        raise Unreadable(
            text("“{written}” is not an account number.", written=shown(written)),
            text("Write its digits alone, as the bank's permit has them."),
            field="number",
        )
    if not _SHORTEST <= len(compact) <= _LONGEST:
        raise Unreadable(
            text("An account number has 8 to 30 digits, this one {count}.", count=len(compact)),
            text("Compare it with the bank's permit."),
            field="number",
        )
    if _CARD.fullmatch(compact) and not luhn.is_valid(compact):
        raise Unreadable(
            text("This is a card's number, and its check digit does not fit."),
            text("Compare it with the bank card."),
            field="number",
        )
    return compact


def masked_account(number: str) -> str:
    """Show the last four digits alone.

    >>> masked_account("43001782061052500001")
    '**** 0001'
    """
    return f"**** {number[-_SHOWN_DIGITS:]}"
