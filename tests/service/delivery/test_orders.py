"""One day's exceptions: ordered once, cancelled, taken back; late ones need a reason; two hands make one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.models.orders import DayChange
from app.delivery.routing.solver import Effort
from app.delivery.rules.days import EVERY_DAY, WORKDAYS
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff
from app.delivery.rules.release import mark_of
from app.delivery.rules.requests import NewSubscription
from app.delivery.service import (
    cancel_day,
    draft_plan,
    keep_plan,
    order_once,
    release_plan,
    take_back_change,
)
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents.rules.facts import Status, StatusChange
from app.roles import COMMAND, Actor, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

IN_TIME = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
LATE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine in the morning of Monday in Shanghai."""

NINE = CutOff(time(9), time(18))
PHONED = Asked(Asker.FAMILY, AskedBy.PHONE)
LUNCH = Sitting.LUNCH
ONCE = NewSubscription("R-1", "C01", LUNCH, 1, MONDAY, MONDAY + timedelta(days=1), floor=3, diet="低糖")


@pytest.fixture(autouse=True)
def _a_street(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()
        neighbour("R-1")
        subscribed(neighbour("R-2"))


def order(
    new: NewSubscription = ONCE, asked: Asked = PHONED, *, at: datetime = IN_TIME, by: Actor = COMMAND
) -> tuple[int, bool]:
    with transaction():
        made, is_new = order_once(new, asked, cut_off=NINE, by=by, at=at)
        return made.id, is_new


def cancel(
    subscription_id: int, asked: Asked = PHONED, *, day: date = MONDAY, at: datetime = IN_TIME
) -> bool:
    with transaction():
        return cancel_day(subscription_id, day, asked, cut_off=NINE, by=COMMAND, at=at)


def take_back(change_id: int, asked: Asked = PHONED, *, at: datetime = IN_TIME) -> None:
    with transaction():
        take_back_change(change_id, asked, cut_off=NINE, by=COMMAND, at=at)


def standing() -> DayChange:
    return db.session.execute(select(DayChange).where(DayChange.taken_back_at.is_(None))).scalar_one()


def weekly() -> int:
    (due,) = queries.subscriptions_of(
        db.session.execute(select(Subscription.resident_id).order_by(Subscription.id)).scalars().one(), LUNCH
    )
    return due.id


def due_on(day: date = MONDAY) -> list[int]:
    return [each.id for each in queries.due(day, LUNCH, ["C01"])["C01"].going]


def test_an_order_is_due_on_its_day_alone_and_says_who_asked() -> None:
    there = weekly()
    made, is_new = order()
    assert is_new
    assert due_on() == [there, made]
    assert due_on(MONDAY + timedelta(days=1)) == due_on(MONDAY + timedelta(days=7)) == [there]
    change = standing()
    assert (change.asker, change.way, change.noted_by) == (Asker.FAMILY, AskedBy.PHONE, "system")
    entry = db.session.execute(select(AuditEntry)).scalar_one()
    assert entry.action == "delivery.ordered_once"
    assert "低糖" not in entry.detail


def test_the_same_order_entered_by_many_at_once_is_one(app: Flask) -> None:
    def one(_: int) -> bool:
        with app.app_context():
            return order()[1]

    with ThreadPoolExecutor(4) as hands:
        assert sorted(hands.map(one, range(4))) == [False, False, False, True]
    assert db.session.execute(select(func.count()).select_from(Subscription)).scalar_one() == 2
    assert db.session.execute(select(func.count()).select_from(DayChange)).scalar_one() == 1


def test_another_order_for_the_same_sitting_is_refused_until_the_first_is_cancelled() -> None:
    first, _ = order()
    two = replace(ONCE, meals=2)
    with pytest.raises(Conflict, match="Cancel that first"):
        order(two)
    cancel(first)
    second, is_new = order(two)
    assert is_new
    assert due_on() == [weekly_of_r2(), second]


def weekly_of_r2() -> int:
    found = select(Subscription.id).where(Subscription.weekdays == EVERY_DAY)
    return db.session.execute(found).scalar_one()


def test_a_weekly_delivery_makes_room_for_an_order_only_when_the_day_is_cancelled() -> None:
    there, guests = weekly(), replace(ONCE, resident_no="R-2", meals=3)
    with pytest.raises(Conflict):
        order(guests)
    assert cancel(there)
    assert due_on() == []
    made, _ = order(guests)
    assert due_on() == [made]
    (cancelled,) = (each for each in queries.changes_to([there], MONDAY))
    with pytest.raises(Conflict, match="ordered for that day"):
        take_back(cancelled.id)
    cancel(made)
    take_back(cancelled.id)
    assert due_on() == [there]


def test_a_cancelled_day_is_told_apart_and_cancelling_twice_is_once() -> None:
    there = weekly()
    assert cancel(there)
    assert not cancel(there)
    due = queries.due(MONDAY, LUNCH, ["C01"])["C01"]
    assert (due.going, [each.id for each in due.cancelled]) == ((), [there])
    assert due_on(MONDAY + timedelta(days=1)) == [there]


@pytest.mark.parametrize("reason", ["", "老人今天去做检查"])
def test_after_the_cut_off_a_reason_is_needed(reason: str) -> None:
    there, asked = weekly(), replace(PHONED, reason=reason)
    if reason:
        assert cancel(there, asked, at=LATE)
        assert standing().reason == reason
    else:
        with pytest.raises(DomainError, match="09:00"):
            cancel(there, asked, at=LATE)
        with pytest.raises(DomainError, match="09:00"):
            order(asked=asked, at=LATE)
        assert cancel(there, asked, at=LATE - timedelta(seconds=1))
        with pytest.raises(DomainError, match="09:00"):
            take_back(standing().id, at=LATE)


def test_what_cannot_be_is_refused() -> None:
    with transaction():
        neighbour("R-9", statuses=(StatusChange(Status.DECEASED, MONDAY),))
        workdays = subscribed(neighbour("R-8"), weekdays=WORKDAYS).id
    with pytest.raises(DomainError, match="over"):
        order(replace(ONCE, from_on=MONDAY - timedelta(days=1), until_on=MONDAY))
    with pytest.raises(DomainError, match="deceased"):
        order(replace(ONCE, resident_no="R-9"))
    with pytest.raises(DomainError, match="no kitchen"):
        order(replace(ONCE, kitchen_code="C99"))
    with pytest.raises(DomainError, match="Nothing is due"):
        cancel(workdays, day=MONDAY + timedelta(days=5))
    with pytest.raises(NotFound):
        order(by=Actor("U-1", scope=Scope("430103009")))
    with pytest.raises(NotFound):
        take_back(999)
    order()
    with pytest.raises(NotFound):
        take_back(standing().id)


def test_a_released_day_says_what_came_and_what_went_since() -> None:
    there = weekly()
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=IN_TIME)
    with transaction():
        keep_plan(draft, by=COMMAND, at=IN_TIME)
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=IN_TIME)
    late = replace(PHONED, reason="家属来电")
    made, _ = order(asked=late, at=LATE)
    cancel(there, late, at=LATE)
    (day,) = queries.kitchen_days(MONDAY, LUNCH, queries.kitchens(Scope(), on=MONDAY))
    assert (day.came_since, day.gone_since) == ((made,), (there,))
