"""The tablet endpoint: each record answered for itself, none lost, none twice, in any order."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy import text as sql

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord, Meal, MealConflict
from app.residents.service import cards
from app.roles import COMMAND
from app.sealing import keyring
from app.subsidy.rules import Caps, MealCaps
from app.till import service
from app.till.models import QuarantinedRecord, Tablet
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.factories.meals import NOON
from tests.factories.till import TabletClient, enrolled, record, undoing, uuid_of

IDENTITY = "11010519491231002X"
ONCE_A_SITTING = Caps(meals=MealCaps(sitting=1))


@pytest.fixture(autouse=True)
def _district(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        canteen("C02", "430103005002")
        elder("R-000001")
        known = elder("R-000002", name="李建国")
        known.identity_index = keyring.index(IDENTITY, context="resident.identity_number")
        policy_row(policy(caps=ONCE_A_SITTING))


@pytest.fixture
def tablet(app: Flask) -> TabletClient:
    return enrolled(app)


def count(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def statuses(receipts: list[dict[str, Any]]) -> list[str]:
    return [receipt["status"] for receipt in receipts]


def test_a_meal_is_accepted_with_its_four_parts(tablet: TabletClient) -> None:
    (receipt,) = tablet.send(record(1))
    assert receipt | {"digest": ""} == {
        "id": record(1)["id"],
        "status": "accepted",
        "digest": "",
        "government_fen": 300,
        "operator_fen": 0,
        "charity_fen": 0,
        "resident_fen": 1200,
        "reason": "ok",
        "message": "",
    }
    meal = db.session.execute(select(Meal)).scalar_one()
    assert (meal.tablet, meal.seq, meal.recorded_by, meal.site_code) == (tablet.tablet_no, 1, "U-1", "C01")


@pytest.mark.as_owner
def test_what_the_database_would_not_store_waits_and_the_others_go_in(
    tablet: TabletClient,
    app: Flask,  # noqa: ARG001 - asked for its context
) -> None:
    """No record that is let through is refused by a table of ours; so one more rule is set up here."""
    with transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sql("ALTER TABLE ledger ADD CONSTRAINT devil CHECK (price_fen <> 666)"))
        else:
            refuse = "BEGIN SELECT RAISE(ABORT, 'devil'); END"
            db.session.execute(
                sql(f"CREATE TRIGGER devil BEFORE INSERT ON ledger WHEN new.price_fen = 666 {refuse}")
            )
    receipts = tablet.send(record(1), record(2, price_fen=666), record(3, resident="R-000002"))
    assert statuses(receipts) == ["accepted", "quarantined", "accepted"]
    assert receipts[0]["government_fen"] == 300
    assert (count(LedgerRecord), count(QuarantinedRecord)) == (2, 1)
    assert tablet.send(record(2, price_fen=666))[0] == receipts[1]


def test_the_same_record_again_gets_the_same_receipt(tablet: TabletClient) -> None:
    assert tablet.send(record(1)) == tablet.send(record(1))
    assert tablet.send(record(1), record(1)) == tablet.send(record(1)) * 2
    assert count(LedgerRecord) == 1


def test_the_same_id_with_other_content_is_a_conflict_and_both_are_kept(tablet: TabletClient) -> None:
    tablet.send(record(1))
    (receipt,) = tablet.send(record(1, price_fen=10_00))
    assert receipt["status"] == "conflict"
    assert db.session.execute(select(Meal.price_fen)).scalars().all() == [15_00]
    assert count(MealConflict) == 1
    assert statuses(tablet.send(record(1, price_fen=10_00), record(1))) == ["conflict", "accepted"]
    assert count(MealConflict) == 1


POISON: list[object] = [
    "not an object",
    None,
    [],
    record(7, id="no uuid"),
    record(7, id=None),
    record(7, sitting="tea"),
    record(7, channel=3),
    record(7, price_fen=-1),
    record(7, price_fen=15.5),
    record(7, price_fen=True),
    record(7, price_fen="10" * 30),
    record(7, served_at="noon"),
    record(7, served_at="2026-03-02T12:00:00"),
    record(7, served_at="9999-12-31T23:59:59+08:00"),
    record(7, by="U" * 33),
    record(7, reason="\x00"),
    record(7, resident="张三"),
    record(7, resident="13812345678"),
    record(7, resident="110105194912310021"),
    record(7, reverses=record(1)["id"]),
    record(7, reverses="no uuid", reason="undo"),
    record(7, reverses=record(7)["id"], reason="undo"),
]


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
def test_one_bad_record_is_kept_apart_and_never_holds_up_the_others(
    tablet: TabletClient, poison: object
) -> None:
    receipts = tablet.send(record(1), poison, record(2, resident="R-000002"))
    assert statuses(receipts) == ["accepted", "quarantined", "accepted"]
    assert receipts[1]["message"]
    assert tablet.send(record(1), poison, record(2, resident="R-000002")) == receipts
    assert (count(Meal), count(QuarantinedRecord)) == (2, 1)
    kept = db.session.execute(select(QuarantinedRecord)).scalar_one()
    assert json.loads(kept.content) == poison


def test_a_number_that_no_column_holds_is_refused_alone(tablet: TabletClient) -> None:
    body = json.dumps({"records": [record(1), record(2)]}).replace('"seq": 2', '"seq": ' + "9" * 5000)
    answer = tablet.app.test_client().post("/api/v1/tablets/meals", data=body, headers=tablet.headers)
    assert statuses(answer.json["receipts"]) == ["accepted", "accepted"]  # type: ignore[index]  # an object
    assert db.session.execute(select(Meal.seq).order_by(Meal.served_at)).scalars().all() == [1, None]


def test_a_quarantined_record_stays_sealed_and_no_identity_number_reaches_the_ledger(
    tablet: TabletClient, database: str
) -> None:
    unknown = "11010519491231014X"
    (receipt,) = tablet.send(record(1, resident=unknown))
    assert (receipt["status"], receipt["resident_fen"], receipt["reason"]) == (
        "quarantined",
        15_00,
        "not_registered",
    )
    raw = db.session.connection().exec_driver_sql("SELECT content FROM quarantined_record").scalar_one()
    assert unknown.encode() not in bytes(raw)
    assert database


def test_a_resident_is_named_by_number_or_identity_and_an_unknown_number_pays_in_full(
    tablet: TabletClient,
) -> None:
    receipts = tablet.send(
        record(1, resident=IDENTITY), record(2, resident="R-999999"), record(3, resident=None)
    )
    assert [(each["status"], each["reason"]) for each in receipts] == [
        ("accepted", "ok"),
        ("accepted", "not_registered"),
        ("accepted", "not_registered"),
    ]
    rows = db.session.execute(select(Meal.resident_no).order_by(Meal.served_at)).scalars().all()
    assert rows == ["R-000002", "R-999999", ""]
    assert tablet.send(record(1, resident=IDENTITY))[0]["status"] == "accepted"


def test_both_sites_are_told_why_one_of_two_lunches_is_subsidised(app: Flask, tablet: TabletClient) -> None:
    other = enrolled(app, "C02")
    (late,) = other.send(record(60))
    assert (late["government_fen"], late["message"]) == (300, "")
    # The earlier meal comes later: its tablet was offline.
    (early,) = tablet.send(record(1))
    assert early["government_fen"] == 300
    assert "C02老年食堂" in early["message"]
    assert "12:01" in early["message"]
    (told,) = other.roster()["corrections"]
    assert (told["id"], told["government_fen"], told["reason"]) == (record(60)["id"], 0, "cap_sitting")
    assert "C01老年食堂" in told["message"]
    assert tablet.roster()["corrections"] == []


def test_any_order_of_arrival_gives_the_same_ledger_and_decisions(app: Flask, tablet: TabletClient) -> None:
    sent = [record(1), record(2), undoing(3, of=1), record(4, sitting="dinner")]
    endings = set()
    for number, order in enumerate(permutations(range(4))):
        with transaction():
            elder(f"R-1{number:05}")
        mine = enrolled(app, name=f"{number}")
        mine.token = tablet.token if number == 0 else mine.token
        again = [_of_another(sent[each], number) for each in order]
        for each in again:
            mine.send(each)
        last = {
            receipt["id"][-4:]: receipt
            for receipt in mine.send(*[_of_another(each, number) for each in sent])
        }
        endings.add(
            tuple((receipt["government_fen"], receipt["reason"]) for _, receipt in sorted(last.items()))
        )
    assert len(endings) == 1
    assert endings.pop() == ((0, "reversed"), (300, "ok"), (0, "ok"), (300, "ok"))


def _of_another(sent: dict[str, object], number: int) -> dict[str, object]:
    """Give the record as another resident's, under ids of its own."""
    changed = sent | {"resident": f"R-1{number:05}"}
    for name in ("id", "reverses"):
        if sent[name]:
            first, middle, last = str(sent[name])[:14], f"7{number:03}", str(sent[name])[18:]
            changed[name] = f"{first}{middle}{last}"
    return changed


def test_another_sites_meal_is_not_undone_from_here(app: Flask, tablet: TabletClient) -> None:
    enrolled(app, "C02").send(record(1))
    assert statuses(tablet.send(undoing(2, of=1))) == ["quarantined"]


def test_a_record_from_another_tablets_file_is_the_same_record(app: Flask, tablet: TabletClient) -> None:
    first = enrolled(app, name="旧平板")
    (receipt,) = first.send(record(1))
    assert tablet.send(record(1, tablet=first.tablet_no)) == [receipt]
    (second,) = tablet.send(record(2, resident="R-000002", tablet=first.tablet_no))
    assert second["status"] == "accepted"
    assert first.send(record(2, resident="R-000002")) == [second]
    assert count(Meal) == 2
    stranger = enrolled(app, "C02", name="别处")
    assert statuses(stranger.send(record(3, tablet=first.tablet_no))) == ["quarantined"]


def test_a_tablet_whose_clock_is_a_century_ahead_is_heard_all_the_same(tablet: TabletClient) -> None:
    (receipt,) = tablet.send(record(1), tablet_time="2150-01-01T00:00:00+08:00")
    assert receipt["status"] == "accepted"
    kept = db.session.execute(select(Tablet.skew_seconds)).scalar_one()
    assert kept == clock.LONGEST_SKEW


def test_tablet_time_number_and_server_time_are_kept_and_nothing_is_rewritten(tablet: TabletClient) -> None:
    yesterday = NOON - timedelta(days=1)
    served = yesterday.isoformat()
    (receipt,) = tablet.send(record(1, served_at=served), tablet_time=served)
    assert receipt["status"] == "accepted"
    meal = db.session.execute(select(Meal)).scalar_one()
    assert meal.served_at == yesterday
    assert meal.served_on == yesterday.date()
    assert meal.skew_seconds is not None
    assert meal.skew_seconds < -86_000
    row = db.session.execute(select(Tablet)).scalar_one()
    assert row.skew_seconds == meal.skew_seconds
    assert row.last_seen_at == meal.received_at


def test_the_district_knows_how_many_records_never_came(tablet: TabletClient) -> None:
    tablet.send(record(1), record(4, resident="R-000002"), record(4, resident="R-000002"))
    tablet.send(
        record(1), "poison", unsent=2, oldest_unsent_at=NOON.isoformat(), persisted=False, version="7"
    )
    row = db.session.execute(select(Tablet)).scalar_one()
    assert (row.last_seq, row.received) == (4, 3)
    assert (row.unsent, row.oldest_unsent_at, row.is_persisted, row.version) == (2, NOON, False, "7")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"records": 1}', b'{"rec": []}', b"\xff", b"[" * 100_000]
)
def test_a_body_of_another_form_is_refused_whole(tablet: TabletClient, body: bytes) -> None:
    answer = tablet.app.test_client().post("/api/v1/tablets/meals", data=body, headers=tablet.headers)
    assert (answer.status_code, answer.json["error"]) == (400, "form")  # type: ignore[index]  # an object


def test_more_than_500_records_are_too_many(tablet: TabletClient) -> None:
    answer = tablet.post("meals", {"records": [record(number) for number in range(501)]})
    assert answer.status_code == 413
    assert count(LedgerRecord) == 0
    assert len(tablet.send(*(record(number) for number in range(500)))) == 500


def test_an_unknown_and_a_revoked_tablet_are_told_apart(app: Flask, tablet: TabletClient) -> None:
    stranger = TabletClient(app, "no token", "T-0")
    answer = stranger.post("meals", {"records": []})
    assert (answer.status_code, answer.json["error"]) == (401, "unknown")  # type: ignore[index]  # an object
    with transaction():
        row = db.session.execute(select(Tablet)).scalar_one()
        row.revoked_at = NOON
    for answer in (tablet.post("meals", {"records": [record(1)]}), tablet.get("roster")):
        assert (answer.status_code, answer.json["error"]) == (401, "revoked")  # type: ignore[index]  # an object
    assert count(LedgerRecord) == 0
    assert tablet.post("wiped", {}).status_code == 200
    assert db.session.execute(select(Tablet.wiped_at)).scalar_one() is not None


def test_a_meal_noted_with_payment_and_companion_keeps_both(tablet: TabletClient) -> None:
    tablet.send(
        record(1, payment="phone", found_by="scan"),
        record(2, resident=None, companion_of="R-000001", payment="barter"),
    )
    db.session.rollback()
    first, second = db.session.execute(select(Meal).order_by(Meal.served_at)).scalars()
    assert (first.payment, first.found_by, first.companion_of) == ("phone", "scan", None)
    assert (second.payment, second.companion_of) == (None, "R-000001")
    assert first.id == uuid_of(1)


def test_a_card_names_its_resident_also_when_it_was_lost_and_an_unknown_one_waits(
    tablet: TabletClient,
) -> None:
    with transaction():
        card = cards.issue("R-000002", by=COMMAND, at=NOON)
        cards.report_lost("R-000002", card.code, by=COMMAND, at=NOON)
        code = card.code
    typed = f" {code[:4].lower()}-{code[4:]}"
    known, again, unknown, misread = tablet.send(
        record(1, resident=code),
        record(2, resident=typed),
        record(3, resident="C4K7M29QXTB4"),
        record(4, resident="C4K7M29QXTB5"),
    )
    assert (known["status"], known["reason"], again["reason"]) == ("accepted", "ok", "cap_sitting")
    assert (unknown["status"], misread["status"]) == ("quarantined", "quarantined")
    assert set(db.session.execute(select(Meal.resident_no)).scalars()) == {"R-000002"}


def test_what_was_set_aside_says_that_it_is_settled(tablet: TabletClient) -> None:
    poison = record(1, price_fen=-5)
    (waiting,) = tablet.send(poison)
    with transaction():
        kept = db.session.execute(select(QuarantinedRecord)).scalar_one()
        service.set_aside(kept.id, "试机用的", by=COMMAND, at=NOON)
    (settled,) = tablet.send(poison)
    assert "settled" not in waiting
    assert (settled["status"], settled["settled"]) == ("quarantined", True)
    assert (settled["id"], settled["digest"]) == (waiting["id"], waiting["digest"])


@pytest.mark.parametrize("language", ["en", "en-GB,zh;q=0.5", "zh-Hans", "zh-CN,en;q=0.5", ""])
def test_a_tablet_is_answered_in_the_language_of_its_page(
    app: Flask, tablet: TabletClient, language: str
) -> None:
    enrolled(app, "C02").send(record(60))
    answer = app.test_client().post(
        "/api/v1/tablets/meals",
        json={"records": [record(1)]},
        headers={**tablet.headers, "Accept": "application/json", "Accept-Language": language},
    )
    (receipt,) = answer.json["receipts"]  # type: ignore[index]  # an object
    words = "recorded this sitting too" if language.startswith("en") else "也登记了"
    assert words in receipt["message"]
