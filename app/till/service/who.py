"""Home of finding out whom a record means: by resident number, card or identity number."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.meals import queries as meals
from app.residents import queries as residents
from app.residents.rules.cards import code_in
from app.till.rules.quarantine import Problem, Unfit
from app.till.rules.records import identity_in, looks_like_card, may_be_number


@dataclass(frozen=True, slots=True)
class People:
    """Whom the names of a batch mean: resident numbers, card codes and identity numbers, as sent.

    A name that can only be a resident number means itself, registered or not. `identity_indexes` is how the
    ledger names an identity number, `lookups` what its resident is found by, or would be.
    """

    by_name: Mapping[str, str]
    identity_indexes: Mapping[str, str]
    lookups: Mapping[str, str]

    def named(self, name: str) -> tuple[str, str]:
        """Give the resident number that the ledger writes, and how the resident was named if otherwise.

        An identity number is named by its keyed index: the ledger holds none. An unknown number may stand: a
        meal may come before its resident.

        Raises: Unfit for who must be found out first.
        """
        resident_no = self.by_name.get(name)
        index = self.identity_indexes.get(name)
        if resident_no is not None:
            return resident_no, f"identity:{index}" if index else "" if resident_no == name else name
        if index is not None:
            raise Unfit(Problem.UNKNOWN_IDENTITY)
        if not name or may_be_number(name):
            if looks_like_card(name):
                raise Unfit(Problem.UNKNOWN_CARD)
            return name, ""
        raise Unfit(Problem.UNKNOWN_PERSON)


def people_meant(names: Collection[str]) -> People:
    """Find out whom some names mean, at once for a whole batch."""
    given = {name for name in names if name}
    cards = {name: code for name in given if (code := code_in(name))}
    # What can be nothing but a resident number need not be asked for.
    by_name = {
        name: name for name in given - cards.keys() if may_be_number(name) and not looks_like_card(name)
    }
    rest = given - by_name.keys()
    by_name |= {number: number for number in meals.registered(rest)} if rest else {}
    rest -= by_name.keys()
    cards = {name: code for name, code in cards.items() if name in rest}
    holders = residents.residents_by_card(set(cards.values())) if cards else {}
    by_name |= {name: holders[card] for name, card in cards.items() if card in holders}
    numbers = {name: number for name in rest - by_name.keys() if (number := identity_in(name))}
    indexes = {name: residents.identity_index(number) for name, number in numbers.items()}
    lookups = {name: residents.identity_lookups(number) for name, number in numbers.items()}
    asked = {each for held in lookups.values() for each in held}
    known = residents.numbers_by_identity(asked) if asked else {}
    found = {name: next((each for each in held if each in known), held[0]) for name, held in lookups.items()}
    by_name |= {name: known[each] for name, each in found.items() if each in known}
    return People(by_name, indexes, found)
