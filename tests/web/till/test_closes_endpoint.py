"""Closed sittings: signed with a PIN on the tablet, taken once, the difference explained."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.auth import service as auth
from app.auth.models import User
from app.auth.rules import pin_key
from app.extensions import db
from app.roles import COMMAND, Role
from app.till.models import DayClose
from app.till.rules.credentials import signature
from app.transaction import transaction
from tests.factories.auth import user
from tests.factories.district import canteen
from tests.factories.till import TabletClient, enrolled

PIN = "258046"


@pytest.fixture
def tablet(app: Flask) -> TabletClient:
    with transaction():
        canteen("C01")
    cook = user(Role.SITE_STAFF, site_code="C01").user_no
    with transaction():
        auth.set_pin(cook, PIN, by=COMMAND, at=clock.now())
    return enrolled(app)


def closing(**changes: object) -> dict[str, object]:
    return {
        "id": "01a2067f-2a98-7000-8000-000000000001",
        "served_on": "2026-03-02",
        "sitting": "lunch",
        "closed_at": "2026-03-02T13:30:00.000+08:00",
        "by": "U-1",
        "meals": {"dine_in": 40, "take_away": 3, "delivered": 0},
        "reversed": 1,
        "unregistered": 2,
        "subsidised": 39,
        "cash_expected_fen": 510_00,
        "cash_counted_fen": 500_00,
        "reason": "找零不足",
        **changes,
    }


def signed(pin: str = PIN, /, **changes: object) -> dict[str, object]:
    close = closing(**changes)
    salt = db.session.execute(select(User.pin_salt)).scalar_one()
    assert salt is not None
    return close | {"signature": signature(pin_key(pin, base64.b64decode(salt)), close)}


def sent(tablet: TabletClient, *closes: object) -> list[dict[str, Any]]:
    answer = tablet.post("day-closes", {"closes": list(closes)})
    assert answer.status_code == 200, answer.text
    receipts: list[dict[str, Any]] = answer.json["receipts"]  # type: ignore[index]  # an object
    return receipts


def kept() -> list[DayClose]:
    db.session.rollback()
    return list(db.session.execute(select(DayClose)).scalars())


def test_a_signed_close_is_taken_once(tablet: TabletClient) -> None:
    (receipt,) = sent(tablet, signed())
    assert (receipt["status"], receipt["message"]) == ("accepted", "")
    assert sent(tablet, signed(), signed()) == [receipt, receipt]
    (close,) = kept()
    assert (close.is_signed, close.closed_by, close.site_code, close.meals) == (True, "U-1", "C01", 43)
    assert (close.cash_expected_fen, close.cash_counted_fen, close.reason) == (510_00, 500_00, "找零不足")


def test_a_close_signed_with_another_pin_is_kept_and_said_to_be_unsigned(tablet: TabletClient) -> None:
    (receipt,) = sent(tablet, signed("258047"))
    assert receipt["status"] == "accepted"
    assert "签名" in receipt["message"]
    assert [close.is_signed for close in kept()] == [False]


def test_a_close_that_was_altered_after_signing_is_not_signed(tablet: TabletClient) -> None:
    sent(tablet, signed() | {"cash_counted_fen": 510_00})
    assert [close.is_signed for close in kept()] == [False]


def test_another_close_under_the_same_number_is_a_conflict(tablet: TabletClient) -> None:
    sent(tablet, signed())
    (receipt,) = sent(tablet, signed(cash_counted_fen=510_00))
    assert receipt["status"] == "conflict"
    assert [close.cash_counted_fen for close in kept()] == [500_00]


@pytest.mark.parametrize(
    "changes",
    [
        {"reason": ""},
        {"id": "none"},
        {"served_on": "yesterday"},
        {"sitting": "tea"},
        {"meals": {"dine_in": -1}},
        {"meals": None},
        {"cash_counted_fen": None},
        {"closed_at": "now"},
    ],
)
def test_a_close_that_cannot_be_read_stays_on_the_tablet(
    tablet: TabletClient, changes: dict[str, object]
) -> None:
    good = signed(id="01a2067f-2a98-7000-8000-000000000002")
    receipts = sent(tablet, signed(**changes), good, "nonsense")
    assert [receipt["status"] for receipt in receipts] == ["quarantined", "accepted", "quarantined"]
    assert len(kept()) == 1


def test_a_close_without_a_difference_needs_no_reason(tablet: TabletClient) -> None:
    (receipt,) = sent(tablet, signed(cash_counted_fen=510_00, reason=""))
    assert receipt["status"] == "accepted"
