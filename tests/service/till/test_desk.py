"""A sitting closed at the desk: its own meals alone, the cash explained, signed with the right PIN."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.auth import service as auth
from app.canteens.rules import Sitting
from app.errors import Conflict, DomainError, NotFound
from app.extensions import db
from app.meals import service as ledger
from app.meals.rules import Channel, Payment
from app.roles import COMMAND, Actor, Role, Scope
from app.till import queries, service
from app.till.models import DayClose
from app.till.queries import TillSitting
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy
from tests.factories.meals import NOON, TODAY, entry, taken
from tests.factories.till import record
from tests.factories.worklist import sent, tablet

LATER = NOON + timedelta(hours=2)
PIN = "2580"


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        elder("R-000002", name="李建国")
        policy_row(policy(caps=meal_caps(sitting=1)))


@pytest.fixture
def staff() -> Actor:
    return user(Role.SITE_STAFF, site_code="C01").actor


def close(by: Actor, **changes: Any) -> DayClose:  # noqa: ANN401 - any member of it
    given: dict[str, Any] = {
        "id": UUID(int=1),
        "site_code": "C01",
        "served_on": TODAY,
        "sitting": Sitting.LUNCH,
        "expected_fen": 27_00,
        "counted_fen": 27_00,
        **changes,
    }
    with transaction():
        service.close_desk(service.DeskClose(**given), by=by, at=LATER)
    db.session.rollback()
    return db.session.execute(select(DayClose).where(DayClose.id == given["id"])).scalar_one()


def a_lunch() -> None:
    """Record a lunch at the desk: subsidised, of nobody registered, taken back; and others elsewhere."""
    taken(
        entry(1),
        entry(2, resident_no="", channel=Channel.TAKE_AWAY),
        entry(3, resident_no="R-000002"),
        entry(4, resident_no="R-000002", sitting=Sitting.DINNER),
        entry(5, resident_no="R-000002", site_code="C02"),
        entry(6, resident_no="", sheet_no="Z-17"),
        entry(7, resident_no="", payment=Payment.PHONE, channel=Channel.DELIVERED),
    )
    with transaction():
        ledger.reverse(entry(3).id, "记错了", by=COMMAND, at=LATER)
    sent(tablet("C01"), record(50))


def test_the_desks_own_meals_are_counted_by_kind(staff: Actor) -> None:
    a_lunch()
    made = close(staff)
    assert (made.dine_in, made.take_away, made.delivered, made.reversed) == (1, 1, 1, 1)
    assert (made.unregistered, made.subsidised, made.tablet_id) == (2, 1, None)
    assert (made.cash_expected_fen, made.cash_counted_fen, made.reason) == (12_00 + 15_00, 27_00, "")
    assert (made.closed_by, made.closed_at, made.is_signed) == (staff.user_no, LATER, False)
    last = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq.desc())).scalars().first()
    assert last is not None
    assert (last.action, last.actor) == ("sitting.closed", staff.user_no)


def test_pressed_twice_it_is_closed_once(staff: Actor) -> None:
    a_lunch()
    assert close(staff).digest == close(staff).digest
    assert len(queries.day_closes(Scope(), TODAY, TODAY)) == 1


def test_a_difference_needs_a_reason(staff: Actor) -> None:
    a_lunch()
    with pytest.raises(DomainError) as caught:
        close(staff, counted_fen=26_00, reason="  ")
    assert caught.value.field == "reason"
    made = close(staff, counted_fen=26_00, reason="少收一元")
    assert (made.cash_counted_fen, made.reason) == (26_00, "少收一元")


def test_a_meal_that_came_meanwhile_wants_another_look(staff: Actor) -> None:
    a_lunch()
    taken(entry(8, resident_no=""))
    with pytest.raises(Conflict, match="meanwhile"):
        close(staff)
    assert close(staff, expected_fen=42_00, counted_fen=42_00).cash_expected_fen == 42_00


def test_the_right_pin_signs_and_a_wrong_one_is_refused(staff: Actor) -> None:
    a_lunch()
    with pytest.raises(DomainError, match="no PIN yet") as caught:
        close(staff, pin=PIN)
    assert caught.value.field == "pin"
    with transaction():
        auth.set_pin(staff.user_no, PIN, by=staff, at=NOON)
    with pytest.raises(DomainError, match="wrong") as caught:
        close(staff, pin="2581")
    assert caught.value.field == "pin"
    assert queries.day_closes(Scope(), TODAY, TODAY) == []
    assert close(staff, pin=PIN).is_signed


def test_nobody_closes_another_site(staff: Actor) -> None:
    a_lunch()
    with pytest.raises(NotFound):
        close(staff, site_code="C02", expected_fen=12_00, counted_fen=12_00)


def test_where_nothing_was_recorded_there_is_nothing_to_close(staff: Actor) -> None:
    with pytest.raises(DomainError, match="Nothing was recorded"):
        close(staff, expected_fen=0, counted_fen=0)


def test_the_ledger_is_counted_for_each_till_by_itself() -> None:
    a_lunch()
    held = queries.counted(Scope(), TODAY, TODAY)
    assert {
        (till.site_code, till.sitting.value, till.tablet_no): each.figures.meals
        for till, each in held.items()
    } == {
        ("C01", "lunch", ""): 3,
        ("C01", "dinner", ""): 1,
        ("C01", "lunch", "T-1"): 1,
        ("C02", "lunch", ""): 1,
    }
    desk = held[TillSitting("C01", TODAY, Sitting.LUNCH, "")]
    # The last one that stands; the one that was taken back was no later.
    assert desk.last_served_at == entry(7).served_at
    assert queries.counted(Scope(site_code="C02"), TODAY, TODAY).keys() == {
        TillSitting("C02", TODAY, Sitting.LUNCH, "")
    }
    assert queries.counted(Scope("430104"), TODAY, TODAY) == {}
