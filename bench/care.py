"""How long looking at one lunch takes: 110,000 residents, 10,000 regulars, a fifth of them not there.

Run `python -m bench.care [sqlite|postgresql|ADDRESS OF AN EMPTY DATABASE] [REGULARS]`. Eight weeks of lunches
lie in the ledger. The last column puts each pass beside the plain SQL that counts the same meals by person.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, insert, select

from app.canteens.rules import Sitting
from app.care.models import MissedMeal
from app.care.queries.missed import count_open_missed, open_missed
from app.care.queries.visits import figures_by_area, span_of
from app.care.rules.watching import DEFAULT_ORDER
from app.care.service.watch import regulars_of, watch
from app.database import insert_rows
from app.extensions import db
from app.meals.models import LedgerRecord, Meal
from app.meals.rules import Channel, LedgerEntry
from app.meals.service.record import ledger_row
from app.month import Month
from app.residents.models import Resident, ResidentCategory
from app.residents.rules.facts import Category
from app.roles import COMMAND, Scope
from app.transaction import transaction
from bench.district import count_the_rows
from tests.factories.district import canteen
from tests.support.databases import application, migrate
from tests.support.postgres import running_server

FRIDAY = date(2026, 11, 27)
LOOKED_AT = datetime(2026, 11, 27, 4, 20, tzinfo=UTC)
RESIDENTS, SITES, DAYS, AT_ONCE = 110_000, 66, 56, 5000
_COMMUNITIES = [f"430103{street:03d}{community:03d}" for street in range(1, 15) for community in range(1, 8)]


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    regulars = int(sys.argv[2]) if len(sys.argv) > 2 else 10_000
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name:
        given = kind if "://" in kind else f"sqlite:///{Path(name) / 'bench.sqlite'}"
        server = running_server() if kind == "postgresql" else nullcontext(given)
        with server as url:
            migrate(Path(name), url)
            with application(Path(name), url).app_context():
                _fill(regulars)
                _print(kind, regulars)
                db.session.rollback()
                db.engine.dispose()


def _print(kind: str, regulars: int) -> None:
    print(f"{kind}: {RESIDENTS:,} residents, {regulars:,} regulars, {DAYS * regulars:,} lunches")
    print(f"{'':44}{'seconds':>9}{'processor':>11}{'× SQL':>9}")
    plain = 0.0
    for what, act in PASSES.items():
        started, worked = time.perf_counter(), time.process_time()
        act()
        took, processor = time.perf_counter() - started, time.process_time() - worked
        plain = plain or took
        db.session.rollback()
        print(f"{what:44}{took:>9.2f}{processor:>11.2f}{took / plain:>9.2f}", flush=True)


def _fill(regulars: int) -> None:
    with transaction():
        for number in range(1, SITES + 1):
            canteen(f"C{number:02d}", _COMMUNITIES[number % len(_COMMUNITIES)])
    for start in range(0, RESIDENTS, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, RESIDENTS))
        with transaction():
            db.session.execute(insert(Resident), [_resident(number) for number in numbers])
    with transaction():
        ids = db.session.execute(select(Resident.id).order_by(Resident.id)).scalars().all()
        held = {"category": Category.LIVING_ALONE, "from_on": date(2020, 1, 1), "evidence": ""}
        db.session.execute(insert(ResidentCategory), [{"resident_id": each, **held} for each in ids[::4]])
    for ago in range(DAYS + 1):
        there = regulars if ago else regulars * 4 // 5
        _serve(FRIDAY - timedelta(days=ago), there, first=ago * regulars)
    count_the_rows()


def _resident(number: int) -> dict[str, object]:
    area = _COMMUNITIES[number % len(_COMMUNITIES)]
    return {
        "resident_no": f"R-{number:06d}",
        "name": "某某",
        "name_key": "mou mou",
        "search_keys": " mm moumou ",
        "birth_on": date(1950, 1, 1),
        "registered_area": area,
        "residence_area": area,
        "address": "示例路1号",
        "registered_at": datetime(2026, 1, 1, tzinfo=UTC),
    }


def _serve(on: date, count: int, *, first: int) -> None:
    at = datetime(on.year, on.month, on.day, 3, 30, tzinfo=UTC)
    for start in range(0, count, AT_ONCE):
        rows = []
        for place in range(start, min(start + AT_ONCE, count)):
            meal = LedgerEntry(
                id=UUID(int=((first + place) * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128),
                resident_no=f"R-{place:06d}",
                site_code=f"C{place % SITES + 1:02d}",
                served_on=on,
                sitting=Sitting.LUNCH,
                channel=Channel.DINE_IN,
                price_fen=15_00,
                served_at=at + timedelta(seconds=place % 3000),
                recorded_by="U-1",
            )
            rows.append(ledger_row(meal, meal.served_at, f"{place:064d}"))
        with transaction():
            insert_rows(db.session, LedgerRecord, rows)


def _plain() -> None:
    days = [FRIDAY - timedelta(weeks=week) for week in range(1, 9)]
    counted = (
        select(Meal.resident_no, func.count())
        .where(Meal.served_on.in_(days), Meal.sitting == Sitting.LUNCH)
        .group_by(Meal.resident_no)
    )
    assert db.session.execute(counted).all()


def _regulars() -> None:
    assert regulars_of(FRIDAY, Sitting.LUNCH, DEFAULT_ORDER)


def _watch() -> None:
    with transaction():
        (found,) = watch(by=COMMAND, at=LOOKED_AT)
    assert found.new


def _again() -> None:
    with transaction():
        (found,) = watch(by=COMMAND, at=LOOKED_AT + timedelta(minutes=5))
    assert not found.new
    assert db.session.execute(select(func.count(MissedMeal.id))).scalar_one() == found.absent


def _count() -> None:
    assert count_open_missed(Scope("430103"))


def _list() -> None:
    assert open_missed(Scope("430103001"))


def _visits() -> None:
    assert figures_by_area(span_of(Month(2026, 11), FRIDAY), Scope("430103"))


PASSES: dict[str, Callable[[], None]] = {
    "plain SQL: meals by person, eight Fridays": _plain,
    "the regulars of a Friday's lunch": _regulars,
    "look at the lunch: missed meals written": _watch,
    "look again five minutes later": _again,
    "count what waits, the whole district": _count,
    "list what waits, one street": _list,
    "monthly visits by community, the district": _visits,
}

if __name__ == "__main__":
    main()
