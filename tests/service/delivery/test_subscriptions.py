"""Beginning and ending deliveries, taking riders in and letting them go."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.models import Subscription
from app.delivery.rules.days import EVERY_DAY, WORKDAYS
from app.delivery.rules.orders import CutOff
from app.delivery.rules.requests import NewRider, NewSubscription
from app.delivery.service import add_rider, begin_subscription, end_subscription, retire_rider
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.residents.rules.facts import Status, StatusChange
from app.roles import COMMAND, Actor, Scope
from app.transaction import transaction
from tests.factories.delivery import LONG_AGO, MONDAY, kitchen, neighbour

AT = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
NEW = NewSubscription("R-000001", "C01", Sitting.LUNCH, EVERY_DAY, MONDAY, diet="软食", floor=6)
RIDER = NewRider(
    "陈志强",
    "13987654321",
    "C01",
    10,
    EVERY_DAY,
    10 * 3600,
    13 * 3600,
    LONG_AGO,
    MONDAY + timedelta(days=365),
)
SATURDAY_ONLY = 0b010_0000


@pytest.fixture(autouse=True)
def _a_neighbour(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        neighbour()


def begin(new: NewSubscription = NEW, by: Actor = COMMAND) -> int:
    with transaction():
        return begin_subscription(new, by=by, at=AT).id


def end(subscription_id: int, until_on: date, by: Actor = COMMAND) -> None:
    with transaction():
        end_subscription(subscription_id, until_on=until_on, by=by, at=AT)


def due_on(day: date) -> set[int]:
    return {each.id for each in queries.due(day, Sitting.LUNCH, ["C01"])["C01"].going}


def acts() -> list[str]:
    return list(db.session.execute(select(AuditEntry.action).order_by(AuditEntry.seq)).scalars())


def test_a_delivery_is_due_from_its_first_day_and_the_trail_knows() -> None:
    made = begin()
    assert due_on(MONDAY) == {made}
    assert due_on(MONDAY - timedelta(days=1)) == set()
    assert acts() == ["subscription.begun"]


def test_the_trail_holds_neither_name_nor_address() -> None:
    begin()
    detail = db.session.execute(select(AuditEntry.detail)).scalar_one()
    assert "王" not in detail
    assert "软食" not in detail


@pytest.mark.parametrize(
    "again",
    [
        NEW,
        replace(NEW, from_on=MONDAY + timedelta(days=30)),
        replace(NEW, weekdays=SATURDAY_ONLY),
        replace(NEW, from_on=MONDAY - timedelta(days=30), until_on=None),
    ],
    ids=["twice", "later", "one weekday of them", "earlier without end"],
)
def test_the_same_meal_is_never_delivered_twice(again: NewSubscription) -> None:
    begin()
    with pytest.raises(Conflict, match="End them first"):
        begin(again)


@pytest.mark.parametrize(
    "beside",
    [
        replace(NEW, sitting=Sitting.DINNER),
        replace(NEW, from_on=MONDAY - timedelta(days=30), until_on=MONDAY),
        replace(NEW, weekdays=SATURDAY_ONLY, kitchen_code="C01"),
    ],
    ids=["another sitting", "until the first begins", "another weekday"],
)
def test_what_never_falls_on_the_same_meal_may_stand_beside(beside: NewSubscription) -> None:
    begin(replace(NEW, weekdays=WORKDAYS))
    begin(beside)
    assert db.session.execute(select(Subscription)).scalars().all()[1:]


def test_an_ended_delivery_is_not_due_and_another_may_follow() -> None:
    made = begin()
    end(made, MONDAY + timedelta(days=2))
    assert due_on(MONDAY + timedelta(days=1)) == {made}
    assert due_on(MONDAY + timedelta(days=2)) == set()
    following = begin(replace(NEW, from_on=MONDAY + timedelta(days=2)))
    assert due_on(MONDAY + timedelta(days=2)) == {following}


def test_a_delivery_entered_by_mistake_is_withdrawn_and_entered_again() -> None:
    end(begin(), MONDAY - timedelta(days=3))
    assert due_on(MONDAY) == set()
    right = begin()
    assert due_on(MONDAY) == {right}


def test_what_was_brought_until_now_stays_brought() -> None:
    made = begin()
    later = AT + timedelta(days=9)
    for day in (MONDAY, MONDAY + timedelta(days=8)):
        with pytest.raises(DomainError, match="That day is over"), transaction():
            end_subscription(made, until_on=day, by=COMMAND, at=later)
    with transaction():
        end_subscription(made, until_on=MONDAY + timedelta(days=9), by=COMMAND, at=later)
    assert due_on(MONDAY + timedelta(days=8)) == {made}
    assert due_on(MONDAY + timedelta(days=9)) == set()


def test_an_end_is_not_put_off() -> None:
    made = begin(replace(NEW, until_on=MONDAY + timedelta(days=5)))
    with pytest.raises(DomainError, match="ends on 2026-11-28 already"):
        end(made, MONDAY + timedelta(days=9))


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(NEW, until_on=MONDAY), "must be later"),
        (replace(NEW, kitchen_code="C99"), "no kitchen"),
        (replace(NEW, resident_no="R-9"), "no resident R-9"),
    ],
)
def test_what_makes_no_sense_is_refused(new: NewSubscription, said: str) -> None:
    with pytest.raises(DomainError, match=said):
        begin(new)


def test_nothing_begins_for_somebody_who_has_gone() -> None:
    with transaction():
        neighbour("R-2", statuses=(StatusChange(Status.INSTITUTION, MONDAY),))
    with pytest.raises(DomainError, match="in an institution"):
        begin(replace(NEW, resident_no="R-2"))


def test_a_service_point_that_does_not_cook_is_no_kitchen() -> None:
    with transaction():
        kitchen("C02").kitchen_code = "C01"
    with pytest.raises(DomainError, match="C02 is no kitchen"):
        begin(replace(NEW, kitchen_code="C02"))


def test_another_street_sees_and_ends_nothing() -> None:
    made = begin()
    stranger = Actor("U-9", COMMAND.permissions, Scope("430103006"))
    with pytest.raises(NotFound):
        begin(NEW, by=stranger)
    with pytest.raises(NotFound):
        end(made, MONDAY + timedelta(days=1), by=stranger)
    assert db.session.execute(queries.subscriptions(stranger.scope)).scalars().all() == []
    own_kitchen = Scope("430103", "C01")
    assert [each.id for each in db.session.execute(queries.subscriptions(own_kitchen)).scalars()] == [made]


@pytest.mark.parametrize("search", ["王秀", "wxy", "R-000001", "5678"])
def test_a_delivery_is_found_as_its_resident_is(search: str) -> None:
    made = begin()
    found = db.session.execute(queries.subscriptions(COMMAND.scope, search=search)).scalars()
    assert [each.id for each in found] == [made]
    assert db.session.execute(queries.subscriptions(COMMAND.scope, search="李")).first() is None


def test_a_rider_is_numbered_taken_in_and_let_go_once() -> None:
    with transaction():
        number = add_rider(RIDER, by=COMMAND, at=AT).rider_no
    assert [each.rider_no for each in queries.riders_on(MONDAY, ["C01"])["C01"]] == [number]
    with transaction():
        retire_rider(number, by=COMMAND, at=AT)
    assert queries.riders_on(MONDAY, ["C01"])["C01"] == []
    with pytest.raises(DomainError, match="already"), transaction():
        retire_rider(number, by=COMMAND, at=AT)
    assert acts() == ["rider.added", "rider.retired"]


@pytest.mark.parametrize(
    ("new", "said"),
    [
        (replace(RIDER, shift_until_seconds=9 * 3600), "ends before"),
        (replace(RIDER, kitchen_code="C9"), "C9"),
    ],
)
def test_a_rider_who_cannot_ride_is_refused(new: NewRider, said: str) -> None:
    with pytest.raises(DomainError, match=said), transaction():
        add_rider(new, by=COMMAND, at=AT)


def test_a_rider_of_another_street_is_not_found() -> None:
    with transaction():
        number = add_rider(RIDER, by=COMMAND, at=AT).rider_no
    stranger = Actor("U-9", COMMAND.permissions, Scope("430103006"))
    with pytest.raises(NotFound), transaction():
        retire_rider(number, by=stranger, at=AT)


def test_a_delivery_that_begins_past_today_s_cut_off_says_why() -> None:
    rule, late = CutOff(time(9), time(18)), datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
    today = replace(NEW, from_on=MONDAY)
    with pytest.raises(DomainError, match="cut-off"), transaction():
        begin_subscription(today, cut_off=rule, by=COMMAND, at=late)
    tomorrow = replace(today, from_on=MONDAY + timedelta(days=1))
    with transaction():
        begin_subscription(tomorrow, cut_off=rule, by=COMMAND, at=late)
    with transaction():
        other = replace(today, resident_no=neighbour("R-9").resident_no)
        begin_subscription(other, reason="刚出院", cut_off=rule, by=COMMAND, at=late)
    assert len(due_on(MONDAY)) == 1
