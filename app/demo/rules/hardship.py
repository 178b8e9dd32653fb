"""Home of the demo residents' categories and statuses: how many are poor, disabled, alone, gone."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from app.demo.rules.chance import Lot
from app.residents.rules.facts import Category, CategoryPeriod, Status, StatusChange
from app.residents.rules.identity import Sex

_OLD, _VERY_OLD = 70, 80

_POVERTY = Lot(
    {
        Category.DESTITUTE: 0.3,
        Category.MINIMUM_ALLOWANCE: 1.5,
        Category.NEAR_MINIMUM: 0.7,
        None: 97.5,
    }
)
_GRADES_OF_DISABILITY = Lot({"1": 1.0, "2": 2.5, "3": 3.5, "4": 3.0})
_GRADES_OF_CARE = {
    60: Lot({"light": 5.0, "moderate": 3.0, "severe": 1.5, "total": 0.5}),
    70: Lot({"light": 4.5, "moderate": 3.0, "severe": 1.8, "total": 0.7}),
    80: Lot({"light": 3.5, "moderate": 3.0, "severe": 2.2, "total": 1.3}),
}
_SHARES = {
    Category.DISABLED: {60: 0.04, 70: 0.055, 80: 0.085},
    Category.INCAPACITATED: {60: 0.010, 70: 0.032, 80: 0.120},
    Category.LIVING_ALONE: {60: 0.070, 70: 0.125, 80: 0.210},
    Category.EMPTY_NEST: {60: 0.160, 70: 0.180, 80: 0.180},
    Category.BEREAVED_PARENT: {60: 0.005, 70: 0.005, 80: 0.005},
    Category.VETERAN: {60: 0.015, 70: 0.020, 80: 0.028},
}
"""The share of each age's residents. Living alone and being incapacitated grow with age."""

_STATUSES = Lot({Status.INSTITUTION: 1.2, Status.MOVED_AWAY: 0.7, Status.DECEASED: 0.9, None: 97.2})
_WOMEN_AMONG_VETERANS = 0.15


def categories(age: int, sex: Sex, random: Random, today: date) -> tuple[CategoryPeriod, ...]:
    """Draw what somebody of this age is entitled by; who lives alone is no empty nest."""
    drawn: dict[Category, str | None] = {}
    poverty = _POVERTY.draw(random)
    if poverty is not None:
        drawn[poverty] = None
    for category, shares in _SHARES.items():
        share = shares[_band(age)]
        if category is Category.VETERAN and sex is Sex.FEMALE:
            share *= _WOMEN_AMONG_VETERANS
        if random.random() < share:
            drawn[category] = _grade(category, age, random)
    if Category.LIVING_ALONE in drawn:
        drawn.pop(Category.EMPTY_NEST, None)
    periods = [_period(category, grade, random, today) for category, grade in drawn.items()]
    return tuple(sorted(periods, key=lambda held: (held.from_on, held.category)))


def status(age: int, random: Random, today: date) -> StatusChange | None:
    """Draw who moved to an institution, moved away or died within a year; the very old more often."""
    drawn = _STATUSES.draw(random)
    begun = today - timedelta(days=random.randrange(1, 300))
    if drawn is None or (age < _OLD and random.random() < 0.5):  # noqa: PLR2004 - half as often
        return None
    return StatusChange(drawn, begun)


def _band(age: int) -> int:
    return 80 if age >= _VERY_OLD else 70 if age >= _OLD else 60


def _grade(category: Category, age: int, random: Random) -> str | None:
    if category is Category.DISABLED:
        return _GRADES_OF_DISABILITY.draw(random)
    if category is Category.INCAPACITATED:
        return _GRADES_OF_CARE[_band(age)].draw(random)
    return None


def _period(category: Category, grade: str | None, random: Random, today: date) -> CategoryPeriod:
    """Draw since when a category is held; a few lately, a few with an end."""
    from_on = today - timedelta(days=int(10 + 2500 * random.random()))
    ends = random.random() < 0.06  # noqa: PLR2004 - a share
    until_on = from_on + timedelta(days=365 * (1 + random.randrange(4))) if ends else None
    return CategoryPeriod(category, grade, from_on, until_on)
