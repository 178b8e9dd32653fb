"""How fast tablets' meals are taken in, beside raw inserts of the same rows; and 66 tablets flushing at once.

Run `python -m bench.sync [sqlite|postgresql|ADDRESS]`; ADDRESS is the SQLAlchemy URL of a database that the
demo has filled and nobody needs, for what is written stays in it. First, batches of 50 records go through
the whole endpoint in one process (parse, find who is meant, ledger, decisions, trail, receipts), in turn with
bare inserts of the very rows that they leave behind, in transactions of the same size, in the same database.
Then a server of its own takes 200 records from each of 66 tablets at the same moment.
"""

from __future__ import annotations

import gc
import json
import logging
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from uuid import uuid4

from flask import Flask
from sqlalchemy import Table, func, insert, select

from app import clock
from app.audit.models import AuditEntry
from app.canteens.models import Site
from app.demo.service.make import DemoSize, make_demo
from app.donations.models import Allotment
from app.extensions import db
from app.meals.models import Decision, DecisionLayer, LedgerRecord
from app.meals.rules import meal_id
from app.residents.models import Resident
from app.roles import COMMAND
from app.till import service
from app.transaction import transaction
from bench.district import count_the_rows
from tests.support.databases import application, migrate
from tests.support.postgres import running_server

BATCH, EACH, ROUNDS = 50, 200, 120
TABLES = {
    cast("Table", model.__table__): meal
    for model, meal in (
        (LedgerRecord, "id"),
        (Decision, "meal_id"),
        (DecisionLayer, "meal_id"),
        (Allotment, "meal_id"),
    )
}
"""Where a meal leaves rows behind, with the column that names the meal; a batch adds to the trail too."""
_ASIDE = 10**9
"""Copies of the trail's entries are numbered from here: the trail itself goes on."""


@dataclass(frozen=True)
class Tablet:
    """A tablet with its token and who eats at its site."""

    site_code: str
    token: str
    residents: Sequence[str]


def main() -> None:
    asked = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    kind = asked.partition(":")[0]
    with (
        tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name,
        _database(asked, Path(name)) as url,
    ):
        migrate(Path(name), url)
        app = application(Path(name), url)
        logging.getLogger("app.answers").setLevel(logging.WARNING)
        with app.app_context():
            if asked == kind:
                _make_district()
            print(f"{kind}: {_count():,} records in the ledger")
            tablets = _tablets()
            gc.collect()
            gc.freeze()  # What making the district left behind is no server's to look through.
            _side_by_side(app, tablets, kind)
            _all_at_once(Path(name), url, tablets, kind)
            db.session.rollback()
            db.engine.dispose()


@contextmanager
def _database(asked: str, folder: Path) -> Iterator[str]:
    given = asked if ":" in asked else f"sqlite:///{folder / 'bench.sqlite'}"
    with running_server() if asked == "postgresql" else nullcontext(given) as url:
        yield url


def _make_district() -> None:
    with transaction():
        make_demo(DemoSize(2500, 1, 1), by=COMMAND, at=clock.now(), tell=lambda _sentence: None)
    count_the_rows()


def _tablets() -> list[Tablet]:
    """Enrol a tablet at each of the 66 sites."""
    sites = db.session.execute(select(Site.site_code).order_by(Site.site_code)).scalars().all()
    people = db.session.execute(select(Resident.resident_no).order_by(Resident.id)).scalars().all()
    tablets = []
    with transaction():
        for place, site_code in enumerate(sites):
            _, code = service.prepare(site_code, "测速", by=COMMAND, at=clock.now())
            _, token = service.enrol(code, at=clock.now())
            tablets.append(Tablet(site_code, token, people[place :: len(sites)]))
    return tablets


def _records(tablet: Tablet, count: int, *, days_ago: int) -> list[dict[str, object]]:
    """Give meals as a till sends them: each resident of the tablet eats in turn, day after day."""
    made = []
    for number in range(count):
        day = days_ago + number // len(tablet.residents)
        served_at = clock.now() - timedelta(days=day, seconds=count - number)
        made.append(
            {
                "id": str(meal_id(served_at, uuid4().int >> 54)),
                "seq": number,
                "resident": tablet.residents[number % len(tablet.residents)],
                "sitting": "lunch",
                "channel": "dine_in",
                "price_fen": 1500,
                "served_at": served_at.isoformat(),
                "by": "U-1",
                "reverses": None,
                "reason": None,
                "payment": "cash",
                "found_by": "face",
            }
        )
    return made


def _body(records: Sequence[object]) -> bytes:
    about = {"unsent": 0, "oldest_unsent_at": None, "version": "1", "tablet_time": clock.now().isoformat()}
    return json.dumps({"records": records, **about}).encode()


def _side_by_side(app: Flask, tablets: Sequence[Tablet], kind: str) -> None:
    """Time batches through the endpoint in turn with raw inserts of the rows they left behind."""
    client = app.test_client()
    ours, raw = [], []
    for place in range(ROUNDS + 2):
        tablet = tablets[place % len(tablets)]
        records = _records(tablet, BATCH, days_ago=60 + 3 * place)
        headers = {"Authorization": f"Bearer {tablet.token}"}
        started = time.perf_counter()
        answer = client.post("/api/v1/tablets/meals", data=_body(records), headers=headers)
        ours.append(time.perf_counter() - started)
        receipts = answer.json["receipts"]  # type: ignore[index]  # an object
        assert all(receipt["status"] == "accepted" for receipt in receipts)
        raw.append(_raw_inserts([record["id"] for record in records]))
    # The first two warm both sides up.
    ours, raw = ours[2:], raw[2:]
    ratio = statistics.median(r / o for r, o in zip(raw, ours, strict=True))
    print(f"{kind}: batches of {BATCH}, median of {ROUNDS}, each beside its own rows inserted bare")
    print(f"  through the endpoint {BATCH / statistics.median(ours):8.0f} records/s")
    print(f"  raw inserts          {BATCH / statistics.median(raw):8.0f} records/s")
    print(f"  ratio                {ratio:8.2f}")


def _raw_inserts(ids: Sequence[object]) -> float:
    """Insert copies of the rows that a batch left, under new ids, in one transaction; give the seconds."""
    new_ids = {str(old): uuid4() for old in ids}
    copies: list[list[dict[str, Any]]] = []
    for table, meal in TABLES.items():
        kept = [column for column in table.columns if column.name != "id" or column.name == meal]
        left = db.session.execute(
            select(*kept).where(table.c[meal].in_([_uuid(old) for old in ids]))
        ).mappings()
        copies.append([dict(row) | {meal: new_ids[str(row[meal])]} for row in left])
    trail = cast("Table", AuditEntry.__table__)
    entry = db.session.execute(
        select(trail).where(trail.c.seq < _ASIDE).order_by(trail.c.seq.desc()).limit(1)
    )
    copies.append([dict(entry.mappings().one())])
    copies[-1][0]["seq"] += _ASIDE
    db.session.rollback()
    started = time.perf_counter()
    with transaction():
        for table, rows in zip((*TABLES, trail), copies, strict=True):
            if rows:
                db.session.execute(insert(table), rows)
    return time.perf_counter() - started


def _uuid(written: object) -> Any:  # noqa: ANN401 - a column's value
    return type(uuid4())(str(written))


def _all_at_once(folder: Path, url: str, tablets: Sequence[Tablet], kind: str) -> None:
    """Let a server of its own take 200 records from each tablet at the same moment."""
    before = _count()
    db.session.rollback()
    port = _free_port()
    environment = {"DATA_DIR": str(folder), "DATABASE_URL": url, "PATH": "/usr/bin:/bin", "PYTHONPATH": "."}
    command = [
        sys.executable,
        "-m",
        *("flask", "--app", "wsgi", "serve"),
        f"--port={port}",
    ]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as server:  # noqa: S603 - ours
        try:
            _wait_for(port)
            seconds: list[float] = []
            gate = threading.Barrier(len(tablets) + 1)
            threads = [
                threading.Thread(target=_flush, args=(port, tablet, gate, seconds)) for tablet in tablets
            ]
            for thread in threads:
                thread.start()
            gate.wait()
            started = time.perf_counter()
            for thread in threads:
                thread.join()
            took = time.perf_counter() - started
        finally:
            server.terminate()
    arrived = _count() - before
    total = len(tablets) * EACH
    seconds.sort()
    p50, p99 = seconds[len(seconds) // 2], seconds[int(len(seconds) * 0.99)]
    print(f"{kind}: {len(tablets)} tablets flush {EACH} records each at once, one server of 8 threads")
    print(f"  {arrived} of {total} arrived in {took:.1f} s, {arrived / took:.0f} records/s")
    print(f"  a batch of {BATCH}: p50 {p50:.2f} s, p99 {p99:.2f} s")
    assert arrived == total


def _flush(port: int, tablet: Tablet, gate: threading.Barrier, seconds: list[float]) -> None:
    records = _records(tablet, EACH, days_ago=250)
    bodies = [_body(records[start : start + BATCH]) for start in range(0, EACH, BATCH)]
    gate.wait()
    for body in bodies:
        started = time.perf_counter()
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/tablets/meals",
            data=body,
            headers={"Authorization": f"Bearer {tablet.token}"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310 - our own server
            receipts = json.load(answer)["receipts"]
        seconds.append(time.perf_counter() - started)
        assert all(receipt["status"] == "accepted" for receipt in receipts)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    msg = "the server did not start"
    raise RuntimeError(msg)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _count() -> int:
    return db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one()


if __name__ == "__main__":
    main()
