"""Watching a sitting on a real database: who is missed, who is not, and what ends it by itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.canteens.rules import Sitting
from app.care.models import MissedMeal, WatchRound
from app.care.queries.missed import count_open_missed, missed_between, open_missed
from app.care.rules.watching import DEFAULT_ORDER, Ended, WatchOrder
from app.care.service.watch import Watched, order_watch, watch
from app.errors import DomainError
from app.extensions import db
from app.meals import service as meals
from app.meals.rules import Channel, LedgerEntry
from app.residents.rules.absence import Absence, AbsenceReason
from app.residents.rules.facts import Status, StatusChange
from app.residents.service import begin_absence, change_status
from app.roles import COMMAND, Scope
from app.subsidy.models import CalendarDay
from app.till.models import Tablet
from app.transaction import transaction
from tests.factories.care import FRIDAY, LOOKED_AT, came, lunch, regular
from tests.factories.delivery import kitchen, neighbour, subscribed
from tests.factories.district import canteen
from tests.factories.till import TabletClient, enrolled

EVERYWHERE = Scope()


@pytest.fixture(autouse=True)
def _a_canteen_with_two_regulars(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        regular("R-1")
        regular("R-2", name="赵远方", area_code="430103006001")
        lunch("R-2")


def looked(minutes: int = 0) -> Watched:
    with transaction():
        (found,) = watch(by=COMMAND, at=LOOKED_AT + timedelta(minutes=minutes))
    return found


def waiting(scope: Scope = EVERYWHERE) -> list[str]:
    assert count_open_missed(scope) == len(open_missed(scope))
    return [each.missed.resident.resident_no for each in open_missed(scope)]


def ended() -> list[Ended | None]:
    return [each.ended for each in missed_between(FRIDAY, FRIDAY, EVERYWHERE)]


def test_a_regular_who_is_not_there_is_missed_once_and_within_the_scope_alone() -> None:
    assert looked() == Watched(Sitting.LUNCH, regulars=2, absent=1, new=1)
    assert looked(minutes=5) == Watched(Sitting.LUNCH, regulars=2, absent=1, new=0)
    assert waiting() == ["R-1"]
    assert waiting(Scope("430103006")) == []
    (missed,) = db.session.execute(select(MissedMeal)).scalars()
    assert (missed.site_code, missed.came, missed.of, missed.known_at) == ("C01", 4, 4, LOOKED_AT)
    acts = db.session.execute(select(AuditEntry.action).where(AuditEntry.action == "care.watched")).scalars()
    assert len(list(acts)) == 1  # A look that finds nothing new leaves no line.


def test_who_came_now_and_then_is_no_regular() -> None:
    with transaction():
        neighbour("R-3")
        came("R-3", weeks=(1, 3))
    assert looked().regulars == 2


def _goes_to_hospital() -> None:
    begin_absence("R-1", Absence(AbsenceReason.HOSPITAL, FRIDAY), by=COMMAND, at=LOOKED_AT)


def _dies() -> None:
    change_status("R-1", StatusChange(Status.DECEASED, FRIDAY), by=COMMAND, at=LOOKED_AT)


def _is_a_holiday() -> None:
    db.session.add(CalendarDay(on=FRIDAY, is_workday=False, note="节日"))


def _eats_elsewhere() -> None:
    canteen("C02")
    lunch("R-1", site_code="C02")


def _is_brought_lunch() -> None:
    resident = neighbour("R-4")
    came("R-4")
    subscribed(resident)
    lunch("R-1")


@pytest.mark.parametrize(
    "happens", [_goes_to_hospital, _dies, _is_a_holiday, _eats_elsewhere, _is_brought_lunch]
)
def test_nobody_is_missed_who_has_a_known_reason(happens: Callable[[], None]) -> None:
    with transaction():
        happens()
    assert looked().new == 0
    assert waiting() == []


def test_nobody_is_missed_where_nobody_at_all_came_and_the_tablets_say_so(app: Flask) -> None:
    with transaction():
        canteen("C02")
        neighbour("R-5")
        came("R-5", site_code="C02")
    tablet = enrolled(app, "C02", at=LOOKED_AT - timedelta(days=60))
    heard(tablet, minutes=0)
    assert looked().absent == 1
    assert waiting() == ["R-1"]
    row = db.session.get(WatchRound, (FRIDAY, Sitting.LUNCH))
    assert row is not None
    assert row.shut == "C02"


def heard(tablet: TabletClient, *, minutes: int, unsent: int = 0) -> None:
    with transaction():
        row = db.session.execute(select(Tablet).where(Tablet.tablet_no == tablet.tablet_no)).scalar_one()
        row.last_seen_at, row.unsent = LOOKED_AT + timedelta(minutes=minutes), unsent


def test_it_is_not_known_while_a_tablet_has_not_reported_and_known_afterwards(app: Flask) -> None:
    tablet = enrolled(app, at=LOOKED_AT - timedelta(days=60))
    heard(tablet, minutes=-90)
    looked()
    (missed,) = db.session.execute(select(MissedMeal)).scalars()
    assert missed.known_at is None
    heard(tablet, minutes=4)
    looked(minutes=5)
    db.session.expire_all()
    assert missed.known_at == LOOKED_AT + timedelta(minutes=5)


def test_a_meal_that_arrives_late_ends_it_and_its_reversal_lets_it_wait_again() -> None:
    looked()
    with transaction():
        late = lunch("R-1", at=LOOKED_AT + timedelta(minutes=30))
    assert (waiting(), ended()) == ([], [Ended.CAME])
    with transaction():
        meals.take([undoing(late)], by=COMMAND, at=LOOKED_AT + timedelta(minutes=40))
    assert (waiting(), ended()) == (["R-1"], [None])


def undoing(meal: LedgerEntry) -> LedgerEntry:
    return replace(meal, id=UUID(int=77), reverses=meal.id, reason="记错了")


@pytest.mark.parametrize(("happens", "expected"), [(_goes_to_hospital, Ended.AWAY), (_dies, Ended.GONE)])
def test_what_is_written_down_since_ends_it(happens: Callable[[], None], expected: Ended) -> None:
    looked()
    with transaction():
        happens()
    assert (waiting(), ended()) == ([], [expected])


def test_whoever_was_gone_that_day_is_not_waited_for_though_they_came_back_and_others_are_missed_later() -> (
    None
):
    looked()
    with transaction():
        change_status("R-1", StatusChange(Status.INSTITUTION, FRIDAY), by=COMMAND, at=LOOKED_AT)
        back = StatusChange(Status.ACTIVE, FRIDAY + timedelta(days=2))
        change_status("R-1", back, by=COMMAND, at=LOOKED_AT + timedelta(days=2))
        other = db.session.execute(select(MissedMeal)).scalar_one()
        db.session.add(
            MissedMeal(
                resident_id=other.resident_id + 1,
                served_on=FRIDAY + timedelta(days=3),
                sitting=Sitting.LUNCH,
                site_code="C01",
                came=4,
                of=4,
                opened_at=LOOKED_AT + timedelta(days=3),
            )
        )
    assert (waiting(), ended()) == (["R-2"], [Ended.GONE])


def test_a_delivered_meal_makes_nobody_a_regular_of_the_canteen() -> None:
    with transaction():
        neighbour("R-6")
        for week in (1, 2, 3, 4):
            lunch("R-6", FRIDAY - timedelta(weeks=week), channel=Channel.DELIVERED)
    assert looked().regulars == 2


def test_nothing_is_looked_at_before_its_time() -> None:
    with transaction():
        assert watch(by=COMMAND, at=LOOKED_AT - timedelta(minutes=6)) == []


def test_an_order_holds_from_its_day_on() -> None:
    strict = WatchOrder(
        FRIDAY, 4, 4, DEFAULT_ORDER.times, DEFAULT_ORDER.steps, close_minutes=5, unknown_minutes=0
    )
    with transaction():
        order_watch(strict, "", by=COMMAND, at=LOOKED_AT - timedelta(days=1))
        neighbour("R-7")
        came("R-7", weeks=(1, 2, 3))
    assert looked().regulars == 2
    with pytest.raises(DomainError), transaction():
        order_watch(strict, "", by=COMMAND, at=LOOKED_AT)


def test_a_same_weekday_that_was_a_holiday_is_stepped_over() -> None:
    with transaction():
        neighbour("R-8")
        came("R-8", weeks=(2, 3, 5))
        holidays: tuple[date, ...] = (FRIDAY - timedelta(weeks=1), FRIDAY - timedelta(weeks=4))
        db.session.add_all(CalendarDay(on=day, is_workday=False, note="节日") for day in holidays)
    assert looked().regulars == 1
    assert waiting() == ["R-8"]
