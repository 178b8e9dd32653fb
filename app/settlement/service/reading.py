"""Home of reading a month once: whatever is written of it takes each statement's list as it streams past."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from app.month import Month
from app.settlement.models import Statement
from app.settlement.rules.disclosure import SiteMonth
from app.settlement.service.disclosure import site_month
from app.settlement.service.listing import Listing, listing_of
from app.settlement.service.summary import Summary

MANY_LINES = 20_000
"""From here on a month is read in processes beside each other; one takes a second or two to be ready."""


@contextmanager
def keeping_much() -> Iterator[None]:
    """Look for no garbage meanwhile: among so many lines that are kept it takes a fifth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@dataclass(slots=True)
class Reading:
    """A month's statements, and what those that have streamed past come to."""

    month: Month
    statements: Sequence[Statement]
    summary: Summary = field(default_factory=Summary)
    sites: list[SiteMonth] = field(default_factory=list)

    def listings(self) -> Iterator[Listing]:
        """Give each statement's list of meals, once it is counted; a month's lists would fill the memory.

        Raises: Conflict when a draft's meals have changed since.
        """
        for statement in self.statements:
            listing = listing_of(statement)
            self.summary.add(listing.paper, listing.diners)
            self.sites.append(site_month(listing.paper))
            yield listing
