"""Many hands at once on a real database: one delivery, one plan, one number for each rider."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import service as audit
from app.canteens.rules import Sitting
from app.delivery.models import DayPlan, Rider, Stop, Subscription
from app.delivery.routing.solver import Effort
from app.delivery.rules.days import EVERY_DAY, WORKDAYS
from app.delivery.rules.requests import NewRider, NewSubscription
from app.delivery.service import add_rider, begin_subscription, draft_plan, keep_plan
from app.errors import Conflict
from app.extensions import db
from app.roles import COMMAND
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
HANDS = 6


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        neighbour("R-1")
        subscribed(neighbour("R-2"))


def at_once(app: Flask, act: Callable[[int], object]) -> int:
    """Let many hands do the same; give how many were refused by a Conflict."""

    def one(number: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    act(number)
            except Conflict:
                return True
            return False

    with ThreadPoolExecutor(HANDS) as hands:
        return sum(hands.map(one, range(HANDS)))


def test_the_same_delivery_entered_by_many_begins_once(app: Flask) -> None:
    def begin(number: int) -> None:
        weekdays = (EVERY_DAY, WORKDAYS)[number % 2]
        new = NewSubscription("R-1", "C01", Sitting.LUNCH, weekdays, MONDAY)
        begin_subscription(new, by=COMMAND, at=AT)

    assert at_once(app, begin) == HANDS - 1
    assert db.session.execute(select(func.count()).select_from(Subscription)).scalar_one() == 2


def test_a_sitting_planned_by_many_has_one_whole_plan(app: Flask) -> None:
    draft = draft_plan(MONDAY, Sitting.LUNCH, "C01", effort=Effort(seconds=0.5), by=COMMAND, at=AT)
    assert at_once(app, lambda _: keep_plan(draft, by=COMMAND, at=AT)) == 0
    assert db.session.execute(select(func.count()).select_from(DayPlan)).scalar_one() == 1
    assert db.session.execute(select(func.count()).select_from(Stop)).scalar_one() == 1
    assert audit.verify() == (HANDS, None)


def test_riders_taken_in_at_once_never_share_a_number(app: Flask) -> None:
    new = NewRider("陈志强", None, "C01", 10, EVERY_DAY, 36_000, 46_800)
    assert at_once(app, lambda _: add_rider(new, by=COMMAND, at=AT)) == 0
    numbers = db.session.execute(select(Rider.rider_no).order_by(Rider.rider_no)).scalars().all()
    assert numbers == [f"Q-{number:03d}" for number in range(1, HANDS + 2)]
