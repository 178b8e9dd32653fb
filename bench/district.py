"""Home of the district that benches of months run on: the demo's, and meals by the hundred thousand.

A pass is measured in a process of its own, so that its memory is its own too.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, wait
from contextlib import contextmanager, nullcontext, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.database import insert_rows
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.meals.models import LedgerRecord
from app.meals.rules import Channel, LedgerEntry
from app.meals.service.record import ledger_row
from app.month import Month
from app.residents.models import Resident
from app.roles import COMMAND
from app.transaction import transaction
from tests.support.databases import application, migrate
from tests.support.postgres import running_server

RESIDENTS, AT_ONCE = 6000, 5000
_ON_ITS_WAY = timedelta(minutes=10)
_GLANCE_SECONDS = 0.2


class Measured(NamedTuple):
    """What a pass took: seconds by the clock and of the processor, and how much memory.

    `megabytes` is by how much it raised the peak of its process; `together` is the peak of what that process
    and all that it started held at one time, with all that a process needs anyway, what they share once.
    """

    seconds: float
    processor: float
    megabytes: float
    together: float


@contextmanager
def district(kind: str, fill: Callable[[], None]) -> Iterator[tuple[Path, str]]:
    """Give the folder and the database of the demo's district, after `fill` has added to it.

    `kind` is `sqlite`, `postgresql` for a server of its own, or the address of an empty database.
    """
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name, database(kind, Path(name)) as url:
        migrate(Path(name), url)
        with application(Path(name), url).app_context():
            with transaction():
                make_demo(DemoSize(RESIDENTS, 1, 1), by=COMMAND, at=clock.now(), tell=lambda _sentence: None)
            fill()
            db.session.rollback()
            db.engine.dispose()
        yield Path(name), url


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """Give the address of a database of a kind: a server's of its own, a file, or the one that was given."""
    given = kind if "://" in kind else f"sqlite:///{folder / 'bench.sqlite'}"
    server = running_server() if kind == "postgresql" else nullcontext(given)
    with server as url:
        yield url


def count_the_rows() -> None:
    """Let PostgreSQL count what it holds: a server in use does that by itself, this one is minutes old."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def people() -> list[str]:
    """Give the numbers of the residents."""
    return list(db.session.execute(select(Resident.resident_no).order_by(Resident.id)).scalars())


def add_meals(month: Month, count: int, eating: Sequence[str], *, first: int = 0) -> None:
    """Add so many meals of a month to the ledger, undecided; `first` is the number of the first.

    Most are at the same site each time, one in nine at the next.
    """
    is_open = (Site.opened_on <= month.first_on, Site.closed_on.is_(None))
    sites = (
        db.session.execute(select(Site.site_code).where(*is_open).order_by(Site.site_code)).scalars().all()
    )
    for start in range(0, count, AT_ONCE):
        rows = []
        for within in range(start, min(start + AT_ONCE, count)):
            turn, place = divmod(within, len(eating))
            site_code = sites[(place + (turn % 9 == 0)) % len(sites)]
            meal = _meal(first + within, turn, eating[place], site_code=site_code, month=month)
            rows.append(ledger_row(meal, meal.served_at + _ON_ITS_WAY, f"{within:064d}"))
        with transaction():
            insert_rows(db.session, LedgerRecord, rows)


def _meal(number: int, turn: int, resident_no: str, *, site_code: str, month: Month) -> LedgerEntry:
    """Give a meal: everybody eats lunch and dinner day after day."""
    day, is_dinner = month.first_on + timedelta(days=turn // 2 % month.last_on.day), turn % 2
    at = datetime(day.year, day.month, day.day, 10 if is_dinner else 4, tzinfo=UTC)
    return LedgerEntry(
        id=UUID(int=(number * 0x9E3779B97F4A7C15F39CC0605CEDC835) % 2**128),
        resident_no=resident_no,
        site_code=site_code,
        served_on=day,
        sitting=Sitting.DINNER if is_dinner else Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=at + timedelta(seconds=number % 5000),
        recorded_by="U-1",
    )


def apart(folder: Path, url: str, act: Callable[[], object]) -> Measured:
    """Measure a pass, a function of a module, in a process of its own."""
    # Not a pool of multiprocessing: its processes may have none of their own.
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        running = pool.submit(_measured, folder, url, act)
        together = 0.0
        while not running.done():
            together = max(together, sum(map(_share, _descendants())))
            wait([running], timeout=_GLANCE_SECONDS)
        return running.result()._replace(together=together)


def _descendants() -> Iterator[Path]:
    """Give the places of the processes that this one has started, and of those that they have."""
    children: dict[int, list[int]] = {}
    for place in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            # What a process is called may hold anything, also brackets; its parent is told after the last.
            parent = int((place / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(place.name))
    found = list(children.get(os.getpid(), ()))
    for process in found:
        yield Path("/proc", str(process))
        found += children.get(process, ())


def _share(process: Path) -> float:
    """Give the megabytes of a process, those that it shares in parts; none when it has ended."""
    with suppress(OSError):
        lines = (process / "smaps_rollup").read_text(encoding="ascii").splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
    return 0.0


def _measured(folder: Path, url: str, act: Callable[[], object]) -> Measured:
    with application(folder, url).app_context():
        # Whatever the first statement loads is no pass's own.
        db.session.execute(select(Site.site_code)).all()
        before = _megabytes("VmHWM")
        started, worked = time.perf_counter(), _processor()
        act()
        took, seconds = time.perf_counter() - started, _processor() - worked
        after = _megabytes("VmHWM")
        db.session.rollback()
        db.engine.dispose()
    return Measured(took, seconds, after - before, together=0.0)


def _processor() -> float:
    """Give the seconds of processor that this process and those that it started and that ended have used."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def _megabytes(name: str) -> float:
    """Give a figure of this process's own memory; what getrusage gives begins with its parent's peak."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) / 1024
