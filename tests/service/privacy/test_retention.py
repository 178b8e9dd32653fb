"""What was kept apart is emptied once it is settled and its time is over; a rider who stops is not called."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.delivery.models import ReportAside, Rider, RiderLink
from app.delivery.models.asides import AsideSettlement
from app.delivery.service import retire_rider
from app.extensions import db
from app.privacy import service
from app.privacy.rules import Retention
from app.roles import COMMAND
from app.till.models import QuarantinedRecord
from app.till.rules.quarantine import Outcome as SettledAs
from app.till.rules.quarantine import Problem
from app.transaction import transaction
from tests.factories.delivery import kitchen, rider
from tests.factories.worklist import kept_apart, tablet

RETENTION = Retention(contacts_months=24, sessions_days=180, apart_days=180)


@pytest.fixture(autouse=True)
def _a_kitchen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        kitchen()
        rider()


def a_record(days_ago: int | None) -> int:
    """Keep a record apart, settled so many days ago or not at all; give its id."""
    kept = kept_apart(tablet(name=f"前台{days_ago}"), {"id": str(days_ago), "resident": "110105"})
    with transaction() as session:
        record = session.get_one(QuarantinedRecord, kept)
        if days_ago is not None:
            record.settled_at, record.settled_by = clock.now() - timedelta(days=days_ago), "U-1"
            record.outcome = next(iter(SettledAs))
    return kept


def an_aside(days_ago: int) -> int:
    """Keep a phone's report apart that was set aside so many days ago; give its id."""
    at = clock.now() - timedelta(days=days_ago)
    with transaction() as session:
        found = session.execute(select(Rider)).scalars().first()
        assert found is not None
        link = RiderLink(
            link_id=uuid4(),
            rider_id=found.id,
            served_on=clock.on(at),
            issued_at=at,
            issued_by="U-1",
        )
        session.add(link)
        session.flush()
        aside = ReportAside(
            link_id=link.id,
            record_id=str(days_ago),
            digest="0" * 64,
            problem=next(iter(Problem)),
            content='{"note": "王秀兰"}',
            received_at=at,
        )
        session.add(aside)
        session.flush()
        session.add(AsideSettlement(aside_id=aside.id, reason="重复", settled_at=at, settled_by="U-1"))
        return aside.id


def empty() -> int:
    with transaction():
        return service.empty_apart(RETENTION, by=COMMAND, at=clock.now())


def test_a_settled_record_is_emptied_after_its_time_and_one_that_waits_is_not() -> None:
    old, fresh, waiting = a_record(200), a_record(100), a_record(None)
    assert service.apart_due(RETENTION, at=clock.now()) == 1
    assert empty() == 1
    said = {each.id: each.content for each in db.session.execute(select(QuarantinedRecord)).scalars()}
    assert said[old] == "{}"
    assert "110105" in said[fresh]
    assert "110105" in said[waiting]
    assert empty() == 0


def test_a_phones_report_that_was_set_aside_is_emptied_too() -> None:
    old, fresh = an_aside(200), an_aside(100)
    assert empty() == 1
    assert db.session.get_one(ReportAside, old).content == "{}"
    assert "王秀兰" in db.session.get_one(ReportAside, fresh).content


def test_a_rider_who_stops_is_kept_without_a_phone() -> None:
    with transaction():
        stopped = retire_rider("Q-001", by=COMMAND, at=clock.now())
        assert stopped.phone is None
        rider("Q-002", is_active=False)
    with transaction():
        assert service.forget_retired(by=COMMAND, at=clock.now()) == 1
    phones = db.session.execute(select(Rider.phone)).scalars()
    assert set(phones) == {None}
