"""Home of what a measurement leaves behind: a flat row in a file, so that plots can be drawn again."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

KEPT = Path(__file__).with_name("measured.csv")
"""The figures that docs/routing.md shows."""


class Record(NamedTuple):
    """What one planner made of one instance in the seconds given; `took` is by the clock."""

    instance: str
    orders: int
    planner: str
    given: float
    took: float
    unserved_weight: int
    riders: int
    ride: int
    is_proven: bool

    @property
    def reached(self) -> tuple[int, int, int]:
        """Give the objective, the graver parts first."""
        return self.unserved_weight, self.riders, self.ride


def read(file: Path) -> list[Record]:
    """Read what was kept."""
    with file.open(encoding="utf-8", newline="") as lines:
        return [
            Record(
                row["instance"],
                int(row["orders"]),
                row["planner"],
                float(row["given"]),
                float(row["took"]),
                int(row["unserved_weight"]),
                int(row["riders"]),
                int(row["ride"]),
                row["is_proven"] == "True",
            )
            for row in csv.DictReader(lines)
        ]


def keep(records: Iterable[Record], file: Path) -> None:
    """Write records beside those kept before, in place of those of the same instance, planner and seconds."""
    kept = {(row.instance, row.planner, row.given): row for row in (read(file) if file.exists() else [])}
    kept |= {(row.instance, row.planner, row.given): row for row in records}
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines, lineterminator="\n")
        writer.writerow(Record._fields)
        writer.writerows(kept[key]._replace(took=round(kept[key].took, 2)) for key in sorted(kept))
