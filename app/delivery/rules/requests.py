"""Home of what people ask for: a new subscription, a new rider, a day's plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.canteens.rules import Sitting


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
    """A volunteer with a shift (seconds after midnight) and a box of `capacity` meals."""

    name: str
    phone: str | None
    kitchen_code: str
    capacity: int
    weekdays: int
    shift_from_seconds: int
    shift_until_seconds: int
