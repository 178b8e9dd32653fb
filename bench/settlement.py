"""How long a month's settlement takes in a year of 2.4 million meals: draft, verify, export, and one meal.

Run `python -m bench.settlement [sqlite|postgresql|ADDRESS OF AN EMPTY DATABASE] [MEALS A MONTH]`. The months
before the one that is measured have been handed in, so that drafting looks for corrections of a whole year.
It is put beside the plain SQL aggregation of the same decisions, in the same database and run; the ratio is
of the processor's seconds where the database runs in the process itself, else of the clock's. Each runs in
a process of its own; its memory is by how much it raised the process's peak.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Integer, SelectBase, case, func, insert, literal, literal_column, select

from app import clock
from app.canteens import queries as canteens
from app.canteens.rules import Sitting
from app.errors import DomainError
from app.extensions import db
from app.meals import service as meals
from app.meals.models import Decision, DecisionLayer, Meal
from app.meals.rules import Channel, LedgerEntry, MealFact, adjudicate
from app.meals.service.decide import decide_again
from app.meals.service.record import enter, touched_by
from app.month import Month
from app.residents import queries as residents
from app.roles import COMMAND, Actor, Permission, Scope
from app.settlement import queries, service
from app.settlement.rules.steps import Act
from app.settlement.service.export import Format, Wanted, export_month
from app.subsidy import queries as subsidy
from app.subsidy.models import PolicyVersion
from app.subsidy.rules import Reason
from app.transaction import transaction
from bench.district import add_meals, apart, count_the_rows, district, people

MONTH = Month(2026, 10)
SUBSIDY_FEN = 3_00
_SINGLE_MEALS = 300


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    with district(kind, lambda: _fill(count)) as (folder, url):
        print(f"{kind}: {12 * count:,} meals of a year, {count:,} of {MONTH}")
        print(f"{'':44}{'seconds':>9}{'processor':>11}{'+ peak MB':>11}{'× SQL':>9}")
        plain = 0.0
        for what, act in PASSES.items():
            took = apart(folder, url, act)
            worked = took.processor if url.startswith("sqlite") else took.seconds
            plain = plain or worked
            figures = f"{took.seconds:>9.2f}{took.processor:>11.2f}{took.megabytes:>11.0f}"
            print(f"{what:44}{figures}{worked / plain:>9.2f}", flush=True)


def _fill(count: int) -> None:
    """Add a year of meals of those who get 3 yuan each time, and their decisions as policy gives them."""
    eating = _entitled()
    for number in range(12):
        add_meals(Month(2026, number + 1), count, eating, first=number * count)
        _tell(f"meals of {Month(2026, number + 1)}")
    policy_id = db.session.execute(select(PolicyVersion.id).order_by(PolicyVersion.id).limit(1)).scalar_one()
    undecided = ~select(Decision.meal_id).where(Decision.meal_id == Meal.id).exists()
    of_2026 = Meal.served_on.between(date(2026, 1, 1), date(2026, 12, 31))
    gives = literal(SUBSIDY_FEN, Integer)
    decided: SelectBase = select(
        Meal.id,
        literal(policy_id),
        literal_column(f"'{Reason.OK.value}'"),
        Meal.price_fen,
        gives,
        literal(0),
        literal(0),
        Meal.price_fen - gives,
    ).where(undecided, of_2026)
    columns = ("meal_id", "policy_id", "reason", "price_fen", "government_fen", "operator_fen", "charity_fen")
    fund = next(iter(subsidy.policy_book())).layers[0]
    with transaction():
        db.session.execute(insert(Decision).from_select([*columns, "resident_fen"], decided))
        without = ~select(DecisionLayer.meal_id).where(DecisionLayer.meal_id == Decision.meal_id).exists()
        paid = select(Decision.meal_id, literal(0), literal(fund.payer), literal(fund.fund), gives)
        paid = paid.where(without, Decision.reason == Reason.OK)
        names = ["meal_id", "position", "payer", "fund", "amount_fen"]
        db.session.execute(insert(DecisionLayer).from_select(names, paid))
    _tell("decisions")
    count_the_rows()
    for number in range(1, MONTH.month):
        _hand_in(Month(MONTH.year, number))


def _hand_in(month: Month) -> None:
    """Draft a month and hand in every statement of it, some days after its end."""
    at = datetime.combine(month.next.first_on.replace(day=5), datetime.min.time(), tzinfo=UTC)
    site, district_office = (Actor(number, frozenset(Permission), Scope()) for number in ("U-1", "U-2"))
    with transaction():
        service.draft_statements(month, by=site, at=at)
    for statement_no in [each.statement_no for each in queries.statements_of(month, Scope())]:
        with suppress(DomainError), transaction():
            service.waive(statement_no, reason="压力测试", by=district_office, at=at)
        with transaction():
            service.take_step(statement_no, Act.SUBMIT, by=site, at=at)
    _tell(f"statements of {month}")


def _tell(what: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {what}", file=sys.stderr, flush=True)


def _entitled() -> list[str]:
    """Give the residents to whom the policy gives a lunch on both ends of the year."""
    everybody = people()
    facts = residents.facts_of(everybody)
    sites, policies, calendar = canteens.site_facts(), subsidy.policy_book(), subsidy.work_calendar()
    found = []
    for number in everybody:
        lunches = [_lunch(number, day, next(iter(sites))) for day in (date(2026, 1, 1), date(2026, 12, 31))]
        decisions = adjudicate(
            lunches,
            reversed_ids=set(),
            resident=facts[number],
            sites=sites,
            policies=policies,
            calendar=calendar,
        )
        if all(each.government_fen == SUBSIDY_FEN for each in decisions.values()):
            found.append(number)
    return found


def _lunch(resident_no: str, day: date, site_code: str) -> MealFact:
    at = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
    return MealFact(uuid4(), resident_no, site_code, day, Sitting.LUNCH, Channel.DINE_IN, 15_00, at)


def _sql() -> None:
    """Sum the month's decisions by site, and by site, payer and fund, with the persons of each."""
    stands = Decision.reason != Reason.REVERSED
    helped = case((Decision.government_fen + Decision.charity_fen > 0, Meal.resident_no))
    amounts = [
        func.sum(case((stands, getattr(Decision, f"{part}_fen")), else_=0))
        for part in ("price", "government", "operator", "charity", "resident")
    ]
    of_month = Meal.served_on.between(MONTH.first_on, MONTH.last_on)
    persons = func.count(helped.distinct())
    by_site = select(Meal.site_code, func.count(), func.count(helped), persons, *amounts)
    by_site = by_site.join(Decision, Decision.meal_id == Meal.id).where(of_month)
    db.session.execute(by_site.group_by(Meal.site_code)).all()
    by_fund = select(
        Meal.site_code,
        DecisionLayer.payer,
        DecisionLayer.fund,
        func.count(),
        func.count(Meal.resident_no.distinct()),
        func.sum(DecisionLayer.amount_fen),
    )
    by_fund = by_fund.join(DecisionLayer, DecisionLayer.meal_id == Meal.id).where(of_month)
    db.session.execute(by_fund.group_by(Meal.site_code, DecisionLayer.payer, DecisionLayer.fund)).all()


def _draft() -> None:
    with transaction():
        service.draft_statements(MONTH, by=COMMAND, at=clock.now())


def _verify() -> None:
    found = service.verify_month(MONTH)
    if found.differences:
        message = f"the month differs from its facts: {found.differences[:3]}"
        raise RuntimeError(message)


def _export(*chosen: Format) -> None:
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as folder:
        wanted = Wanted.of(MONTH, Scope())
        export_month(wanted, Path(folder), chosen, at=clock.now(), progress=lambda _path: None)


def _export_csv() -> None:
    _export(Format.CSV)


def _export_forms() -> None:
    _export(Format.XLSX, Format.PDF)


def _single_meals() -> None:
    """Record meals one by one, each a transaction, and print how long one takes.

    Then others in three parts: into the ledger, decided, committed; they leave no line in the trail.
    """
    eating = people()[: 2 * _SINGLE_MEALS]
    lunch = LedgerEntry(
        UUID(int=0),
        "",
        next(iter(canteens.site_facts())),
        date(2026, 11, 30),
        Sitting.BREAKFAST,
        Channel.DINE_IN,
        15_00,
        datetime(2026, 11, 30, tzinfo=UTC),
        "U-1",
    )
    entries = [replace(lunch, id=uuid4(), resident_no=resident_no) for resident_no in eating]
    whole: list[tuple[float, ...]] = []
    parts: list[tuple[float, ...]] = []
    for entry in entries[:_SINGLE_MEALS]:
        started = time.perf_counter()
        with transaction():
            meals.take([entry], by=COMMAND, at=clock.now())
        whole.append((started, time.perf_counter()))
    for entry in entries[_SINGLE_MEALS:]:
        started = time.perf_counter()
        with transaction():
            enter([entry], clock.now())
            entered = time.perf_counter()
            decide_again(*touched_by([entry]))
            decided = time.perf_counter()
        parts.append((started, entered, decided, time.perf_counter()))
    _print_times("a meal recorded and decided, committed", whole)
    _print_times("a meal into the ledger, decided, committed", parts)


def _print_times(what: str, marks: Sequence[tuple[float, ...]]) -> None:
    """Print of each step between the marks the median and the 99th of a hundred, in milliseconds."""
    steps = zip(*([1000 * (end - start) for start, end in pairwise(each)] for each in marks), strict=True)
    told = (f"p50 {statistics.median(s):.1f} p99 {statistics.quantiles(s, n=100)[98]:.1f} ms" for s in steps)
    print(f"{what:44}{'; '.join(told)}")


PASSES = {
    "plain SQL aggregation": _sql,
    "draft 66 sites": _draft,
    "draft again, nothing changed": _draft,
    "verify": _verify,
    "export CSV": _export_csv,
    "export XLSX and PDF": _export_forms,
    f"{_SINGLE_MEALS} meals, one by one": _single_meals,
}


if __name__ == "__main__":
    main()
