"""Home of the verb on administrative places: take the official list."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from app.areas import queries
from app.areas.models import Area
from app.areas.rules import AreaRecord, Level
from app.audit import service as audit
from app.extensions import db
from app.roles import Actor

SHIPPED = Path(__file__).with_name("areas_430103.csv")


def take_areas(records: Iterable[AreaRecord], *, by: Actor, at: datetime) -> int:
    """Write down places that are new or renamed; give how many. None is ever removed."""
    known = {area.code: area for area in queries.areas_under("")}
    changed = 0
    for record in records:
        area = known.get(record.code)
        if area is None:
            area = known[record.code] = Area(code=record.code)
            db.session.add(area)
        elif (area.name, area.level, area.parent_code) == (record.name, record.level, record.parent_code):
            continue
        area.name, area.level, area.parent_code = record.name, record.level.value, record.parent_code
        changed += 1
    db.session.flush()
    if changed:
        audit.record("areas.taken", "areas", by=by, at=at, detail={"changed": changed})
    return changed


def seed_areas(*, by: Actor, at: datetime) -> int:
    """Write down the district that is shipped with the product; give how many places were new."""
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        records = [
            AreaRecord(row["code"], row["name"], Level(row["level"]), row["parent_code"] or None)
            for row in csv.DictReader(file)
        ]
    return take_areas(records, by=by, at=at)
