"""Home of reading one written value: what a person typed becomes a value, or a reason and a remedy. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import TypeVar
from uuid import UUID

from app.errors import DomainError
from app.text import Text, text

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)
Reader = Callable[[str], T]
"""Takes the written text and gives the value. Raises: Unreadable."""


class Unreadable(DomainError):
    """A written value that cannot be taken: why, and what to write instead."""

    def __init__(self, reason: Text, remedy: Text, *, field: str | None = None) -> None:
        """Keep reason and remedy apart, so that a table of faults can show them in two columns."""
        super().__init__(text("{reason} {remedy}", reason=reason, remedy=remedy), field=field)
        self.reason = reason
        self.remedy = remedy


_SHOWN = 40
_FULL_WIDTH = str.maketrans({code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "})
_BLANKS = re.compile(r"[\s\u200b\u200e\u200f\u2060\ufeff]+")
_DAMAGED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]")
_EXCEL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!"})
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d{1,3}")
_INTEGER = re.compile(r"[+-]?\d{1,18}")
_DECIMAL = re.compile(r"[+-]?\d{1,6}(?:\.\d{1,20})?")
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_OTHER_DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00)?)?|(\d{4})(\d\d)(\d\d)"
)
_EXCEL_DAY_ZERO = date(1899, 12, 30)
_EXCEL_DAYS = range(1, 73_051)  # 1899-12-31 to 2099-12-31
_FIRST_YEAR, _LAST_YEAR = 1850, 2199
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(Z|[+-]\d\d:?\d\d)?")


def half_width(written: str) -> str:
    """Write full-width letters, digits and signs as plain ones.

    >>> half_width("４３０１０３Ｘ")
    '430103X'
    """
    return written.translate(_FULL_WIDTH)


def shown(written: str) -> str:
    """Shorten what was written for a message, on one line.

    >>> shown("a" * 50 + "b")
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…'
    """
    line = _BLANKS.sub(" ", _DAMAGED.sub("\N{WHITE SQUARE}", written)).strip()
    return line if len(line) <= _SHOWN else line[:_SHOWN] + "…"


def refuse_excel_number(written: str) -> None:
    """Refuse a long number that Excel rounded and wrote like 4.3E+17.

    Raises: Unreadable, because the digits are lost and cannot be restored.
    """
    if _SCIENTIFIC.fullmatch(written):
        raise Unreadable(
            text("Excel changed this number to {written}; its last digits are lost.", written=shown(written)),
            text("Format the column as text and type the number again."),
        )


def optional(reader: Reader[T]) -> Reader[T | None]:
    """Take an empty cell as None, and read any other with `reader`.

    >>> optional(integer())(" ") is None
    True
    """

    def read(written: str) -> T | None:
        return reader(written) if _BLANKS.sub("", written) else None

    return read


def line_of_text(*, max_length: int, empty: bool = False) -> Reader[str]:
    r"""Read one line of text; blanks and line breaks inside become single spaces.

    >>> line_of_text(max_length=20)("  3 栋\n 2 单元 ")
    '3 栋 2 单元'
    """

    def read(written: str) -> str:
        value = unicodedata.normalize("NFC", _BLANKS.sub(" ", written).strip())
        if not value and not empty:
            raise Unreadable(text("Nothing is written here."), text("Fill it in."))
        _refuse_damage(value)
        if len(value) > max_length:
            raise Unreadable(
                text("The text has {length} characters.", length=len(value)),
                text("Write at most {limit}.", limit=max_length),
            )
        return value

    return read


def _refuse_damage(value: str) -> None:
    if _DAMAGED.search(value):
        raise Unreadable(
            text("“{written}” holds damaged characters.", written=shown(value)),
            text("Type the cell again, or save the file anew as UTF-8."),
        )
    if value in _EXCEL_ERRORS:
        raise Unreadable(
            text("Excel shows the error {written} here.", written=value), text("Type the value.")
        )


def code(pattern: str, *, meaning: Text) -> Reader[str]:
    r"""Read a code; full-width signs become plain ones, and `meaning` says how such a code is written.

    >>> code(r"\d{12}", meaning=text("12 digits"))("４30103002001 ")
    '430103002001'
    """
    compiled = re.compile(pattern)

    def read(written: str) -> str:
        value = half_width(written).strip()
        if compiled.fullmatch(value):
            return value
        _refuse_empty(value)
        refuse_excel_number(value)
        raise Unreadable(
            text("“{written}” is not such a code.", written=shown(written)),
            text("Write {meaning}.", meaning=meaning),
        )

    return read


def _refuse_empty(value: str) -> None:
    if not value:
        raise Unreadable(text("Nothing is written here."), text("Fill it in."))


def integer(*, low: int = 0, high: int = 10**9) -> Reader[int]:
    """Read a whole number between two bounds, both included.

    >>> integer()("１２０")
    120
    """

    def read(written: str) -> int:
        value = half_width(written).strip()
        _refuse_empty(value)
        if not _INTEGER.fullmatch(value):
            raise Unreadable(
                text("“{written}” is not a whole number.", written=shown(written)),
                text("Write digits only, like 15."),
            )
        number = int(value)
        if not low <= number <= high:
            raise Unreadable(
                text("{number} is out of bounds.", number=number),
                text("Write a number from {low} to {high}.", low=low, high=high),
            )
        return number

    return read


def fen(*, high: int = 1_000_000) -> Reader[int]:
    """Read an amount of money in whole fen, never negative.

    >>> fen()("1500")
    1500
    """
    whole = integer(low=0, high=high)

    def read(written: str) -> int:
        if "." in half_width(written):
            raise Unreadable(
                text("“{written}” looks like yuan.", written=shown(written)),
                text("Write the amount in fen: 15 yuan is 1500."),
            )
        return whole(written)

    return read


def degrees(written: str) -> float:
    """Read a latitude or longitude in decimal degrees; whether the place is sound is app.place's to say.

    >>> degrees("28.1135")
    28.1135
    """
    value = half_width(written).strip()
    _refuse_empty(value)
    if not _DECIMAL.fullmatch(value):
        raise Unreadable(
            text("“{written}” is not a number of degrees.", written=shown(written)),
            text("Write decimal degrees, like 28.1135."),
        )
    return float(value)


def day(written: str) -> date:
    """Read a date written YYYY-MM-DD.

    Raises: Unreadable; for another way of writing, the remedy gives the right one.

    >>> day("2026-02-03")
    datetime.date(2026, 2, 3)
    >>> day("2026/2/3")
    Traceback (most recent call last):
    app.sheet.cells.Unreadable: “2026/2/3” is not written YYYY-MM-DD. Write 2026-02-03.
    """
    value = half_width(written).strip()
    _refuse_empty(value)
    if match := _DAY.fullmatch(value):
        return _real_day(value, *(int(part) for part in match.groups()))
    raise Unreadable(
        text("“{written}” is not written YYYY-MM-DD.", written=shown(written)), _better_day(value)
    )


def _better_day(value: str) -> Text:
    if match := _OTHER_DAY.fullmatch(value):
        meant = _real_day(value, *(int(part) for part in match.groups() if part is not None))
    elif value.isdecimal() and int(value[:6]) in _EXCEL_DAYS and len(value) <= len("99999"):
        meant = _EXCEL_DAY_ZERO + timedelta(days=int(value))
    else:
        return text("Write it like 2026-02-03.")
    return text("Write {day}.", day=meant.isoformat())


def _real_day(value: str, year: int, month: int, day_of_month: int) -> date:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise Unreadable(
            text("The year of “{written}” cannot be right.", written=shown(value)), text("Check the year.")
        )
    try:
        return date(year, month, day_of_month)
    except ValueError:
        raise Unreadable(
            text("There is no day “{written}” in the calendar.", written=shown(value)),
            text("Check month and day."),
        ) from None


def instant(written: str) -> datetime:
    """Read an ISO 8601 instant with its offset; give it in UTC.

    >>> instant("2026-11-23T11:42:07+08:00")
    datetime.datetime(2026, 11, 23, 3, 42, 7, tzinfo=datetime.timezone.utc)
    """
    value = half_width(written).strip()
    _refuse_empty(value)
    match = _INSTANT.fullmatch(value)
    if match is None:
        raise Unreadable(
            text("“{written}” is not an instant.", written=shown(written)),
            text("Write date, time and offset, like 2026-11-23T11:42:07+08:00."),
        )
    if match.group(1) is None:
        raise Unreadable(
            text("“{written}” does not say its offset from UTC.", written=shown(written)),
            text("For Beijing time, write {better}.", better=value.replace(" ", "T") + "+08:00"),
        )
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unreadable(
            text("“{written}” is not a real date and time.", written=shown(written)),
            text("Check day, hour, minute and offset."),
        ) from None


def choice(options: type[Choice], *, also: Mapping[str, Choice] | None = None) -> Reader[Choice]:
    """Read one of an enumeration's codes, in any case; `also` names other ways of writing them."""
    known: dict[str, Choice] = {option.value: option for option in options}
    known |= {name.casefold(): option for name, option in (also or {}).items()}
    listed = ", ".join(option.value for option in options)

    def read(written: str) -> Choice:
        value = half_width(written).strip().casefold()
        _refuse_empty(value)
        if value not in known:
            raise Unreadable(
                text("“{written}” is not known here.", written=shown(written)),
                text("Write one of: {options}.", options=listed),
            )
        return known[value]

    return read


def uuid(written: str) -> UUID:
    """Read a UUID in its usual form, with hyphens.

    >>> uuid("01932C6E-0000-7000-8000-0000000000AA")
    UUID('01932c6e-0000-7000-8000-0000000000aa')
    """
    value = half_width(written).strip()
    _refuse_empty(value)
    if not re.fullmatch(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", value):
        raise Unreadable(
            text("“{written}” is not a UUID.", written=shown(written)),
            text("Write 32 hexadecimal digits in groups of 8-4-4-4-12."),
        )
    return UUID(value)
