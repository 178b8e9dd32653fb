"""Home of the demo's deliveries: who gets lunch at the door, and which volunteers carry it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from math import ceil
from random import Random

from app.canteens.rules import Sitting
from app.delivery.rules.days import EVERY_DAY, WORKDAYS
from app.delivery.rules.requests import NewRider, NewSubscription
from app.demo.rules import names
from app.demo.rules.chance import Lot
from app.demo.rules.people import DemoResident
from app.demo.rules.sites import DemoSite
from app.residents.rules.facts import Category, Status
from app.residents.rules.identity import Sex

CIRCLE_METRES = 1900
"""What an e-bike reaches within 15 minutes, a little less than the careful estimate says."""

_DELIVERED_FROM_AGE = 80
_FRAIL = {Category.DISABLED, Category.INCAPACITATED}
_IN_NEED = {Category.LIVING_ALONE, Category.DESTITUTE, Category.MINIMUM_ALLOWANCE}
_URGENT_GRADES = {"severe", "total"}
_OUTSIDE_SHARE = 0.5
_WEEKDAYS = Lot({WORKDAYS: 0.65, EVERY_DAY: 0.35})
_DIETS = Lot({"": 0.66, "软食": 0.18, "低糖": 0.10, "软食 低糖": 0.06})
_NOTES = Lot({"": 0.85, "敲门请大声": 0.09, "请放门口凳子上并敲门": 0.03, "先打电话": 0.03})
_MEALS = Lot({1: 0.97, 2: 0.03})
_RIDERS_PHONES_FROM = 19_909_000_000
_LUNCHES_PER_RIDER = 14
_INSURED_FOR = {1: 12, 2: -3}
"""One rider's insurance ends soon, and another's is over; all others have time."""
_HALF_HOUR = 1800


def subscription(
    resident: DemoResident, kitchens: Mapping[str, DemoSite], *, share: float, random: Random, today: date
) -> NewSubscription | None:
    """Give the lunch at the door that somebody asked for; None for who may not have it, or did not ask.

    The very old and the frail who live alone or in hardship may. `kitchens` are the canteens by street; who
    lives too far from every one of them mostly was not promised anything, but a few were.
    """
    if not _may_have_it(resident, today) or random.random() > share:
        return None
    kitchen = _kitchen(resident, kitchens, random)
    if kitchen is None:
        return None
    urgent = any(held.grade in _URGENT_GRADES for held in resident.record.categories)
    return NewSubscription(
        resident_no=resident.resident_no,
        kitchen_code=kitchen.record.site_code,
        sitting=Sitting.LUNCH,
        weekdays=_WEEKDAYS.draw(random),
        from_on=today - timedelta(days=int(5 + 500 * random.random())),
        meals=_MEALS.draw(random),
        floor=resident.floor,
        has_lift=random.random() < 0.25,  # noqa: PLR2004 - a share
        diet=_DIETS.draw(random),
        note=_NOTES.draw(random),
        priority=2 if urgent else 1,
    )


def _may_have_it(resident: DemoResident, today: date) -> bool:
    facts = resident.facts
    held = {period.category for period in facts.categories_on(today)}
    frail = facts.age_on(today) >= _DELIVERED_FROM_AGE or bool(held & _FRAIL)
    at_home = facts.status_on(today) is Status.ACTIVE and resident.lives_at is not None
    return at_home and frail and bool(held & _IN_NEED)


def _kitchen(resident: DemoResident, kitchens: Mapping[str, DemoSite], random: Random) -> DemoSite | None:
    """Give the canteen of the street; where it is too far, the nearest one, if that is not."""
    place, home = resident.record.person.place, resident.lives_at
    if place is None or home is None:
        return None
    own = kitchens[home.street_code]
    if place.metres_to(own.place) <= CIRCLE_METRES:
        return own
    nearest = min(kitchens.values(), key=lambda kitchen: place.metres_to(kitchen.place))
    if place.metres_to(nearest.place) <= CIRCLE_METRES or random.random() < _OUTSIDE_SHARE:
        return nearest
    return None


def riders(lunches: Mapping[str, int], random: Random, *, today: date) -> tuple[NewRider, ...]:
    """Give each kitchen as many volunteers as its subscribed lunches need, and one more for who is ill."""
    needed = [
        kitchen_code
        for kitchen_code, count in sorted(lunches.items())
        for _ in range(1 + max(1, ceil(count / _LUNCHES_PER_RIDER)))
    ]
    return tuple(
        _rider(number, kitchen_code, random, today) for number, kitchen_code in enumerate(needed, start=1)
    )


def _rider(number: int, kitchen_code: str, random: Random, today: date) -> NewRider:
    sex = Sex.FEMALE if random.random() < 0.3 else Sex.MALE  # noqa: PLR2004 - a share
    shift_from = 10 * 3600 + random.choice((0, 900, _HALF_HOUR))
    return NewRider(
        name=f"蓝骑士·{names.name(sex, random)}",
        phone=str(_RIDERS_PHONES_FROM + number),
        kitchen_code=kitchen_code,
        capacity=random.randrange(8, 13),
        weekdays=EVERY_DAY,
        shift_from_seconds=shift_from,
        shift_until_seconds=12 * 3600 + _HALF_HOUR + random.choice((_HALF_HOUR, 2 * _HALF_HOUR)),
        trained_on=today - timedelta(days=60 + number * 7 % 300),
        last_insured_on=today + timedelta(days=_INSURED_FOR.get(number, 45 + number * 11 % 320)),
    )
