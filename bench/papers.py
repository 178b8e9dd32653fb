"""How long a month of 66 statements with 200,000 lines takes: to prove, as a workbook and as PDF.

Run `python -m bench.papers [sqlite|postgresql] [MEALS]`. Each pass runs in a process of its own; its memory
is by how much it raised the peak of that process, and the peak of all that it and those it started held.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from app import clock
from app.meals.service.decide import decide_many
from app.month import Month
from app.roles import COMMAND, Scope
from app.settlement import service
from app.settlement.service.export import Format, Wanted, export_month
from app.transaction import transaction
from bench.district import add_meals, apart, district, people

MONTH = Month(2026, 10)


def main() -> None:
    kind = sys.argv[1] if len(sys.argv) > 1 else "sqlite"
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 200_000
    with district(kind, lambda: fill(count)) as (folder, url):
        print(f"{kind}: {count:,} meals of {MONTH}")
        print(f"{'':24}{'seconds':>9}{'processor':>11}{'+ peak MB':>11}{'all MB':>11}")
        for what, act in PASSES.items():
            took = apart(folder, url, act)
            memory = f"{took.megabytes:>11.0f}{took.together:>11.0f}"
            print(f"{what:24}{took.seconds:>9.2f}{took.processor:>11.2f}{memory}", flush=True)


def fill(count: int) -> None:
    """Add a month of meals, decided, and the drafts of its statements."""
    eating = people()
    add_meals(MONTH, count, eating)
    with transaction():
        decide_many(dict.fromkeys(eating, ()), ())
    with transaction():
        service.draft_statements(MONTH, by=COMMAND, at=clock.now())


def _export(*chosen: Format) -> None:
    with tempfile.TemporaryDirectory(prefix="meal-circle-bench-") as folder:
        wanted = Wanted.of(MONTH, Scope())
        export_month(wanted, Path(folder), chosen, at=clock.now(), progress=lambda _path: None)


def export_workbook() -> None:
    _export(Format.XLSX)


def export_pdf() -> None:
    _export(Format.PDF)


def export_forms() -> None:
    _export(Format.XLSX, Format.PDF)


def verify() -> None:
    found = service.verify_month(MONTH)
    if found.differences:
        message = f"the month differs from its facts: {found.differences[:3]}"
        raise RuntimeError(message)


PASSES = {"verify": verify, "XLSX": export_workbook, "PDF": export_pdf, "XLSX and PDF": export_forms}


if __name__ == "__main__":
    main()
