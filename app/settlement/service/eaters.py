"""Home of reading a stretch of the ledger resident by resident, with what is known of each."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple

from app.residents import queries as residents
from app.residents.rules.facts import ResidentFacts
from app.settlement import queries
from app.settlement.queries import Witness

_AT_ONCE = 500


class Eater(NamedTuple):
    """Whoever ate under one number: what the register knows of them (None: nothing), and their meals."""

    resident_no: str
    facts: ResidentFacts | None
    witnesses: list[Witness]


def eaters(first: date, last: date, *, of_site: str | None = None) -> Iterator[Eater]:
    """Give everybody who ate from `first` to `last`, by number; with `of_site` those who ate there.

    They stream past in portions, so that a month of any size needs the memory of one portion.
    """
    everyone = queries.witnesses(first, last, of_site=of_site)
    while portion := list(islice(everyone, _AT_ONCE)):
        known = residents.facts_of([resident_no for resident_no, _ in portion])
        for resident_no, witnesses in portion:
            yield Eater(resident_no, known.get(resident_no), witnesses)
