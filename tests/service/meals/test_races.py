"""Many at once on a real database: nothing doubles, nothing is lost, and the decisions hold."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.audit import service as audit
from app.canteens.rules import Sitting
from app.errors import Conflict
from app.extensions import db
from app.meals import service
from app.meals.models import Decision, LedgerRecord
from app.meals.rules import Channel, LedgerEntry
from app.roles import COMMAND
from app.subsidy.rules import Reason
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import meal_caps, policy

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
HANDS = 8


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103006001")
        elder("R-000001")
        policy_row(policy(caps=meal_caps(sitting=1)))


def meal(number: int, site_code: str = "C01") -> LedgerEntry:
    return LedgerEntry(
        id=UUID(int=number),
        resident_no="R-000001",
        site_code=site_code,
        served_on=date(2026, 3, 2),
        sitting=Sitting.LUNCH,
        channel=Channel.DINE_IN,
        price_fen=15_00,
        served_at=NOON + timedelta(seconds=number),
        recorded_by="U-1",
    )


def at_once(app: Flask, entries: list[LedgerEntry]) -> None:
    def send(entry: LedgerEntry) -> None:
        with app.app_context(), transaction():
            service.take([entry], by=COMMAND, at=NOON)

    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(send, entries))


def test_one_resident_at_many_tills_in_the_same_moment_is_subsidised_once(app: Flask) -> None:
    at_once(app, [meal(number, ("C01", "C02")[number % 2]) for number in range(1, 17)])
    reasons = db.session.execute(select(Decision.meal_id, Decision.reason)).all()
    assert [row.meal_id for row in reasons if row.reason is Reason.OK] == [UUID(int=1)]
    assert len(reasons) == 16
    assert audit.verify() == (16, None)


def test_the_same_record_sent_from_many_hands_is_one_meal(app: Flask) -> None:
    at_once(app, [meal(1)] * 16)
    assert db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one() == 1
    assert db.session.execute(select(Decision.government_fen)).scalars().all() == [3_00]


def test_two_reversals_at_once_make_one(app: Flask) -> None:
    at_once(app, [meal(1)])

    def click(second: int) -> bool:
        with app.app_context():
            try:
                with transaction():
                    service.reverse(UUID(int=1), "点错了人", by=COMMAND, at=NOON + timedelta(seconds=second))
            except Conflict:
                return False
            return True

    with ThreadPoolExecutor(HANDS) as hands:
        assert sorted(hands.map(click, range(4))) == [False, False, False, True]
    assert db.session.execute(select(func.count()).select_from(LedgerRecord)).scalar_one() == 2
