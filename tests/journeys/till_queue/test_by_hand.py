"""What people do by hand: unlock with a PIN, close a sitting, carry the queue to another tablet in a file."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route
from sqlalchemy import select

from app import clock
from app.auth import service as auth
from app.auth.models import User
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import COMMAND, Role
from app.till.models import DayClose
from app.transaction import transaction
from tests.factories.auth import user
from tests.support.engine import Engine
from tests.support.till_queue import enrolled

PIN = "2580"
CLOSES = "**/api/v1/tablets/day-closes"


@pytest.fixture(autouse=True)
def cashier(_canteen: None) -> User:
    """Give somebody of the site's staff, who has a PIN."""
    made = user(Role.SITE_STAFF, site_code="C01")
    with transaction():
        auth.set_pin(made.user_no, PIN, by=COMMAND, at=clock.now())
    return made


@pytest.fixture
def engine(context: BrowserContext) -> Engine:
    """Give an enrolled tablet that has its roster."""
    made = enrolled(context)
    made.start()
    made.until("Boolean(await kept.get('ground'))")
    return made


def tried(engine: Engine, typed: str) -> dict[str, Any]:
    """Type a PIN; the key that a right one gives stays in the page."""
    answer: dict[str, Any] = engine.page.evaluate(
        """async (typed) => {
          const person = (await kept.get("ground")).people[0];
          const answer = await pin.check(typed, person, kept);
          window.key = answer.key;
          return { ok: answer.ok, hasKey: Boolean(answer.key), wait: answer.wait_seconds };
        }""",
        typed,
    )
    return answer


def close(**changes: object) -> dict[str, object]:
    return {
        "id": "0193f2a0-0000-7000-8000-00000000000c", "served_on": "2026-11-23", "sitting": "lunch",
        "closed_at": "2026-11-23T13:05:00+08:00", "by": "U-1",
        "meals": {"dine_in": 40, "take_away": 3, "delivered": 0}, "reversed": 1, "unregistered": 2,
        "subsidised": 39, "cash_expected_fen": 51000, "cash_counted_fen": 50900,
        "reason": "少收一元 😀", "signature": "", **changes,
    }  # fmt: skip


SIGN_AND_KEEP = """async (close) => {
  close.signature = await pin.sign(key, close);
  return kept.saveClose(close);
}"""


# ---- The PIN ----


def test_a_pin_is_checked_without_network(engine: Engine, context: BrowserContext) -> None:
    context.set_offline(True)
    assert tried(engine, "2581") == {"ok": False, "hasKey": False, "wait": 0}
    assert tried(engine, PIN) == {"ok": True, "hasKey": True, "wait": 0}


def test_wrong_pins_make_the_wait_grow_and_loading_the_page_anew_does_not_shorten_it(
    engine: Engine, context: BrowserContext
) -> None:
    now = datetime.now(UTC)
    engine.page.clock.set_fixed_time(now)
    assert [tried(engine, "0000")["wait"] for _ in range(3)] == [0, 0, 5]
    # Whoever tries before the wait is over is told so, and not even the right one helps.
    assert tried(engine, PIN) == {"ok": False, "hasKey": False, "wait": 5}
    context.set_offline(False)
    engine.load()
    assert tried(engine, PIN)["wait"] == 5
    # A clock that is set back lets nobody wait longer, nor one that is set on makes the count forget.
    engine.page.clock.set_fixed_time(now - timedelta(days=1))
    assert tried(engine, PIN)["wait"] == 5
    for seconds, wait in ((6, 10), (17, 20), (38, 40)):
        engine.page.clock.set_fixed_time(now + timedelta(seconds=seconds))
        assert tried(engine, "0000")["wait"] == wait
    engine.page.clock.set_fixed_time(now + timedelta(minutes=10))
    assert tried(engine, PIN)["ok"]
    assert tried(engine, "0000")["wait"] == 0


# ---- The day close ----


def test_a_sitting_closed_without_network_arrives_with_a_good_signature(
    engine: Engine, context: BrowserContext, cashier: User
) -> None:
    context.set_offline(True)
    assert tried(engine, PIN)["ok"]
    entry = engine.page.evaluate(SIGN_AND_KEEP, close(by=cashier.user_no))
    assert entry["state"] == "saved"
    assert engine.counts()["closes_unsent"] == 1
    context.set_offline(False)
    engine.until_all_sent()
    kept = engine.page.evaluate("() => kept.closes()")
    assert [(each["state"], each["receipt"]["status"]) for each in kept] == [("sent", "accepted")]
    db.session.rollback()
    row = db.session.scalars(select(DayClose)).one()
    assert (str(row.id), row.is_signed, row.reason, row.cash_counted_fen) == (
        entry["id"],
        True,
        "少收一元 😀",
        50900,
    )


def test_a_close_that_is_refused_is_set_aside_alone(engine: Engine, context: BrowserContext) -> None:
    def refuse(route: Route) -> None:
        body = route.request.post_data_json
        assert isinstance(body, dict)
        if any(each["reason"] == "bad" for each in body["closes"]):
            route.fulfill(status=400, json={"error": "form", "message": "不是这个格式。"})
        else:
            route.continue_()

    context.route(CLOSES, refuse)
    context.set_offline(True)
    assert tried(engine, PIN)["ok"]
    bad = close(id="0193f2a0-0000-7000-8000-00000000000b", reason="bad")
    for each in (bad, close()):
        engine.page.evaluate(SIGN_AND_KEEP, each)
    context.set_offline(False)
    engine.until("(await kept.pendingCloses()).length === 0")
    kept = engine.page.evaluate("() => kept.closes()")
    assert [each["state"] for each in kept] == ["sent", "attention"]
    assert kept[1]["refusal"]["message"] == "不是这个格式。"
    assert engine.counts()["closes_unsent"] == 1


# ---- The last resort ----


def exported(engine: Engine, *, everything: bool = False) -> str:
    text: str = engine.page.evaluate(
        "async (all) => (await file.exportQueue(kept, { all })).text()", everything
    )
    return text


def loaded(engine: Engine, text: str) -> dict[str, Any]:
    result: dict[str, Any] = engine.page.evaluate("(text) => file.importQueue(kept, text)", text)
    return result


def test_a_queue_is_carried_to_another_tablet_and_neither_loses_nor_doubles_anything(
    engine: Engine, context: BrowserContext, new_context: Callable[[], BrowserContext]
) -> None:
    engine.save(1)
    engine.until_all_sent()
    context.set_offline(True)
    saved = [entry["id"] for entry in engine.save(2, 3)]
    assert tried(engine, PIN)["ok"]
    engine.page.evaluate(SIGN_AND_KEEP, close())
    text = exported(engine)
    assert [record["id"] for record in json.loads(text)["records"]] == saved
    assert len(json.loads(exported(engine, everything=True))["records"]) == 4

    other = enrolled(new_context(), "后厨")
    own = other.save(5)[0]
    assert loaded(other, text) == {"taken": 4, "known": 0, "refused": [], "reason": None}
    assert loaded(other, text) == {"taken": 0, "known": 4, "refused": [], "reason": None}
    assert [entry["origin"] for entry in other.entries()] == ["T-1", "T-1", "T-1", None]
    other.start()
    other.until_all_sent()
    db.session.rollback()
    rows = db.session.scalars(select(LedgerRecord).order_by(LedgerRecord.served_at)).all()
    assert [str(row.id) for row in rows][1:4] == saved
    assert [row.tablet for row in rows if str(row.id) in saved] == ["T-1"] * 3
    assert [row.tablet for row in rows if str(row.id) == own["id"]] == ["T-2"]
    assert [row.seq for row in rows if str(row.id) in saved] == [2, 3, 4]

    # The first tablet comes back to life and sends the same meals: the same receipts, nothing twice.
    context.set_offline(False)
    engine.until_all_sent()
    assert {entry["receipt"]["status"] for entry in engine.entries()} == {"accepted"}
    db.session.rollback()
    assert len(db.session.scalars(select(LedgerRecord)).all()) == 5
    assert [row.is_signed for row in db.session.scalars(select(DayClose))] == [True]


def test_a_tablet_takes_its_own_file_back_and_goes_on_counting(
    engine: Engine, context: BrowserContext
) -> None:
    context.set_offline(True)
    saved = [entry["id"] for entry in engine.save(1, 3)]
    text = exported(engine)
    engine.page.evaluate(
        """() => new Promise((resolve) => {
          const request = indexedDB.deleteDatabase("meal-circle-till");
          request.onsuccess = resolve;
        })"""
    )
    context.set_offline(False)
    engine.load()
    engine.page.evaluate("() => kept.set('tablet', { no: 'T-1', name: '前台', site_code: 'C01' })")
    assert loaded(engine, text)["taken"] == 3
    assert [entry["origin"] for entry in engine.entries()] == [None] * 3
    assert engine.save(4)[0]["seq"] == 4
    assert [entry["id"] for entry in engine.entries()][1:] == saved[::-1]


def test_a_file_never_overwrites_what_is_here(engine: Engine, context: BrowserContext) -> None:
    context.set_offline(True)
    engine.save(1, 2)
    content = json.loads(exported(engine))
    changed = content["records"][0]["id"]
    content["records"][0]["body"]["price_fen"] = 9900
    before = engine.entries()
    assert loaded(engine, json.dumps(content)) == {
        "taken": 0,
        "known": 1,
        "refused": [{"id": changed, "reason": "other_content"}],
        "reason": None,
    }
    assert engine.entries() == before


def test_what_is_no_file_of_a_queue_changes_nothing(engine: Engine) -> None:
    for text, reason in (("PNG", "json"), ("{}", "format"), ('{"format": "till-queue/9"}', "version")):
        assert loaded(engine, text) == {"taken": 0, "known": 0, "refused": [], "reason": reason}
    assert engine.counts()["saved"] == 0
