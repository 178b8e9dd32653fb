"""Entitlement on a real database: refused with a reason, granted by name with an end, by dated policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.rules.days import EVERY_DAY
from app.delivery.rules.entitlement import DEFAULT, EntitlementPolicy, NewExemption
from app.delivery.rules.orders import Asked, AskedBy, Asker, CutOff
from app.delivery.rules.requests import NewSubscription
from app.delivery.service import begin_subscription, grant_exemption, order_once, publish_delivery_policy
from app.delivery.service.entitlement import to_review
from app.errors import DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour

AT = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
MONTH = MONDAY + timedelta(days=30)
WEEKLY = NewSubscription("R-1", "C01", Sitting.LUNCH, EVERY_DAY, MONDAY)


@pytest.fixture(autouse=True)
def _a_neighbour_who_is_old_and_not_alone(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        neighbour("R-1", categories=())


def begin(new: NewSubscription = WEEKLY) -> date | None:
    with transaction():
        return begin_subscription(new, by=COMMAND, at=AT).until_on


def grant(until_on: date = MONTH, *, by: Actor = COMMAND) -> None:
    with transaction():
        grant_exemption("R-1", NewExemption(MONDAY, until_on, "老伴住院，无人做饭"), by=by, at=AT)


def test_who_is_not_entitled_is_told_why_and_gets_neither_weekly_nor_once() -> None:
    with pytest.raises(DomainError, match="living alone"):
        begin()
    once = replace(WEEKLY, weekdays=1, until_on=MONDAY + timedelta(days=1))
    asked = Asked(Asker.FAMILY, AskedBy.PHONE)
    with pytest.raises(DomainError, match="living alone"), transaction():
        order_once(once, asked, cut_off=CutOff(time(9), time(18)), by=COMMAND, at=AT)


@pytest.mark.parametrize("asked_until", [None, MONDAY + timedelta(days=7), MONTH + timedelta(days=7)])
def test_by_exception_a_delivery_ends_with_it_at_the_latest(asked_until: date | None) -> None:
    grant()
    assert begin(replace(WEEKLY, until_on=asked_until)) == min(asked_until or MONTH, MONTH)
    entry = db.session.execute(
        select(AuditEntry).where(AuditEntry.action == "delivery.exemption_granted")
    ).scalar_one()
    assert "老伴" not in entry.detail


def test_an_exception_is_granted_once_within_the_scope_and_only_where_it_is_needed() -> None:
    grant()
    with pytest.raises(DomainError, match="already"):
        grant(MONTH - timedelta(days=1))
    with pytest.raises(NotFound):
        grant(by=Actor("U-1", scope=Scope("430103009")))
    with transaction():
        neighbour("R-2")
    with pytest.raises(DomainError, match="entitled already"), transaction():
        grant_exemption("R-2", NewExemption(MONDAY, MONTH, "想吃"), by=COMMAND, at=AT)


def test_a_published_policy_counts_from_its_day_and_not_before() -> None:
    tuesday = MONDAY + timedelta(days=1)
    wider = replace(DEFAULT, from_on=tuesday, reference="天民发〔2026〕9号", hardships=frozenset())
    with transaction():
        publish_delivery_policy(wider, by=COMMAND, at=AT)
    assert queries.delivery_policy_on(MONDAY) == DEFAULT
    assert queries.delivery_policy_on(tuesday) == wider
    with pytest.raises(DomainError):
        begin()
    assert begin(replace(WEEKLY, from_on=tuesday)) is None
    with pytest.raises(DomainError, match="today or later"), transaction():
        publish_delivery_policy(replace(wider, from_on=MONDAY - timedelta(days=1)), by=COMMAND, at=AT)


def to_look_at(day: date = MONDAY) -> list[tuple[str, str, date]]:
    return [
        (each.subscription.resident.resident_no, each.review.standing.value, each.review.from_on)
        for each in to_review(Scope(), today=day)
    ]


def publish(policy: EntitlementPolicy) -> None:
    with transaction():
        publish_delivery_policy(policy, by=COMMAND, at=AT)


def test_a_delivery_that_runs_is_looked_at_when_the_policy_narrows_and_is_not_stopped() -> None:
    with transaction():
        neighbour("R-2")
        running = begin_subscription(replace(WEEKLY, resident_no="R-2"), by=COMMAND, at=AT)
    assert to_look_at() == []
    friday = MONDAY + timedelta(days=4)
    publish(replace(DEFAULT, from_on=friday, reference="一", min_age=99, needs=frozenset()))
    assert to_look_at() == [("R-2", "loses", friday)]
    assert to_look_at(friday) == [("R-2", "lost", friday)]
    assert running.until_on is None
    with transaction():
        exception = NewExemption(friday, MONTH, "一直独居")
        grant_exemption("R-2", exception, by=COMMAND, at=AT)
    assert to_look_at(friday) == []
    assert to_look_at(MONTH) == [("R-2", "lost", MONTH)]


def test_an_entitlement_lost_with_a_category_is_looked_at_within_the_scope() -> None:
    with transaction():
        resident = neighbour("R-2")
        begin_subscription(replace(WEEKLY, resident_no="R-2"), by=COMMAND, at=AT)
        for each in resident.categories:
            each.until_on = MONTH
    assert to_look_at() == []
    assert to_look_at(MONTH) == [("R-2", "lost", MONTH)]
    assert to_review(Scope("430103009"), today=MONTH) == []


def test_a_delivery_that_ends_with_an_exception_nobody_needs_any_more_is_looked_at() -> None:
    grant()
    begin()
    assert to_look_at() == []
    publish(replace(DEFAULT, from_on=MONDAY, reference="一", hardships=frozenset()))
    assert to_look_at() == [("R-1", "otherwise", MONTH)]


def test_meals_of_one_day_are_not_looked_at_again() -> None:
    with transaction():
        neighbour("R-2")
        once = replace(WEEKLY, resident_no="R-2", weekdays=1, until_on=MONDAY + timedelta(days=1))
        order_once(
            once, Asked(Asker.FAMILY, AskedBy.PHONE), cut_off=CutOff(time(9), time(18)), by=COMMAND, at=AT
        )
    publish(replace(DEFAULT, from_on=MONDAY, reference="一", min_age=99, needs=frozenset()))
    assert to_look_at() == []
