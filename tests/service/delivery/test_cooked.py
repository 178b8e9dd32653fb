"""When a kitchen cooked: written and put right, and what it means for plans, papers and cases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.delivery import queries
from app.delivery.queries import KitchenDay
from app.delivery.queries.freshness import batches_of, cooking_on
from app.delivery.routing.solver import Effort
from app.delivery.rules.cases import DEFAULT_ORDER
from app.delivery.rules.release import ConcernKind, mark_of
from app.delivery.service import concerns_of, draft_plan, keep_plan, release_plan
from app.delivery.service.cases import order_steps
from app.delivery.service.food import CookedAt, keep_sample, note_cooked, note_temperature
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Permission, Scope
from app.transaction import transaction
from tests.factories.delivery import MONDAY, kitchen, neighbour, rider, subscribed

AT = datetime(2026, 11, 23, 2, 45, tzinfo=UTC)
"""10:45."""

LUNCH = Sitting.LUNCH
COOK = Actor("U-000009", frozenset({Permission.DELIVERY_RECORD}), Scope("430103", "C01"))
OTHER_COOK = replace(COOK, scope=Scope("430103", "C02"))
EIGHT, NINE, TEN = (hour * 3600 for hour in (8, 9, 10))


@pytest.fixture(autouse=True)
def _a_draft(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        site = kitchen()
        kitchen("C02", area_code="430103006001")
        rider()
        subscribed(neighbour("R-1"))
        assert site.site_code == "C01"
    draft = draft_plan(MONDAY, LUNCH, "C01", effort=Effort(seconds=0.3), by=COMMAND, at=AT)
    with transaction():
        keep_plan(draft, by=COMMAND, at=AT)


def cooked(
    seconds: int | None, batch: int | None = None, *, on: date = MONDAY, by: Actor = COOK, at: datetime = AT
) -> int:
    with transaction():
        return note_cooked("C01", CookedAt(on, LUNCH, seconds, batch), by=by, at=at)


def known() -> tuple[int, ...]:
    return cooking_on(MONDAY, LUNCH, ["C01"])["C01"].batches


def the_day() -> KitchenDay:
    (site,) = queries.kitchens_of_day(MONDAY, LUNCH, Scope())
    (day,) = queries.kitchen_days(MONDAY, LUNCH, [site])
    return day


def test_batches_are_counted_put_right_and_taken_back_and_every_word_stays() -> None:
    assert [cooked(NINE), cooked(TEN)] == [1, 2]
    assert known() == (NINE, TEN)
    assert cooked(NINE + 600, 1) == 1
    assert known() == (NINE + 600, TEN)
    cooked(None, 2)
    assert known() == (NINE + 600,)
    assert list(batches_of(MONDAY, LUNCH, "C01")) == [1]
    assert cooked(TEN + 60) == 2
    assert known() == (NINE + 600, TEN + 60)
    told = select(AuditEntry.detail).where(AuditEntry.action == "food.cooked").order_by(AuditEntry.seq)
    acts = db.session.execute(told).scalars()
    assert [json.loads(each)["cooked"] for each in acts] == ["09:00", "10:00", "09:10", None, "10:01"]


def test_a_batch_that_is_not_there_too_many_and_another_kitchen_s_are_refused() -> None:
    for batch in (0, 2, 7):
        with pytest.raises(DomainError, match="not there any more"):
            cooked(NINE, batch)
    with pytest.raises(DomainError, match="still to come"):
        cooked(TEN + 3600)
    for _ in range(6):
        cooked(NINE)
    with pytest.raises(DomainError, match="Up to 6 batches"):
        cooked(NINE)
    with pytest.raises(NotFound):
        cooked(NINE, by=OTHER_COOK)
    assert len(known()) == 6


def test_a_plan_whose_meals_would_be_too_old_at_a_door_is_released_by_whoever_has_seen_it() -> None:
    assert concerns_of(the_day()) == ()
    cooked(EIGHT)
    found = concerns_of(the_day())
    assert [each.kind for each in found] == [ConcernKind.BROKEN]
    assert "reached after 10:00" in str(found[0].sentence)
    assert "cooked at 08:00" in str(found[0].sentence)
    with pytest.raises(Conflict), transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(()), by=COMMAND, at=AT)
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(found), by=COMMAND, at=AT)
    ((run, end, doors),) = the_day().too_old
    assert (run.number, end.until_seconds, doors) == (1, TEN, 1)
    cooked(TEN)
    assert the_day().too_old == [], "another batch was out before the run leaves"


def test_what_is_assumed_is_ordered_from_a_day_on() -> None:
    tomorrow = MONDAY + timedelta(days=1)
    with transaction():
        order_steps(replace(DEFAULT_ORDER, from_on=tomorrow, cooked_minutes=75), "", by=COMMAND, at=AT)
    assumed = [cooking_on(day, LUNCH, ["C01"])["C01"].assumed_minutes for day in (MONDAY, tomorrow)]
    assert assumed == [30, 75]
    with pytest.raises(DomainError, match="90 minutes"):
        replace(DEFAULT_ORDER, cooked_minutes=91)


def test_the_log_takes_nothing_of_a_day_to_come_or_long_over() -> None:
    for on, told in ((MONDAY + timedelta(days=1), "still to come"), (MONDAY - timedelta(days=8), "a week")):
        with pytest.raises(DomainError, match=told), transaction():
            keep_sample("C01", on, LUNCH, dish="汤", grams=125, by=COOK, at=AT)
        with pytest.raises(DomainError, match=told):
            cooked(NINE, on=on)
    day = the_day()
    with transaction():
        release_plan(MONDAY, LUNCH, "C01", seen=mark_of(concerns_of(day)), by=COMMAND, at=AT)
    released = the_day().released
    assert released is not None
    run_id = released.runs[0].id
    for days, told in ((-1, "still to come"), (8, "a week")):
        with pytest.raises(DomainError, match=told), transaction():
            note_temperature(run_id, 70, "", by=COOK, at=AT + timedelta(days=days))
