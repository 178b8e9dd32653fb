"""How long a policy's simulation takes on a month of 200,000 meals, beside a plain pass over the same facts.

Run `python -m bench.simulate [sqlite|postgresql] [MEALS]`. The plain pass is what `settlement verify` does
with the month: read every meal, decide it once, keep its line. Each runs in a process of its own, so that its
memory is its own too: it is by how much the pass raised the process's peak. The ratio is of the processor's
seconds, which a busy machine distorts less.
"""

from __future__ import annotations

import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.access import COMMAND, Scope
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.database import insert_rows
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.meals.models import LedgerRecord
from app.meals.rules import Channel, LedgerEntry
from app.meals.service.record import ledger_row
from app.residents.models import Resident
from app.residents.rules.facts import Category
from app.settlement.rules.month import Month
from app.settlement.service import simulate
from app.settlement.service.verify import recompute
from app.subsidy.rules import Caps, FenCaps, Layer, MealCaps, Policy, Rate, When
from app.subsidy.rules.document import default_policy
from app.transaction import transaction
from tests.support.databases import application, migrate
from tests.support.postgres import running_server

MONTH = Month(2026, 3)
RESIDENTS, AT_ONCE = 6000, 5000
SIMPLE = replace(default_policy(), layers=(Layer("district", "一般公共预算", (Rate(amount_fen=400),)),))
RICH = Policy(
    "示例〔2026〕3号",
    date(2027, 1, 1),
    "430103",
    (
        Layer("city", "福彩公益金", (Rate(percent=Decimal(25), at_most_fen=300),)),
        Layer(
            "district",
            "一般公共预算",
            (
                Rate(amount_fen=300),
                Rate(amount_fen=400, when=When(age_from=80)),
                Rate(amount_fen=500, when=When(category=Category.DESTITUTE)),
                Rate(amount_fen=500, when=When(category=Category.DISABLED, grades=frozenset("12"))),
            ),
        ),
    ),
    caps=Caps(MealCaps(sitting=1, day=2, week=10, month=40), FenCaps(day=1200, month=30_000)),
    operator_discount_fen=100,
    charity_fen=50,
)
ELSEWHERE = replace(SIMPLE, district="430103005")
PASSES: dict[str, Callable[[], object]] = {
    "plain pass (recompute of verify)": lambda: recompute(MONTH),
    "simulate: 4 yuan instead of 3": lambda: simulate(SIMPLE, MONTH, scope=Scope()),
    "simulate: two payers, six caps": lambda: simulate(RICH, MONTH, scope=Scope()),
    "simulate: one street only": lambda: simulate(ELSEWHERE, MONTH, scope=Scope()),
}


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name, _database(kind, Path(name)) as url:
        migrate(Path(name), url)
        app = application(Path(name), url)
        with app.app_context():
            _fill(count)
            db.engine.dispose()
        print(f"{kind}: {count:,} meals of {MONTH} by {RESIDENTS:,} residents")
        print(f"{'':36}{'seconds':>9}{'processor':>11}{'+ peak MB':>11}{'× plain':>9}")
        plain_seconds = 0.0
        for what in PASSES:
            took, seconds, megabytes = _apart(Path(name), url, what)
            plain_seconds = plain_seconds or seconds
            ratio = seconds / plain_seconds
            print(f"{what:36}{took:>9.2f}{seconds:>11.2f}{megabytes:>11.0f}{ratio:>9.2f}")


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    server = running_server() if kind == "postgresql" else nullcontext(f"sqlite:///{folder / 'bench.sqlite'}")
    with server as url:
        yield url


def _fill(count: int) -> None:
    """Make the demo's district with a policy of 3 yuan that was in force in the month, and its meals."""
    with transaction():
        make_demo(DemoSize(RESIDENTS, 1, 1), by=COMMAND, at=clock.now(), tell=lambda _sentence: None)
    sites = db.session.execute(select(Site.site_code).order_by(Site.site_code)).scalars().all()
    people = db.session.execute(select(Resident.resident_no).order_by(Resident.id)).scalars().all()
    db.session.rollback()
    for start in range(0, count, AT_ONCE):
        numbers = range(start, min(start + AT_ONCE, count))
        rows = [ledger_row(_meal(number, people, sites), clock.now(), f"{number:064d}") for number in numbers]
        with transaction():
            insert_rows(db.session, LedgerRecord, rows)


def _meal(number: int, people: Sequence[str], sites: Sequence[str]) -> LedgerEntry:
    """Give a meal: everybody eats lunch and dinner day after day, mostly at the same site."""
    turn, place = divmod(number, len(people))
    day, is_dinner = MONTH.first_on + timedelta(days=turn // 2 % 31), turn % 2
    hour = 10 if is_dinner else 4
    return LedgerEntry(
        id=UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128),
        resident_no=people[place],
        site_code=sites[(place + (turn % 9 == 0)) % len(sites)],
        served_on=day,
        sitting=Sitting.DINNER if is_dinner else Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=datetime(day.year, day.month, day.day, hour, tzinfo=UTC) + timedelta(seconds=place % 5000),
        recorded_by="U-1",
    )


def _apart(folder: Path, url: str, what: str) -> tuple[float, float, float]:
    """Give the seconds, those of the processor, and the megabytes of a pass in a process of its own."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (folder, url, what))


def _measured(folder: Path, url: str, what: str) -> tuple[float, float, float]:
    with application(folder, url).app_context():
        # Whatever the first statement loads is no pass's own.
        db.session.execute(select(Site.site_code)).all()
        before = _megabytes("VmHWM")
        started, worked = time.perf_counter(), time.process_time()
        PASSES[what]()
        took, seconds = time.perf_counter() - started, time.process_time() - worked
        after = _megabytes("VmHWM")
        db.session.rollback()
        db.engine.dispose()
    return took, seconds, after - before


def _megabytes(name: str) -> float:
    """Give a figure of this process's own memory; what getrusage gives begins with its parent's peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024


if __name__ == "__main__":
    main()
