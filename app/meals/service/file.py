"""Home of taking a whole file of records into the ledger: all of it, or nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import TypeVar

from app import clock
from app.access import Actor
from app.audit import service as audit
from app.canteens import queries as canteens
from app.meals import queries
from app.meals.rules import LedgerEntry
from app.meals.service.decide import decide_many
from app.meals.service.record import enter, touched_by
from app.sheet.form import BadRow, Row
from app.sheet.report import refuse_bad
from app.text import Text, text

Rows = Iterable[Row[LedgerEntry] | BadRow]
Progress = Callable[[int], object]
"""Is told now and then how many rows have been read."""

_T = TypeVar("_T")
_AT_ONCE = 2000


@dataclass(slots=True)
class Intake:
    """What became of a file's rows.

    `meals` and `reversals` are new to the ledger, `conflicts` stand there under other content already;
    `unregistered` counts the file's meals of persons whom the register does not know (yet).
    """

    rows: int = 0
    meals: int = 0
    reversals: int = 0
    conflicts: int = 0
    unregistered: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def repeated(self) -> int:
        """Give how many good rows had no effect, because the ledger held them already."""
        return self.rows - len(self.bad) - self.meals - self.reversals - self.conflicts

    @property
    def summary(self) -> Text:
        """Say what was taken."""
        return text(
            "Taken in: {meals} meals and {reversals} reversals; {repeated} rows were in the ledger already.",
            meals=self.meals,
            reversals=self.reversals,
            repeated=self.repeated,
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


def take_file(
    rows: Rows,
    *,
    by: Actor,
    at: datetime,
    skip_bad_rows: bool = False,
    progress: Progress = lambda _rows: None,
) -> Intake:
    """Take a file of records into the ledger and decide; the memory it needs does not grow with its meals.

    Raises: BadFile with every bad row, unless they are to be skipped.
    """
    intake = Intake()
    days: defaultdict[str, set[date]] = defaultdict(set)
    meals_of: Counter[str] = Counter()
    for portion in _portions(_checked(rows, today=clock.on(at)), _AT_ONCE):
        intake.rows += len(portion)
        intake.bad += [row for row in portion if isinstance(row, BadRow)]
        if skip_bad_rows or not intake.bad:
            entries = [row.value for row in portion if isinstance(row, Row)]
            _enter(entries, at, intake)
            for resident_no, touched in touched_by(entries).items():
                days[resident_no] |= touched
            meals_of.update(entry.resident_no for entry in entries if entry.reverses is None)
        progress(intake.rows)
    if not skip_bad_rows:
        refuse_bad(intake.bad)
    decide_many(days)
    intake.unregistered = _unregistered(meals_of)
    new = {"meals": intake.meals, "reversals": intake.reversals, "conflicts": intake.conflicts}
    if any(new.values()):
        audit.record("meals.imported", "ledger", by=by, at=at, detail=new)
    return intake


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
                text("The day {day} has not come yet.", day=row.value.served_on.isoformat()),
                text("Check the year, the month and the day."),
                column="served_on",
            )
        else:
            yield row


def _enter(entries: list[LedgerEntry], at: datetime, intake: Intake) -> None:
    entered = enter(entries, at)
    reversals = sum(entry.reverses is not None for entry in entered.new)
    intake.meals += len(entered.new) - reversals
    intake.reversals += reversals
    intake.conflicts += len(entered.conflicts)


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
