"""Home of what may be shown of a month: sums of sites that enough people ate at, and of nobody alone. Pure.

The groups are those of the public notice (公示表): a site with fewer than five diners is shown with others
until they are five. What a payer gives is shown for all, and only while each payer pays for enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.settlement.rules.disclosure import FEWEST_PERSONS, SiteMonth, groups_of
from app.settlement.rules.statement import FundAmount, Totals


@dataclass(frozen=True, slots=True)
class Settled:
    """What a site's approved statement of a month says, and who it was for: known here, never shown."""

    site_code: str
    residents: frozenset[str]
    totals: Totals
    funds: tuple[FundAmount, ...] = ()


@dataclass(frozen=True, slots=True)
class Shares:
    """The sums of some sites; the four parts add up to the price."""

    persons: int
    meals: int
    subsidised_meals: int
    price_fen: int
    resident_fen: int
    operator_fen: int
    government_fen: int
    charity_fen: int


@dataclass(frozen=True, slots=True)
class Group:
    """One row: a site, or several small ones together."""

    site_codes: tuple[str, ...]
    shares: Shares


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown of a month: its rows, the sums over all of them, and what each payer gave.

    Without rows fewer than five people ate in the whole month; then nothing of it is shown.
    """

    groups: tuple[Group, ...]
    whole: Shares | None
    payers: tuple[tuple[str, int], ...]


def shown_of(sites: Iterable[Settled]) -> Shown:
    """Give what may be shown of these statements.

    >>> few = Settled("P1", frozenset("a"), Totals(1, 9, 9, 0, 90_00, 27_00, 0, 0, 63_00))
    >>> many = Settled("P2", frozenset("abcdef"), Totals(6, 60, 60, 0, 600_00, 180_00, 0, 0, 420_00))
    >>> shown = shown_of([few, many])
    >>> [(group.site_codes, group.shares.persons) for group in shown.groups], shown.whole.meals
    ([(('P1', 'P2'), 6)], 69)
    >>> shown_of([few]).whole is None
    True
    """
    held = {each.site_code: each for each in sites}
    months = [
        SiteMonth(each.site_code, each.site_code, each.residents, each.totals.meals, each.totals.price_fen)
        for each in held.values()
    ]
    groups = [[held[month.site_code] for month in group] for group in groups_of(months)]
    groups = [group for group in groups if any(each.totals.meals for each in group)]
    if any(_shares(group).persons < FEWEST_PERSONS for group in groups):
        return Shown((), None, ())
    rows = tuple(Group(tuple(each.site_code for each in group), _shares(group)) for group in groups)
    settled = [each for group in groups for each in group]
    return Shown(rows, _shares(settled) if rows else None, _payers(settled))


def _shares(sites: Sequence[Settled]) -> Shares:
    totals = [each.totals for each in sites]
    return Shares(
        persons=len(frozenset().union(*(each.residents for each in sites))),
        meals=sum(each.meals for each in totals),
        subsidised_meals=sum(each.subsidised_meals for each in totals),
        price_fen=sum(each.price_fen for each in totals),
        resident_fen=sum(each.resident_fen for each in totals),
        operator_fen=sum(each.operator_fen for each in totals),
        government_fen=sum(each.government_fen for each in totals),
        charity_fen=sum(each.charity_fen for each in totals),
    )


def _payers(sites: Sequence[Settled]) -> tuple[tuple[str, int], ...]:
    """Give what each payer gave; nothing while one of them may have paid for fewer than five people.

    A payer's persons are known site by site; the largest of them is the least that there can be in all.
    """
    fen: dict[str, int] = {}
    persons: dict[str, int] = {}
    for site in sites:
        for fund in site.funds:
            fen[fund.payer] = fen.get(fund.payer, 0) + fund.amount_fen
            persons[fund.payer] = max(persons.get(fund.payer, 0), fund.persons)
    if min(persons.values(), default=0) < FEWEST_PERSONS:
        return ()
    return tuple(sorted(fen.items()))
