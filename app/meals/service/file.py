"""Home of taking a whole file of records into the ledger: all of it or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from app.access import Actor
from app.audit import service as audit
from app.meals import queries
from app.meals.rules import LedgerEntry
from app.meals.service.decide import decide_many
from app.meals.service.record import enter, touched_by
from app.sheet.form import BadRow, Row
from app.text import text

Rows = Iterable[Row[LedgerEntry] | BadRow]
Progress = Callable[[int], object]
"""Is told now and then how many rows have been read."""

_T = TypeVar("_T")
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of a file's good rows, and the rows that were not taken.

    `meals` and `reversals` are new to the ledger, `conflicts` stand there under other content already;
    `unregistered` counts the file's meals of persons whom the register does not know (yet).
    """

    rows: int
    meals: int
    reversals: int
    conflicts: int
    unregistered: int
    bad: tuple[BadRow, ...]

    @property
    def repeated(self) -> int:
        """Give how many rows had no effect, because the ledger held them already."""
        return self.rows - self.meals - self.reversals - self.conflicts


def checked(rows: Rows, *, site_codes: Collection[str], today: date) -> Iterator[Row[LedgerEntry] | BadRow]:
    """Give the rows back, those that the rest of the data speaks against as bad ones."""
    for row in rows:
        if isinstance(row, BadRow):
            yield row
        elif row.value.site_code not in site_codes:
            yield row.refused(
                text("There is no site {code}.", code=row.value.site_code),
                text("Check the code, or import the site first."),
                column="site_code",
            )
        elif row.value.served_on > today:
            yield row.refused(
                text("The day {day} has not come yet.", day=row.value.served_on.isoformat()),
                text("Check the year, the month and the day."),
                column="served_on",
            )
        else:
            yield row


def take_file(rows: Rows, *, by: Actor, at: datetime, progress: Progress = lambda _rows: None) -> Intake:
    """Take the good rows of a file into the ledger and decide; give what became of them, and the bad ones.

    Whoever wants all or nothing rolls back when any row is bad. Sites must be known, see `checked`.
    """
    counts: Counter[str] = Counter()
    days: defaultdict[str, set[date]] = defaultdict(set)
    meals_of: Counter[str] = Counter()
    bad: list[BadRow] = []
    for portion in _portions(rows, _AT_ONCE):
        entries = [row.value for row in portion if isinstance(row, Row)]
        bad += [row for row in portion if isinstance(row, BadRow)]
        entered = enter(entries, at)
        reversals = sum(entry.reverses is not None for entry in entered.new)
        counts["meals"] += len(entered.new) - reversals
        counts["reversals"] += reversals
        counts["conflicts"] += len(entered.conflicts)
        counts["rows"] += len(entries)
        for resident_no, touched in touched_by(entries).items():
            days[resident_no] |= touched
        meals_of.update(entry.resident_no for entry in entries if entry.reverses is None)
        progress(counts["rows"] + len(bad))
    decide_many(days)
    new = {name: counts[name] for name in ("meals", "reversals", "conflicts")}
    if any(new.values()):
        audit.record("meals.imported", "ledger", by=by, at=at, detail=new)
    return Intake(
        rows=counts["rows"],
        meals=counts["meals"],
        reversals=counts["reversals"],
        conflicts=counts["conflicts"],
        unregistered=_unregistered(meals_of),
        bad=tuple(bad),
    )


def _portions(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    waiting = iter(rows)
    while portion := list(islice(waiting, size)):
        yield portion


def _unregistered(meals_of: Mapping[str, int]) -> int:
    """Count the meals whose resident number is empty or not registered."""
    numbers = sorted(meals_of)
    known = {number for portion in _portions(numbers, _AT_ONCE) for number in queries.registered(portion)}
    return sum(count for number, count in meals_of.items() if number not in known)
