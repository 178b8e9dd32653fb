"""Home of the file of a simulation's differences: each resident who gains or loses. Fen, UTF-8 with a BOM."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from app.settlement.rules.simulation import ResidentChange
from app.settlement.service.csv_files import harmless

COLUMNS = ("resident_no", "meals", "before_fen", "after_fen", "gain_fen")


@contextmanager
def differences_file(path: Path) -> Iterator[Callable[[ResidentChange], None]]:
    """Give what writes one row for each resident; the file is in its place whole or not at all."""
    beside = path.with_name(f".{path.name}.part")
    try:
        with beside.open("w", encoding="utf-8-sig", newline="") as target:
            writer = csv.writer(target, lineterminator="\r\n")
            writer.writerow(COLUMNS)
            yield lambda each: _write(writer.writerow, each)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _write(write: Callable[[tuple[str | int, ...]], object], each: ResidentChange) -> None:
    write((harmless(each.resident_no), each.meals, each.before_fen, each.after_fen, each.gain_fen))
