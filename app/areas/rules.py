"""Home of the official codes of places (统计用区划代码): their levels, and how their names are shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

LENGTHS = (2, 4, 6, 9, 12)
"""How many digits a code, or a prefix that is a place itself, may have."""


class Level(StrEnum):
    """What kind of place a code stands for."""

    DISTRICT = "district"
    STREET = "street"
    COMMUNITY = "community"


@dataclass(frozen=True, slots=True)
class AreaRecord:
    """A place as the official list has it."""

    code: str
    name: str
    level: Level
    parent_code: str | None


def short_name(name: str) -> str:
    """Give a community's name as people say it, without its committee.

    >>> short_name("八角亭社区居委会"), short_name("新路村委会"), short_name("暮云新村村委会")
    ('八角亭社区', '新路村', '暮云新村')
    """
    if name.endswith("村村委会"):
        return name.removesuffix("村委会")
    return name.removesuffix("居委会") if name.endswith("居委会") else name.removesuffix("委会")


def around(code: str) -> tuple[str, ...]:
    """Give the codes of a place and of those it lies in, the widest first.

    >>> around("430103005001")
    ('43', '4301', '430103', '430103005', '430103005001')
    """
    return tuple(code[:length] for length in LENGTHS if length <= len(code))
