"""How long a district's residents and a million meals take to be taken in from files, and the memory.

Run `python -m bench.imports [sqlite|postgresql] [RESIDENTS] [MEALS]`. Files are CSV, taken in by the
services of the commands, each in one transaction and in a process of its own, so that its peak is its own.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from sqlalchemy import select

from app import clock
from app.canteens.models import Site
from app.demo.service.make import DemoSize, make_demo
from app.extensions import db
from app.meals import service as meals
from app.meals.forms.file import MEALS_FILE
from app.residents import service as residents
from app.residents.forms.file import RESIDENTS_FILE
from app.roles import COMMAND
from app.sheet.source import AT_A_TERMINAL
from app.transaction import transaction
from bench.district import apart, database
from tests.factories.meals import meal_cells
from tests.factories.residents import id_number, resident_cells
from tests.support.databases import application, migrate

_FIRST_NUMBER = 500_000
_FIRST_DAY = date(2026, 1, 5)


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 110_000
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as name, database(kind, Path(name)) as url:
        folder = Path(name)
        migrate(folder, url)
        with application(folder, url).app_context():
            with transaction():
                make_demo(DemoSize(200, 1, 1), by=COMMAND, at=clock.now(), tell=lambda _sentence: None)
            sites = db.session.execute(select(Site.site_code).order_by(Site.site_code)).scalars().all()
            db.session.rollback()
            db.engine.dispose()
        _write_people(folder / "residents.csv", people)
        _write_meals(folder / "meals.csv", people, count, sites)
        print(f"{kind}: {people:,} residents, {count:,} meals")
        print(f"{'':16}{'seconds':>9}{'processor':>11}{'+ peak MB':>11}")
        for what, act in (("residents", take_residents), ("meals", take_meals)):
            took = apart(folder, url, partial(act, folder))
            print(f"{what:16}{took.seconds:9.1f}{took.processor:11.1f}{took.megabytes:11.0f}", flush=True)


def take_residents(folder: Path) -> None:
    with (folder / "residents.csv").open("rb") as file, transaction():
        report = residents.import_residents(
            RESIDENTS_FILE.read(file, limits=AT_A_TERMINAL), by=COMMAND, at=clock.now()
        )
    assert report.created > 0


def take_meals(folder: Path) -> None:
    with (folder / "meals.csv").open("rb") as file, transaction():
        report = meals.take_file(MEALS_FILE.read(file, limits=AT_A_TERMINAL), by=COMMAND, at=clock.now())
    assert report.created > 0


def _write_people(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(resident_cells()))
        writer.writeheader()
        for number in range(count):
            born = date(1926, 1, 1) + timedelta(days=number // 999)
            cells = resident_cells(1, id_number=id_number(number % 999 + 1, born.isoformat()))
            writer.writerow({**cells, "resident_no": f"R-{_FIRST_NUMBER + number:06}"})


def _write_meals(path: Path, people: int, count: int, sites: Sequence[str]) -> None:
    """Write a lunch for each person in turn, day after day, at the same site each time."""
    cells = meal_cells(1)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(cells))
        writer.writeheader()
        for number in range(count):
            day, person = _FIRST_DAY + timedelta(days=number // people), number % people
            writer.writerow(
                {
                    **cells,
                    "meal_id": str(UUID(int=10**9 + number)),
                    "resident_no": f"R-{_FIRST_NUMBER + person:06}",
                    "site_code": sites[person % len(sites)],
                    "served_on": day.isoformat(),
                    "served_at": f"{day.isoformat()}T03:40:00+00:00",
                }
            )


if __name__ == "__main__":
    main()
