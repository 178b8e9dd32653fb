"""Home of the numbered sheets of paper that meals are written on when everything fails."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID, uuid5

from app.canteens.rules import Sitting
from app.clock import SHANGHAI
from app.sheet.cells import Unreadable, half_width, shown
from app.text import Text, text

ROWS = 20
"""How many meals one sheet has room for."""

NAMED_ROWS = 16
"""How many of its rows may name regulars beforehand; the others stay free for everybody else."""

MOST_SHEETS = 20
"""How many sheets are printed at once."""

MOST_MEALS = 20
"""How many meals, or companions, one row may stand for."""

_DIGITS = 6
_WRITTEN = re.compile(r"P?([0-9]{6}|[1-9][0-9]{6,10})([0-9])")
_SPARE = re.compile(r"[\s\u2010-\u2015\u2212_.-]+")
_IDS = UUID("6f0f3b52-5f0e-4c3a-9c57-0d8f7a6b1e42")
_STARTS = {
    Sitting.BREAKFAST: time(7, 0),
    Sitting.LUNCH: time(11, 0),
    Sitting.DINNER: time(17, 0),
}
_QUASIGROUP = (
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)


def check_digit(digits: str) -> str:
    """Give the digit that tells a wrong digit, and two neighbours that changed places.

    Source: H. M. Damm, Total anti-symmetrische Quasigruppen, Marburg 2004.

    >>> check_digit("572"), check_digit("000572")
    ('4', '4')
    """
    state = 0
    for digit in digits:
        state = int(_QUASIGROUP[state][int(digit)])
    return str(state)


def sheet_no(number: int) -> str:
    """Give the number that is printed on a sheet: a running number and its check digit.

    >>> sheet_no(123), sheet_no(1_234_567)
    ('P-000123-4', 'P-1234567-1')
    """
    digits = f"{number:0{_DIGITS}d}"
    return f"P-{digits}-{check_digit(digits)}"


def read_sheet_no(typed: str) -> str:
    """Give the number of a sheet as it is printed, with whatever signs it was typed or scanned.

    Raises: Unreadable when the check digit does not fit.

    >>> read_sheet_no(" p 000123-4"), read_sheet_no("Ｐ０００１２３４")
    ('P-000123-4', 'P-000123-4')
    """
    match = _WRITTEN.fullmatch(_SPARE.sub("", half_width(typed)).upper())
    if match is None or check_digit(match[1]) != match[2]:
        raise Unreadable(
            text("“{written}” is not the number of a sheet.", written=shown(typed)),
            text("Compare each digit with the paper: one is wrong, missing, or has changed places."),
            field="sheet_no",
        )
    return sheet_no(int(match[1]))


def running_number(number: str) -> int:
    """Give the running number of a sheet.

    >>> running_number("P-000123-4")
    123
    """
    return int(number.split("-")[1])


class SheetState(StrEnum):
    """How far a sheet has come."""

    PRINTED = "printed"
    KEYED_ONCE = "keyed_once"
    DIFFERING = "differing"
    TAKEN = "taken"
    VOID = "void"

    @property
    def label(self) -> Text:
        """Give the state's name for a screen."""
        return _STATES[self]


_STATES = {
    SheetState.PRINTED: text("printed"),
    SheetState.KEYED_ONCE: text("keyed once"),
    SheetState.DIFFERING: text("keyed twice, differing"),
    SheetState.TAKEN: text("taken in"),
    SheetState.VOID: text("void"),
}


def state_of(*, is_taken: bool, is_void: bool, keyings: int) -> SheetState:
    """Tell how far a sheet has come.

    >>> state_of(is_taken=False, is_void=False, keyings=1).value
    'keyed_once'
    """
    if is_void:
        return SheetState.VOID
    if is_taken:
        return SheetState.TAKEN
    return (SheetState.PRINTED, SheetState.KEYED_ONCE, SheetState.DIFFERING)[keyings]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as the ledger sees it: for which site, day and sitting, and its place in what was printed."""

    sheet_no: str
    site_code: str
    served_on: date
    sitting: Sitting
    page: int
    rows: int = ROWS
    named: Sequence[str] = ()

    def served_at(self, row: int, copy: int) -> datetime:
        """Give when a meal counts as served: paper has no clock, but its order is the order of the caps.

        The sitting's usual start, a second for each row before on the same printing, a millisecond for each
        meal before in the same row.

        >>> Sheet("P-000123-4", "C01", date(2026, 11, 23), Sitting.LUNCH, page=2).served_at(3, 1).isoformat()
        '2026-11-23T11:00:22.001000+08:00'
        """
        start = datetime.combine(self.served_on, _STARTS[self.sitting], SHANGHAI)
        before = (self.page - 1) * self.rows + row - 1
        return start + timedelta(seconds=before, milliseconds=copy)

    def meal_id(self, row: int, copy: int) -> UUID:
        """Give the id of a meal, which follows from where it is written, so that no sheet counts twice.

        >>> str(Sheet("P-000123-4", "C01", date(2026, 11, 23), Sitting.LUNCH, page=1).meal_id(3, 0))
        'b705b5ce-8657-5e57-98b2-42113cfdf20e'
        """
        return uuid5(_IDS, f"{self.sheet_no}/{row}/{copy}")

    def regular(self, row: int) -> str:
        """Give who is named in a row beforehand, empty for nobody."""
        return self.named[row - 1] if row <= len(self.named) else ""
