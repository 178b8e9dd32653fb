"""Home of serving the demo's meals: a week at a time, decided while they are served, in bounded memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Table, insert

from app.demo.rules.chance import stream
from app.demo.rules.cheats import Plot
from app.demo.rules.habits import Diner, mood
from app.demo.rules.meals import Recorded, Till
from app.demo.rules.period import weeks
from app.demo.rules.tricks import Tricks
from app.demo.service.district import District
from app.demo.service.telling import Tell
from app.extensions import db
from app.meals.models import Decision, DecisionLayer, LedgerRecord
from app.meals.queries import DecidedMeal
from app.meals.rules import LedgerEntry, MealFact
from app.meals.service.charity import Pair, as_funds_last
from app.meals.service.decide import Ground, decision_rows
from app.meals.service.record import ledger_row
from app.model import Base
from app.residents.rules.facts import ResidentFacts
from app.text import text

_AT_ONCE = 5000


def serve_meals(
    diners: Sequence[Diner],
    district: District,
    days: Sequence[date],
    staff: Mapping[str, str],
    *,
    seed: int,
    plot: Plot | None = None,
    at: datetime,
    tell: Tell,
) -> dict[str, int]:
    """Serve, write down and decide the meals of these days; give how many there are.

    A resident's meals of one week are decided together, as no policy of the demo caps a month.
    """
    book = _Book(Ground.now())
    told = days[0].month if days else 0
    for week in weeks(days):
        if week[-1].month != told:
            told = week[-1].month
            tell(
                text("{meals} meals before {day} …", meals=book.counts["meals"], day=week[-1].replace(day=1))
            )
        till = Till(district.by_code, staff, now=at, random=stream(seed, "meals", week[0]))
        tricks = Tricks(plot, till)
        moods = [(day, mood(seed, day)) for day in week]
        before = book.counts["meals"]
        for diner in diners:
            book.enter(tricks.applied(diner, till.week_of(diner, moods), week), diner.resident)
        for day in week:
            _enter_guests(book, till.guests_on(day, (book.counts["meals"] - before) // len(week)))
    book.write_down()
    return book.counts


def _enter_guests(book: _Book, recorded: Sequence[Recorded]) -> None:
    """Enter the meals of people who are not registered, each name's together."""
    by_number: defaultdict[str, list[Recorded]] = defaultdict(list)
    for each in recorded:
        by_number[each.entry.resident_no].append(each)
    for meals in by_number.values():
        book.enter(meals, None)


class _Book:
    """The ledger's rows and their decisions, gathered until there are enough to be written down."""

    def __init__(self, ground: Ground) -> None:
        """Begin with nothing; all decisions rest on this ground."""
        self.counts = {"meals": 0, "reversals": 0}
        self._ground = ground
        self._records: list[dict[str, Any]] = []
        self._decided: list[Pair] = []

    def enter(self, recorded: Sequence[Recorded], resident: ResidentFacts | None) -> None:
        """Enter all that one person ate in a closed span of days, and decide it."""
        reversed_ids = {each.entry.reverses for each in recorded} - {None}
        meals = [
            DecidedMeal(_fact(each.entry), is_reversed=each.entry.id in reversed_ids, stored=None)
            for each in recorded
            if each.entry.reverses is None
        ]
        self._records.extend(ledger_row(each.entry, each.received_at) for each in recorded)
        judged = self._ground.judge(meals, resident)
        self._decided.extend((meal, judged[meal.fact.meal_id]) for meal in meals)
        self.counts["meals"] += len(meals)
        self.counts["reversals"] += len(recorded) - len(meals)
        if len(self._records) >= _AT_ONCE:
            self.write_down()

    def write_down(self) -> None:
        """Write what was gathered, facts before the decisions that rest on them."""
        _insert(LedgerRecord, self._records)
        decisions: list[dict[str, Any]] = []
        layers: list[dict[str, Any]] = []
        for _, decision in as_funds_last(self._decided, self._ground.sites):
            row, its_layers = decision_rows(decision, self._ground)
            decisions.append(row)
            layers.extend(its_layers)
        _insert(Decision, decisions)
        _insert(DecisionLayer, layers)
        self._records.clear()
        self._decided.clear()


def _insert(table: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows by the table itself: it is quicker than its class, and a year of meals is millions."""
    if rows:
        db.session.execute(insert(cast("Table", table.__table__)), rows)


def _fact(entry: LedgerEntry) -> MealFact:
    return MealFact(
        entry.id,
        entry.resident_no,
        entry.site_code,
        entry.served_on,
        entry.sitting,
        entry.channel,
        entry.price_fen,
        entry.served_at,
    )
