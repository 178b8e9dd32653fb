"""Absences on a real database: written down, ended, taken back, by those who may and nobody else."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from app.areas.service import seed_areas
from app.audit.models import AuditEntry
from app.errors import Conflict, NotFound
from app.extensions import db
from app.residents import queries, service
from app.residents.rules.absence import Absence, AbsenceReason
from app.roles import COMMAND, Actor, Role, Scope
from app.transaction import transaction
from tests.factories.meals import NOON
from tests.factories.residents import COMMUNITY, identity_of, person

WORKER = Actor("U-7", Role.COMMUNITY_WORKER.permissions, Scope(COMMUNITY))
STRANGER = Actor("U-8", Role.COMMUNITY_WORKER.permissions, Scope("430103006001"))
IN_MARCH = Absence(AbsenceReason.HOSPITAL, date(2026, 3, 2))
NUMBER = "R-000001"


@pytest.fixture(autouse=True)
def _somebody(app: object) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        seed_areas(by=COMMAND, at=NOON)
        service.register(identity_of(1), person("曾国强"), by=WORKER, at=NOON)


def begun(absence: Absence = IN_MARCH, by: Actor = WORKER) -> int:
    with transaction():
        return service.begin_absence(NUMBER, absence, by=by, at=NOON).id


def kept() -> list[Absence]:
    db.session.rollback()
    resident = queries.resident_of(NUMBER, WORKER.scope)
    assert resident is not None
    return [each.days for each in resident.absences]


def test_an_absence_begins_and_ends_and_the_trail_knows_it() -> None:
    absence_id = begun()
    with transaction():
        service.end_absence(NUMBER, absence_id, back_on=date(2026, 3, 9), by=WORKER, at=NOON)
    assert kept() == [Absence(AbsenceReason.HOSPITAL, date(2026, 3, 2), date(2026, 3, 9))]
    later = Absence(AbsenceReason.AWAY, date(2026, 3, 9), date(2026, 3, 10))
    begun(later)
    assert kept()[1] == later
    trail = db.session.execute(select(AuditEntry).order_by(AuditEntry.seq)).scalars().all()[-3:]
    assert [each.action for each in trail] == [
        "resident.absence_begun",
        "resident.absence_ended",
        "resident.absence_begun",
    ]


def test_two_at_once_are_refused_when_begun_and_when_moved() -> None:
    begun()
    with pytest.raises(Conflict):
        begun(Absence(AbsenceReason.AWAY, date(2026, 4, 1)))
    earlier = begun(Absence(AbsenceReason.AWAY, date(2026, 2, 1), date(2026, 2, 10)))
    with pytest.raises(Conflict), transaction():
        service.end_absence(NUMBER, earlier, back_on=date(2026, 3, 3), by=WORKER, at=NOON)
    assert [each.back_on for each in kept()] == [date(2026, 2, 10), None]


def test_a_mistake_is_taken_back_once() -> None:
    absence_id = begun()
    with transaction():
        service.withdraw_absence(NUMBER, absence_id, by=WORKER, at=NOON)
    assert kept() == []
    with pytest.raises(NotFound), transaction():
        service.withdraw_absence(NUMBER, absence_id, by=WORKER, at=NOON)


def test_another_community_can_do_nothing() -> None:
    absence_id = begun()
    with pytest.raises(NotFound):
        begun(Absence(AbsenceReason.AWAY, date(2027, 1, 1)), by=STRANGER)
    with pytest.raises(NotFound), transaction():
        service.end_absence(NUMBER, absence_id, back_on=date(2026, 3, 9), by=STRANGER, at=NOON)
    with pytest.raises(NotFound), transaction():
        service.withdraw_absence(NUMBER, absence_id, by=STRANGER, at=NOON)
    assert kept() == [IN_MARCH]
