"""A tablet's exported queue loaded at the office: as if sent, all or nothing, and twice without effect."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.errors import BadFile
from app.extensions import db
from app.meals.models import LedgerRecord, Meal
from app.roles import COMMAND, Actor, Scope
from app.till import service
from app.till.models import DayClose, QuarantinedRecord
from app.till.rules.queue_file import read_queue_file
from app.till.service import Loaded, Report
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON
from tests.factories.till import record, uuid_of
from tests.factories.worklist import sent, tablet, the_tablet

LATER = NOON + timedelta(days=2)
HERE = Actor("U-5", scope=Scope("430103", "C01"))
THERE = Actor("U-6", scope=Scope("430103", "C02"))


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        policy_row(policy())


def close(number: int) -> dict[str, object]:
    return {
        "id": str(UUID(int=number)),
        "served_on": "2026-03-02",
        "sitting": "lunch",
        "closed_at": "2026-03-02T13:00:00+08:00",
        "by": "U-1",
        "meals": {"dine_in": 2},
        "cash_expected_fen": 24_00,
        "cash_counted_fen": 24_00,
        "reason": "",
        "signature": "00",
    }


def exported(
    *records: dict[str, object],
    closes: tuple[dict[str, object], ...] = (),
    origins: dict[int, str] | None = None,
    site_code: str = "C01",
    tablet_no: str = "T-1",
    at: datetime = NOON + timedelta(hours=5),
) -> dict[str, object]:
    return {
        "format": "till-queue/1",
        "tablet": tablet_no,
        "site_code": site_code,
        "exported_at": at.isoformat(),
        "records": [
            {"id": each["id"], "seq": each["seq"], "body": each, "origin": (origins or {}).get(place)}
            for place, each in enumerate(records)
        ],
        "closes": [{"id": each["id"], "close": each, "origin": (origins or {}).get(-1)} for each in closes],
    }


def loaded(content: dict[str, object], by: Actor = HERE) -> Loaded:
    with transaction():
        return service.load_queue_file(read_queue_file(content), by=by, at=LATER)


def count(model: type) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def counts(found: Loaded) -> tuple[int, int, int, int]:
    return found.new, found.known, found.kept_apart, found.conflicts


def test_what_the_tablet_could_not_send_is_taken_in_once() -> None:
    till = tablet()
    sent(till, record(1))
    content = exported(record(1), record(2), record(3, price_fen=-5), record(1, channel="take_away"))
    first = loaded(content)
    assert (first.records, counts(first)) == (4, (1, 1, 1, 1))
    before = count(LedgerRecord), count(QuarantinedRecord)
    again = loaded(content)
    assert counts(again) == (0, 2, 1, 1)
    assert (count(LedgerRecord), count(QuarantinedRecord)) == before == (2, 1)
    meal = db.session.execute(select(Meal).where(Meal.id == uuid_of(2))).scalar_one()
    assert (meal.tablet, meal.seq, meal.recorded_by, meal.site_code) == ("T-1", 2, "U-1", "C01")


def test_sent_later_by_the_tablet_itself_nothing_is_doubled() -> None:
    till = tablet()
    loaded(exported(record(1), record(2, price_fen=-5)))
    receipts = sent(till, record(1), record(2, price_fen=-5), at=LATER)
    assert [(each.status.value, each.is_new) for each in receipts] == [
        ("accepted", False),
        ("quarantined", False),
    ]
    assert (count(LedgerRecord), count(QuarantinedRecord)) == (1, 1)
    assert the_tablet(till).facts.missing == 0


def test_a_revoked_tablets_file_is_taken_in_too() -> None:
    tablet()
    with transaction():
        service.revoke("T-1", by=COMMAND, at=NOON)
    assert counts(loaded(exported(record(1)))) == (1, 0, 0, 0)


def test_a_long_queue_is_taken_in_whole() -> None:
    till = tablet()
    found = loaded(exported(*(record(number) for number in range(1, 502))))
    assert (found.records, found.new) == (501, 501)
    assert (the_tablet(till).received, the_tablet(till).last_seq) == (501, 501)


def test_a_file_newer_than_the_last_contact_says_what_was_unsent_is_here() -> None:
    till = tablet()
    sent(till, report=Report(unsent=7, oldest_unsent_at=NOON, version="v1", is_persisted=True))
    loaded(exported(record(1)))
    after = the_tablet(till)
    assert (after.unsent, after.oldest_unsent_at) == (0, None)
    assert after.last_seen_at == NOON + timedelta(hours=5)
    assert (after.version, after.is_persisted) == ("v1", True)


def test_a_file_older_than_the_last_contact_says_nothing_of_what_is_unsent() -> None:
    till = tablet()
    sent(till, at=LATER, report=Report(unsent=7, oldest_unsent_at=NOON))
    loaded(exported(record(1)))
    after = the_tablet(till)
    assert (after.unsent, after.last_seen_at) == (7, LATER)


def test_a_tablets_clock_does_not_make_it_heard_of_in_the_future() -> None:
    till = tablet()
    loaded(exported(record(1), at=LATER + timedelta(days=9)))
    assert the_tablet(till).last_seen_at == LATER


def test_what_another_tablet_made_stays_its_own() -> None:
    first, second = tablet(), tablet(name="二号")
    sent(second, record(1))
    found = loaded(
        exported(record(1), record(2), record(7), closes=(close(1),), origins={0: "T-2", 1: "T-2", -1: "T-2"})
    )
    assert counts(found) == (2, 1, 0, 0)
    made = {row.seq: row.tablet for row in db.session.execute(select(Meal)).scalars()}
    assert made == {1: "T-2", 2: "T-2", 7: "T-1"}
    assert db.session.execute(select(DayClose.tablet_id)).scalar_one() == second
    assert (the_tablet(second).received, the_tablet(second).last_seq) == (2, 2)
    assert (the_tablet(first).received, the_tablet(first).last_seq) == (1, 7)


def test_closed_sittings_come_along_once() -> None:
    till = tablet()
    content = exported(closes=(close(1), {"id": "17"}))
    for _ in range(2):
        found = loaded(content)
        assert (found.closes, found.closes_refused) == (1, 1)
    kept = db.session.execute(select(DayClose)).scalar_one()
    assert (kept.tablet_id, kept.dine_in) == (till, 2)


@pytest.mark.parametrize(
    ("content", "by", "reason"),
    [
        (exported(record(1), tablet_no="T-9"), HERE, "no tablet T-9"),
        (exported(record(1)), THERE, "no tablet T-1"),
        (exported(record(1), site_code="C02"), HERE, "The file is of site C02"),
    ],
)
def test_a_file_of_no_tablet_here_changes_nothing(content: dict[str, object], by: Actor, reason: str) -> None:
    tablet()
    with pytest.raises(BadFile, match=reason):
        loaded(content, by)
    assert count(LedgerRecord) == 0
