"""Makers of a canteen that has a till: people who eat there, staff with a PIN, a tablet to be enrolled."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from app import clock
from app.auth import service as auth
from app.auth.models import User
from app.canteens.rules import Sitting
from app.meals.rules import Channel
from app.residents.service import cards as card_service
from app.roles import COMMAND, Role
from app.subsidy.rules import Caps, MealCaps
from app.till import service
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import entry, taken
from tests.support.counter import PIN

REGULARS = {"R-000001": "王秀英", "R-000002": "李建国", "R-000003": "陈冬华", "R-000004": "周桂兰"}
"""Who usually eats at C01, by number; the last one takes the meal away."""

STRANGER = ("R-000009", "赵铁柱")
"""Who is registered, but has not eaten at C01 yet."""

_KEYS = {
    "王秀英": " wxy wangxiuying ",
    "李建国": " ljg lijianguo ",
    "陈冬华": " cdh chendonghua ",
    "周桂兰": " zgl zhouguilan ",
    "赵铁柱": " ztz zhaotiezhu ",
}


def canteen_with_regulars() -> None:
    """Make C01 and another site, one subsidised meal a sitting, and who has eaten there lately."""
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        for number, name in (*REGULARS.items(), STRANGER):
            elder(number, name=name).search_keys = _KEYS[name]
        policy_row(policy(caps=Caps(MealCaps(sitting=1))))
    _past_meals()


def _past_meals() -> None:
    """Let the first have eaten here on most days, and each after them on one day fewer, at every sitting."""
    now = clock.now()
    numbers = list(REGULARS)
    made = [
        entry(
            0,
            id=UUID(int=place * 1000 + days * 10 + list(Sitting).index(sitting)),
            resident_no=number,
            sitting=sitting,
            channel=Channel.TAKE_AWAY if place == len(numbers) - 1 else Channel.DINE_IN,
            served_on=clock.on(now) - timedelta(days=days),
            served_at=now - timedelta(days=days),
        )
        for place, number in enumerate(numbers)
        for days in range(1, 6 - place)
        for sitting in Sitting
    ]
    taken(*made, at=now)


def staff(name: str = "周小兰", *, pin: str | None = PIN, site_code: str = "C01") -> User:
    """Make one of the site's staff, with a PIN unless none is wanted."""
    made = user(Role.SITE_STAFF, site_code=site_code)
    with transaction():
        made.name = name
        if pin is not None:
            auth.set_pin(made.user_no, pin, by=COMMAND, at=clock.now())
    return made


def code(name: str = "前台", site_code: str = "C01") -> str:
    """Prepare a tablet; give the code that enrols it."""
    with transaction():
        _, made = service.prepare(site_code, name, by=COMMAND, at=clock.now())
    return made


def cards(numbers: Sequence[str]) -> dict[str, str]:
    """Give residents cards; give their codes by number."""
    with transaction():
        made = card_service.issue_many(numbers, by=COMMAND, at=clock.now())
    return {number: card.code for number, card in made.items()}
