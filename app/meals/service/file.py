"""Home of taking a whole file of records into the ledger: all of it, or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import TypeVar
from uuid import UUID

from app import clock
from app.audit import service as audit
from app.canteens import queries as canteens
from app.meals import queries
from app.meals.rules import LedgerEntry
from app.meals.service.decide import decide_many
from app.meals.service.record import enter, touched_by
from app.roles import Actor
from app.sheet.form import BadRow, Row
from app.sheet.report import ImportReport, refuse_bad
from app.text import Text, text

Rows = Iterable[Row[LedgerEntry] | BadRow]

_T = TypeVar("_T")
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Intake(ImportReport):
    """What became of a file's rows: of those `created`, some are reversals; none is ever `updated`.

    `conflicts` stand in the ledger under other content already; `unregistered` counts the file's meals of
    persons whom the register does not know (yet).
    """

    reversals: int = 0
    conflicts: int = 0
    unregistered: int = 0

    def as_text(self) -> Text:
        """Say it in one sentence."""
        return text(
            "{meals} new meals and {reversals} new reversals, {unchanged} rows as before, {bad} not taken.",
            meals=self.created - self.reversals,
            reversals=self.reversals,
            unchanged=self.unchanged,
            bad=len(self.bad),
        )

    @property
    def worries(self) -> list[Text]:
        """Say what somebody should look at."""
        said = []
        if self.conflicts:
            said.append(
                text(
                    "{count} rows came under a known meal_id with other content. Both are kept, the first "
                    "counts; compare them on the meal's page.",
                    count=self.conflicts,
                )
            )
        if self.unregistered:
            said.append(
                text(
                    "{count} meals are of persons who are not registered; none is subsidised until they are.",
                    count=self.unregistered,
                )
            )
        return said


def take_file(rows: Rows, *, by: Actor, at: datetime, skip_bad_rows: bool = False) -> Intake:
    """Take a file of records into the ledger, in portions, and decide once at the end.

    Raises: BadFile with every bad row, unless they are to be skipped.
    """
    good: Counter[str] = Counter()
    days: defaultdict[str, set[date]] = defaultdict(set)
    guests: set[UUID] = set()
    meals_of: Counter[str] = Counter()
    bad: list[BadRow] = []
    for portion in _portions(_checked(rows, today=clock.on(at)), _AT_ONCE):
        bad += [row for row in portion if isinstance(row, BadRow)]
        # Once a row is bad nothing will be kept; the rest is only looked through for its faults.
        if skip_bad_rows or not bad:
            entries = [row.value for row in portion if isinstance(row, Row)]
            good += _entered(entries, at)
            touched, nobodys = touched_by(entries)
            guests |= nobodys
            for resident_no, some in touched.items():
                days[resident_no] |= some
            meals_of.update(entry.resident_no for entry in entries if entry.reverses is None)
    if not skip_bad_rows:
        refuse_bad(bad)
    decide_many(days, guests)
    intake = Intake(
        created=good["created"],
        unchanged=good["rows"] - good["created"] - good["conflicts"],
        bad=tuple(bad),
        reversals=good["reversals"],
        conflicts=good["conflicts"],
        unregistered=_unregistered(meals_of),
    )
    if intake.created or intake.conflicts:
        detail = {
            "added": intake.created,
            "reversals": intake.reversals,
            "conflicts": intake.conflicts,
            "left_out": len(bad),
        }
        audit.record("meals.imported", "meals", by=by, at=at, detail=detail)
    return intake


def _entered(entries: list[LedgerEntry], at: datetime) -> Counter[str]:
    """Enter a portion of records; give what they came to."""
    entered = enter(entries, at)
    return Counter(
        rows=len(entries),
        created=len(entered.new),
        reversals=sum(entry.reverses is not None for entry in entered.new),
        conflicts=len(entered.conflicts),
    )


def _checked(rows: Rows, *, today: date) -> Iterator[Row[LedgerEntry] | BadRow]:
    """Give the rows back, those that the rest of the data speaks against as bad ones."""
    sites = canteens.site_facts()
    for row in rows:
        if isinstance(row, Row) and row.value.site_code not in sites:
            yield row.refused(
                text("There is no site {code}.", code=row.value.site_code),
                text("Check the code, or import the site first."),
                column="site_code",
            )
        elif isinstance(row, Row) and row.value.served_on > today:
            yield row.refused(
                text("The day {day} has not come yet.", day=row.value.served_on),
                text("Check the year, the month and the day."),
                column="served_on",
            )
        else:
            yield row


def _portions(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    waiting = iter(rows)
    while portion := list(islice(waiting, size)):
        yield portion


def _unregistered(meals_of: Mapping[str, int]) -> int:
    """Count the meals whose resident number is empty or not registered."""
    known = {
        number for portion in _portions(sorted(meals_of), _AT_ONCE) for number in queries.registered(portion)
    }
    return sum(count for number, count in meals_of.items() if number not in known)
