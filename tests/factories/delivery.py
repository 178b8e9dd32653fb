"""Makers of delivery's rows: kitchens with riders, residents with a door, subscriptions."""

from __future__ import annotations

from datetime import date

from app.canteens.models import Site
from app.canteens.rules import Sitting
from app.delivery.models import Rider, Subscription
from app.delivery.rules.days import EVERY_DAY
from app.extensions import db
from app.residents.models import Resident
from app.residents.rules.facts import Category, CategoryPeriod, ResidentFacts, StatusChange
from tests.factories.district import canteen, resident_row

MONDAY = date(2026, 11, 23)
LONG_AGO = date(2026, 1, 1)
LONG_AHEAD = date(2099, 12, 31)
KITCHEN_AT = (28.1135, 112.9834)
"""Latitude and longitude of the kitchen; 0.001 of a degree north is 111 metres."""


def kitchen(code: str = "C01", *, area_code: str = "430103005001") -> Site:
    """Make a kitchen with a place."""
    made = canteen(code, area_code)
    made.latitude, made.longitude = KITCHEN_AT
    db.session.flush()
    return made


def neighbour(
    resident_no: str = "R-000001",
    *,
    north: float = 0.002,
    east: float = 0.0,
    name: str = "王秀兰",
    sex: str | None = "female",
    birth_on: date = date(1940, 5, 1),
    area_code: str = "430103005001",
    has_place: bool = True,
    statuses: tuple[StatusChange, ...] = (),
    categories: tuple[CategoryPeriod, ...] = (CategoryPeriod(Category.LIVING_ALONE, None, LONG_AGO),),
) -> Resident:
    """Make a resident whose door lies that many degrees from the kitchen: old and alone, so entitled."""
    made = resident_row(
        ResidentFacts(resident_no, birth_on, area_code, area_code, statuses=statuses, categories=categories),
        name=name,
    )
    made.sex = sex
    made.phone, made.phone_tail = "13812345678", "5678"
    made.address = "裕南街社区幸福路12号3栋2单元601"
    if has_place:
        made.latitude, made.longitude = KITCHEN_AT[0] + north, KITCHEN_AT[1] + east
    db.session.flush()
    return made


def subscribed(
    resident: Resident,
    *,
    kitchen_code: str = "C01",
    sitting: Sitting = Sitting.LUNCH,
    weekdays: int = EVERY_DAY,
    from_on: date = LONG_AGO,
    until_on: date | None = None,
    meals: int = 1,
    floor: int | None = 6,
    diet: str = "软食",
    note: str = "敲门请大声",
) -> Subscription:
    """Make a subscription of a resident."""
    made = Subscription(
        resident_id=resident.id,
        kitchen_code=kitchen_code,
        sitting=sitting,
        weekdays=weekdays,
        from_on=from_on,
        until_on=until_on,
        meals=meals,
        floor=floor,
        diet=diet,
        note=note,
    )
    db.session.add(made)
    db.session.flush()
    return made


def rider(
    rider_no: str = "Q-001",
    *,
    kitchen_code: str = "C01",
    capacity: int = 10,
    weekdays: int = EVERY_DAY,
    shift: tuple[int, int] = (10 * 3600, 13 * 3600),
    is_active: bool = True,
    trained_on: date | None = LONG_AGO,
    last_insured_on: date | None = LONG_AHEAD,
) -> Rider:
    """Make a rider of a kitchen, trained and insured."""
    made = Rider(
        rider_no=rider_no,
        name="陈志强",
        phone="13987654321",
        kitchen_code=kitchen_code,
        capacity=capacity,
        weekdays=weekdays,
        shift_from_seconds=shift[0],
        shift_until_seconds=shift[1],
        is_active=is_active,
        trained_on=trained_on,
        last_insured_on=last_insured_on,
    )
    db.session.add(made)
    db.session.flush()
    return made
