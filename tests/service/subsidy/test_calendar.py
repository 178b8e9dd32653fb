"""The calendar of workdays and the yearly confirmation: written down, in the trail, and those above told."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from app.audit.models import AuditEntry
from app.errors import Conflict, DomainError, NotAllowed, NotFound
from app.extensions import db
from app.roles import COMMAND, Actor, Scope
from app.subsidy import queries, service
from app.transaction import transaction
from tests.factories import facts

pytestmark = pytest.mark.usefixtures("app")
AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
OFFICER = Actor("U-1", scope=Scope("430103"))
THURSDAY, SATURDAY = date(2026, 10, 1), date(2026, 10, 10)


def set_day(on: date, note: str = "", *, is_workday: bool = False) -> None:
    with transaction():
        service.set_day(on, note, is_workday=is_workday, by=OFFICER, at=AT)


def remove_day(on: date) -> None:
    with transaction():
        service.remove_day(on, by=OFFICER, at=AT)


def trail() -> list[tuple[str, str]]:
    entries = db.session.query(AuditEntry).order_by(AuditEntry.seq).all()
    return [(entry.action, entry.subject) for entry in entries]


def test_a_holiday_and_a_worked_weekend_day_are_written_down() -> None:
    set_day(THURSDAY, "国庆节")
    set_day(SATURDAY, "调休", is_workday=True)
    calendar = queries.work_calendar()
    assert not calendar.is_workday(THURSDAY)
    assert calendar.is_workday(SATURDAY)
    assert [(each.on, each.note) for each in queries.calendar_days(2026)] == [
        (THURSDAY, "国庆节"),
        (SATURDAY, "调休"),
    ]
    assert queries.calendar_years() == [2026]
    assert trail() == [("calendar.day_set", "day:2026-10-01"), ("calendar.day_set", "day:2026-10-10")]


def test_a_day_is_changed_and_removed() -> None:
    set_day(SATURDAY, "调休", is_workday=True)
    set_day(SATURDAY, "国庆节")
    assert [(each.is_workday, each.note) for each in queries.calendar_days(2026)] == [(False, "国庆节")]
    remove_day(SATURDAY)
    assert queries.calendar_days(2026) == []
    assert trail()[-1] == ("calendar.day_removed", "day:2026-10-10")
    with pytest.raises(NotFound, match="2026-10-10"):
        remove_day(SATURDAY)


def test_a_weekday_cannot_be_worked_twice() -> None:
    with pytest.raises(DomainError, match="no weekend day"):
        set_day(THURSDAY, is_workday=True)


def test_those_above_are_told_only_when_a_day_becomes_another() -> None:
    told: list[date] = []

    def hear(_sender: object, *, on: date) -> None:
        told.append(on)

    with service.calendar_changed.connected_to(hear):
        set_day(SATURDAY, "国庆节")  # No workday before, and none now.
        set_day(THURSDAY)
        set_day(THURSDAY, "国庆节")
        set_day(SATURDAY, is_workday=True)
        remove_day(SATURDAY)
        remove_day(THURSDAY)
    assert told == [THURSDAY, SATURDAY, SATURDAY, THURSDAY]


def published(effective_from: date = date(2025, 1, 1)) -> int:
    with transaction():
        service.publish(facts.policy(effective_from=effective_from), by=COMMAND, at=AT)
    return max(queries.policies_by_id())


def confirm(policy_id: int, by: Actor = OFFICER) -> None:
    with transaction():
        service.confirm(policy_id, on=TODAY, by=by, at=AT)


def test_a_policy_in_force_is_confirmed_with_the_day_and_the_person() -> None:
    policy_id = published()
    confirm(policy_id)
    last = queries.last_confirmations()[policy_id]
    assert (last.confirmed_on, last.confirmed_by) == (TODAY, "U-1")
    assert trail()[-1] == ("policy.confirmed", "policy:430103@2025-01-01")


def test_a_policy_is_confirmed_once_a_day() -> None:
    policy_id = published()
    confirm(policy_id)
    with pytest.raises(Conflict, match="today already"):
        confirm(policy_id)


def test_only_a_policy_in_force_is_confirmed_and_only_within_ones_area() -> None:
    policy_id = published()
    with pytest.raises(NotAllowed):
        confirm(policy_id, Actor("U-2", scope=Scope("430103005")))
    with pytest.raises(NotFound):
        confirm(policy_id, Actor("U-2", scope=Scope("430104")))
    for day in (date(2027, 1, 1), date(2026, 1, 1)):
        published(day)
    with pytest.raises(Conflict, match="in force"):
        confirm(policy_id)
