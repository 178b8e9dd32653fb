"""Home of the single values of a policy's document: each read as written, or refused with a remedy. Pure.

Every reader takes a `Part` and gives a value. Raises: Unreadable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from app.sheet.cells import Unreadable
from app.subsidy.rules.yaml_parts import Part
from app.text import Text, text

T = TypeVar("T")
Choice = TypeVar("Choice", bound=StrEnum)

MOST_FEN = 100_000_00
MOST_MEALS = 1_000
MOST_YEARS = 130
PERCENT = re.compile(r"\d{1,3}(\.\d{1,4})?")
_SHOWN = 40
_WHOLE = re.compile(r"0|[1-9]\d{0,9}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
AREA_CODE = re.compile(r"[1-9]\d(\d{2}(\d{2}(\d{3}(\d{3})?)?)?)?")


def _refused(part: Part, remedy: Text) -> Unreadable:
    return Unreadable(text("“{written}” cannot stand here.", written=part.written()[:_SHOWN]), remedy)


def or_none(reader: Callable[[Part], T]) -> Callable[[Part], T | None]:
    """Read `null` as none, and else as the reader does."""
    return lambda part: None if part.is_null else reader(part)


def exactly(expected: str) -> Callable[[Part], str]:
    """Read a value that can only be this one."""

    def read(part: Part) -> str:
        if part.written() != expected:
            raise _refused(part, text("Write “{expected}”.", expected=expected))
        return expected

    return read


def name_up_to(longest: int) -> Callable[[Part], str]:
    """Read a short text on one line; spaces in a row become one."""

    def read(part: Part) -> str:
        name = " ".join(part.written().split())
        if not name or part.is_null:
            raise Unreadable(text("Nothing is written here."), text("Write a name or number."))
        if len(name) > longest or not name.isprintable():
            raise Unreadable(
                text("This text is too long, or has characters that cannot be printed."),
                text("Write at most {longest} characters.", longest=longest),
            )
        return name

    return read


def day(part: Part) -> date:
    """Read a day, with or without quotes."""
    written = part.written()
    try:
        if _DAY.fullmatch(written):
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise _refused(part, text("Write a day of the calendar like 2026-01-31."))


def area_code(part: Part) -> str:
    """Read an official code or a prefix of one, with or without quotes."""
    written = part.written()
    if not AREA_CODE.fullmatch(written):
        raise _refused(part, text("Write the official code of 2, 4, 6, 9 or 12 digits, like 430103."))
    return written


def _whole(part: Part, least: int, most: int, remedy: Text) -> int:
    written = part.written()
    if part.is_plain and _WHOLE.fullmatch(written) and least <= int(written) <= most:
        return int(written)
    raise _refused(part, remedy)


def fen(part: Part) -> int:
    """Read an amount of money; neither yuan with a point nor a number in quotes."""
    remedy = text("Write whole fen without quotes, at most {most}; 3 yuan is 300.", most=MOST_FEN)
    return _whole(part, 0, MOST_FEN, remedy)


def _cap(part: Part, most: int) -> int:
    return _whole(
        part, 1, most, text("Write a whole number from 1 to {most}, or null for no cap.", most=most)
    )


def cap_of_meals(part: Part) -> int:
    """Read how many meals; none at all is no cap but a policy without layers."""
    return _cap(part, MOST_MEALS)


def cap_of_fen(part: Part) -> int:
    """Read how much money, at least a fen."""
    return _cap(part, MOST_FEN)


def age(part: Part) -> int:
    """Read an age in completed years."""
    return _whole(part, 0, MOST_YEARS, text("Write whole years from 0 to {most}.", most=MOST_YEARS))


def percent(part: Part) -> Decimal:
    """Read a percentage above 0 and up to 100, exactly as it was written."""
    written = part.written()
    share = Decimal(written) if part.is_plain and PERCENT.fullmatch(written) else Decimal(0)
    if not 0 < share <= 100:  # noqa: PLR2004 - the whole is a hundred percent
        raise _refused(
            part, text("Write a number above 0 and up to 100, with at most four decimals, like 25 or 12.5.")
        )
    return share


def yes_or_no(part: Part) -> bool:
    """Read `true` or `false`; none of YAML's other words for them."""
    written = part.written()
    if not part.is_plain or written not in {"true", "false"}:
        raise _refused(part, text("Write true or false."))
    return written == "true"


def one_of(names: Iterable[str]) -> Callable[[Part], str]:
    """Read one of these words."""
    known = list(names)

    def read(part: Part) -> str:
        if part.written() not in known:
            raise _refused(part, text("Write one of: {names}.", names=", ".join(known)))
        return part.written()

    return read


def choice_of(choices: type[Choice]) -> Callable[[Part], Choice]:
    """Read one of these choices."""
    read = one_of(choice.value for choice in choices)
    return lambda part: choices(read(part))


def any_of(reader: Callable[[Part], T]) -> Callable[[Part], frozenset[T]]:
    """Read a list in any order, which may be empty."""
    return lambda part: frozenset(part.list_of(reader))


def some_of(reader: Callable[[Part], T]) -> Callable[[Part], frozenset[T]]:
    """Read a list in any order that has at least one member."""
    return lambda part: frozenset(at_least_one(reader)(part))


def at_least_one(reader: Callable[[Part], T]) -> Callable[[Part], list[T]]:
    """Read a list that has at least one member."""

    def read(part: Part) -> list[T]:
        if not part.items():
            raise Unreadable(text("The list is empty."), text("Write at least one member."))
        return part.list_of(reader)

    return read
