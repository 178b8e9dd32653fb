"""How long the dashboard takes over a year of 2.4 million meals: the district's page, streets beside it.

Run `python -m bench.dashboard [MEALS A YEAR]`, or with the ADDRESS of a database that the demo has filled
(`flask demo --residents 110000 --months 12`). Without one it is PostgreSQL, a server of its own; meals and
decisions are laid down by the database itself and added up once by `oversight refresh`'s own verb. Then the
page is asked for again and again; of a database of its own with the meals of today not added up yet.
"""

from __future__ import annotations

import logging
import statistics
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from flask import Flask
from sqlalchemy import text

from app import clock
from app.auth import service as auth
from app.auth.rules import NewUser
from app.extensions import db
from app.oversight.service.forecast import make_forecasts
from app.oversight.service.sums import forget_sums, refresh_sums
from app.roles import COMMAND, Role
from app.transaction import transaction
from bench.district import count_the_rows, district
from tests.support.databases import application

_ASKED = 200
_MEALS = """
INSERT INTO ledger (id, kind, digest, resident_no, site_code, served_on, sitting, channel, price_fen,
 served_at, recorded_by, tablet, reason, received_at)
SELECT (lpad(to_hex(extract(epoch FROM day)::bigint * 1000), 12, '0') || substr(md5(n::text), 13))::uuid,
 'meal', md5(n::text), 'R-' || lpad((n % 6000 + 1)::text, 6, '0'), site_code, day,
 CASE WHEN n % 3 = 0 THEN 'dinner' ELSE 'lunch' END, 'dine_in', 1500, day + interval '4 hours',
 'U-1', '', '', day + interval '5 hours'
FROM (SELECT n, (:today)::date - 364 + (n * 365 / :count)::int AS day
 FROM generate_series(0::bigint, :count - 1) AS n) made
JOIN (SELECT site_code, row_number() OVER (ORDER BY site_code) - 1 AS place, count(*) OVER () AS many
 FROM site) s
 ON s.place = (n * 7919) % s.many
ORDER BY day
"""
"""Day after day, as they come: what is written together lies together, and ids begin with their instant."""
_DECISIONS = """
INSERT INTO decision
 (meal_id, policy_id, reason, price_fen, government_fen, operator_fen, charity_fen, resident_fen)
SELECT id, (SELECT min(id) FROM policy), 'ok', price_fen, 300, 0, 0, price_fen - 300 FROM ledger
WHERE kind = 'meal' AND NOT EXISTS (SELECT 1 FROM decision WHERE meal_id = ledger.id) ORDER BY id
"""


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else "2400000"
    if "://" in given:
        with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name:
            _ask_all(Path(name), given)
    else:
        with district("postgresql", lambda: _fill(int(given))) as (folder, url):
            _ask_all(folder, url)


def _ask_all(folder: Path, url: str) -> None:
    app = application(folder, url)
    app.testing = True
    logging.getLogger("app.answers").setLevel(logging.WARNING)
    for what, area, together in (
        ("the district's page", "430103", 1),
        ("a street's page", "430103005", 1),
        ("the district's, four at once", "430103", 4),
    ):
        _ask(app, what, area, together)


def _fill(count: int) -> None:
    today = clock.today()
    started = time.perf_counter()
    with transaction():
        db.session.execute(text(_MEALS), {"today": today, "count": count})
        db.session.execute(text(_DECISIONS))
    print(f"{count:,} meals laid down in {time.perf_counter() - started:.0f} s", flush=True)
    count_the_rows()
    with transaction():
        forget_sums()
    started = time.perf_counter()
    days = 1
    while days:
        with transaction():
            days = refresh_sums()
    print(f"added up in {time.perf_counter() - started:.1f} s", flush=True)
    with transaction():
        db.session.execute(
            text("INSERT INTO daily_touch (site_code, served_on) SELECT site_code, :day FROM site"),
            {"day": today},
        )
    started = time.perf_counter()
    with transaction():
        series = make_forecasts(by=COMMAND, at=clock.now())
    print(f"{series} sittings forecast in {time.perf_counter() - started:.1f} s", flush=True)
    count_the_rows()


def _ask(app: Flask, what: str, area: str, together: int) -> None:
    with app.app_context(), transaction():
        name = f"viewer{area}{together}{time.time_ns()}"
        new = NewUser(name, name, "meal-circle-bench", frozenset({Role.DISTRICT_OFFICER}), area, None)
        user = auth.let_in(new, by=COMMAND, at=clock.now())
        token = auth.begin_session(user, lasts_minutes=720, at=clock.now())

    def ask(_turn: int) -> float:
        client = app.test_client()
        with client.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        started = time.perf_counter()
        assert client.get("/oversight/dashboard").status_code == 200
        return (time.perf_counter() - started) * 1000

    ask(0)
    with ThreadPoolExecutor(together) as pool:
        took = sorted(pool.map(ask, range(_ASKED)))
    print(
        f"{what:32} median {statistics.median(took):7.0f} ms   p99 {took[int(0.99 * len(took))]:7.0f} ms",
        flush=True,
    )


if __name__ == "__main__":
    main()
