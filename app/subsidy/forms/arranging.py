"""Home of adding, removing and moving layers and rates: the typed fields stay as they are, right or wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

Typed = Mapping[str, Sequence[str]]
"""What was typed, by the names of the fields: `layers-0-rates-1-amount`."""

_FIRST_FIELD = {"layers": "payer", "rates": "category"}
_FIRST_VALUE = {"layers": "district", "rates": ""}


def arranged(typed: Typed, act: str) -> dict[str, Sequence[str]]:
    """Give what was typed after an act: `add:layers`, `remove:layers-2-rates-0`, `up:layers-1`.

    >>> typed = {"layers-0-fund": ["A"], "layers-1-fund": ["B"]}
    >>> arranged(typed, "remove:layers-0")
    {'layers-1-fund': ['B']}
    >>> arranged(typed, "up:layers-1")
    {'layers-1-fund': ['A'], 'layers-0-fund': ['B']}
    >>> arranged(typed, "add:layers")["layers-2-payer"]
    ['district']
    """
    verb, _, place = act.partition(":")
    if verb == "add":
        return _with_one_more(typed, place)
    if verb == "remove":
        return {name: values for name, values in typed.items() if not name.startswith(f"{place}-")}
    if verb == "up":
        return _moved_up(typed, place)
    return dict(typed)


def _with_one_more(typed: Typed, place: str) -> dict[str, Sequence[str]]:
    kind = place.rpartition("-")[2]
    if kind not in _FIRST_FIELD:
        return dict(typed)
    number = max(_numbers(typed, place), default=-1) + 1
    return {**typed, f"{place}-{number}-{_FIRST_FIELD[kind]}": [_FIRST_VALUE[kind]]}


def _moved_up(typed: Typed, place: str) -> dict[str, Sequence[str]]:
    """Change places with the nearest one before, if there is one."""
    group, _, number = place.rpartition("-")
    before = [each for each in _numbers(typed, group) if number.isdecimal() and each < int(number)]
    if not before:
        return dict(typed)
    other = f"{group}-{max(before)}"
    return {_swapped(name, place, other): values for name, values in typed.items()}


def _swapped(name: str, one: str, other: str) -> str:
    for here, there in ((one, other), (other, one)):
        if name.startswith(f"{here}-"):
            return f"{there}-{name.removeprefix(f'{here}-')}"
    return name


def _numbers(typed: Typed, group: str) -> set[int]:
    pattern = re.compile(rf"{re.escape(group)}-(\d{{1,4}})-")
    return {int(match[1]) for match in map(pattern.match, typed) if match}
