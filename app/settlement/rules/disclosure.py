"""Home of the public notice (公示表): what anybody may read of a month, and nothing of any one person.

It has no names and no break-down by category. A site with very few diners would still tell a neighbour what
one of them got, so such sites are shown together, with others until they are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FEWEST_PERSONS = 5
"""Below so many persons a row would tell of single ones."""


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """What one site's statement comes to, and who it was for: known here, and never shown."""

    site_code: str
    site: str
    residents: frozenset[str]
    meals: int
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the notice: a site, or several small ones together; `persons` None is fewer than shown."""

    sites: tuple[str, ...]
    persons: int | None
    meals: int
    amount_fen: int


def rows_of(sites: Iterable[SiteMonth]) -> list[Row]:
    """Give the rows that may be shown, by site; the small ones come last, together.

    >>> few = SiteMonth("P1", "甲", frozenset("a"), 9, 27_00)
    >>> many = SiteMonth("P2", "乙", frozenset("abcdefgh"), 90, 270_00)
    >>> more = SiteMonth("P3", "丙", frozenset("stuvwxyz"), 99, 297_00)
    >>> [(row.sites, row.persons, row.amount_fen) for row in rows_of([few, many, more])]
    [(('丙',), 8, 29700), (('甲', '乙'), 8, 29700)]
    """
    groups = groups_of(sites)
    return [_row(group) for group in groups]


def groups_of(sites: Iterable[SiteMonth]) -> list[list[SiteMonth]]:
    """Give the sites that are shown in one row each, by site; the small ones come last, together."""
    shown = sorted(sites, key=lambda each: each.site_code)
    together: list[SiteMonth] = []
    for each in sorted(shown, key=lambda each: (len(each.residents), each.site_code)):
        if not each.residents and not each.amount_fen:
            continue
        enough = not together or len(_residents(together)) >= FEWEST_PERSONS
        if len(each.residents) >= FEWEST_PERSONS and enough:
            break
        together.append(each)
    alone = [[each] for each in shown if each not in together]
    in_order = sorted(together, key=lambda each: each.site_code)
    return [*alone, *([in_order] if together else [])]


def _residents(sites: Iterable[SiteMonth]) -> frozenset[str]:
    return frozenset().union(*(each.residents for each in sites))


def _row(group: Sequence[SiteMonth]) -> Row:
    persons, amount_fen = len(_residents(group)), sum(each.amount_fen for each in group)
    nobody = not persons and not amount_fen
    return Row(
        tuple(each.site for each in group),
        persons if nobody or persons >= FEWEST_PERSONS else None,
        sum(each.meals for each in group),
        amount_fen,
    )
