"""Home of what people ask for: a new subscription, a new rider, a day's plan."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from app.canteens.rules import Sitting
from app.delivery.rules.doors import MapApp

_NUMBERED = re.compile(r"Q-(\d{1,9})")


@dataclass(frozen=True, slots=True)
class NewSubscription:
    """A sitting's meals to a resident's door; bit 0 of `weekdays` is Monday, `until_on` is exclusive."""

    resident_no: str
    kitchen_code: str
    sitting: Sitting
    weekdays: int
    from_on: date
    until_on: date | None = None
    meals: int = 1
    floor: int | None = None
    has_lift: bool = False
    diet: str = ""
    note: str = ""
    priority: int = 1


@dataclass(frozen=True, slots=True)
class NewRider:
    """A volunteer with a shift (seconds after midnight) and a box of `capacity` meals; papers may follow."""

    name: str
    phone: str | None
    kitchen_code: str
    capacity: int
    weekdays: int
    shift_from_seconds: int
    shift_until_seconds: int
    trained_on: date | None = None
    last_insured_on: date | None = None
    map_app: MapApp = MapApp.AMAP


def next_rider_no(taken: Iterable[str]) -> str:
    """Give the rider number after the highest one in use; numbers of another form do not count.

    >>> next_rider_no(["Q-007", "Q-011", "蓝-3"]), next_rider_no([])
    ('Q-012', 'Q-001')
    """
    counts = [int(match[1]) for match in map(_NUMBERED.fullmatch, taken) if match]
    return f"Q-{max(counts, default=0) + 1:03d}"
