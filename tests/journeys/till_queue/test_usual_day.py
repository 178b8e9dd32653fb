"""A day at the counter: kept first, sent once, corrected where only the server can know."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import BrowserContext
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord
from app.transaction import transaction
from tests.factories.district import elder
from tests.support.engine import Engine
from tests.support.till_queue import (
    RESIDENTS,
    ids,
    ledger,
    says,
    the_tablet,
)

# ---- The usual day ----


def test_a_meal_is_kept_first_and_its_receipt_is_kept_beside_what_was_shown(engine: Engine) -> None:
    entry = engine.save()[0]
    assert (entry["state"], entry["seq"], entry["receipt"]) == ("saved", 1, None)
    engine.start()
    engine.until_all_sent()
    sent = engine.entries()[0]
    assert (sent["state"], sent["corrected"]) == ("sent", False)
    assert sent["receipt"]["status"] == "accepted"
    assert sent["digest"] == sent["receipt"]["digest"] != ""
    assert sent["receipt"]["government_fen"] == sent["shown"]["government_fen"] == 300
    assert ledger() == [entry["id"]]


def test_what_only_the_server_can_know_is_corrected_and_both_are_kept(engine: Engine) -> None:
    engine.save(1)
    engine.save(1)
    engine.start()
    engine.until_all_sent()
    second, first = engine.entries()
    assert (first["corrected"], second["corrected"]) == (False, True)
    assert (second["shown"]["resident_fen"], second["receipt"]["resident_fen"]) == (1200, 1500)
    assert ids(engine.page.evaluate("() => kept.news()")) == [second["id"]]
    engine.page.evaluate("(id) => kept.read([id])", second["id"])
    assert engine.page.evaluate("() => kept.news()") == []


def test_several_meals_of_one_tap_are_kept_all_or_none(engine: Engine) -> None:
    bad = """async () => {
      const served_at = new Date().toISOString();
      const body = { resident: null, sitting: "lunch", channel: "dine_in", price_fen: 1500, served_at };
      const broken = Object.assign({}, body, { served_at: "no time" });
      return kept.save([body, broken]).then(() => "kept", (error) => error.name);
    }"""
    assert engine.page.evaluate(bad) == "RangeError"
    assert engine.counts()["saved"] == 0
    assert [entry["seq"] for entry in engine.save(count=2)] == [1, 2]


def test_a_meal_with_its_own_id_is_kept_once_however_often_it_is_tapped(engine: Engine) -> None:
    given = "0193f2a0-0000-7000-8000-000000000001"
    first, again = engine.save(id=given)[0], engine.save(id=given, price_fen=9900)[0]
    assert again == first
    assert engine.counts()["saved"] == 1


def test_undoing_is_a_record_of_its_own_and_no_news(engine: Engine) -> None:
    meal = engine.save()[0]
    engine.save(reverses=meal["id"], reason="undo")
    engine.start()
    engine.until_all_sent()
    assert engine.page.evaluate("() => kept.usedBy('R-000001')") == []
    assert engine.page.evaluate("() => kept.news()") == []
    assert len(ledger()) == 2


def test_own_meals_count_towards_the_caps_of_the_next(engine: Engine) -> None:
    day = engine.save()[0]["served_on"]
    assert engine.page.evaluate("() => kept.usedBy('R-000001')") == [[day, "lunch", 300]]
    eaten = engine.page.evaluate("async (day) => Array.from(await kept.eaten(day, 'lunch'))", day)
    assert eaten == ["R-000001"]


def test_a_tablet_that_has_nothing_to_send_says_that_it_is_there(engine: Engine) -> None:
    engine.start()
    engine.until_phase("idle")
    engine.until("carrier.state().last_contact_at !== null && carrier.state().roster_at !== null")
    # It is idle before it has begun, too: what counts is that the server has answered.
    with engine.page.expect_response(lambda answer: answer.url.endswith("/meals")):
        engine.now()
    tablet = the_tablet()
    assert tablet.last_seen_at is not None
    assert (tablet.unsent, tablet.version, tablet.is_persisted) == (0, "journey", False)


def test_it_says_so_every_minute_and_asks_for_the_roster_every_five(
    engine: Engine, context: BrowserContext
) -> None:
    asked: list[str] = []
    answered: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("response", lambda response: answered.append(response.url))
    engine.page.clock.install()
    engine.start()
    engine.until("carrier.state().roster_at !== null && carrier.state().phase === 'idle'")
    asked.clear()
    answered.clear()
    for _ in range(32):
        engine.page.clock.fast_forward(10_000)
        # A round takes real time, which the page's own clock does not know: of a minute's beats none is late.
        engine.page.wait_for_timeout(60)
        engine.until_held_by(lambda: len(answered), len(asked))
    assert len([url for url in asked if "/roster" in url]) == 1
    assert 4 <= len([url for url in asked if url.endswith("/meals")]) <= 6


# ---- The roster ----


def test_the_roster_comes_whole_then_in_changes_and_stays_when_a_refresh_fails(
    engine: Engine, context: BrowserContext
) -> None:
    engine.start()
    engine.until("(await kept.residents()).length > 0")
    people = engine.page.evaluate("() => kept.residents()")
    assert [person["no"] for person in people] == [f"R-{number:06d}" for number in range(1, RESIDENTS + 1)]
    assert engine.page.evaluate("async () => (await kept.get('ground')).site.code") == "C01"
    context.route("**/tablets/roster*", says(200, "<html>Sign in</html>", kind="text/html"))
    assert engine.page.evaluate("() => carrier.refresh()") == {"ok": False, "error": "portal"}
    context.route("**/tablets/roster*", says(200, '{"format": "till-roster/1", "residents": []}'))
    assert engine.page.evaluate("() => carrier.refresh()") == {"ok": False, "error": "portal"}
    assert len(engine.page.evaluate("() => kept.residents()")) == RESIDENTS
    context.unroute("**/tablets/roster*")
    with transaction():
        elder("R-000099", name="新来的").changed_at = clock.now()
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    assert engine.page.evaluate("() => carrier.refresh()") == {"ok": True, "error": None}
    assert "?since=" in next(url for url in asked if "/roster" in url)
    assert len(engine.page.evaluate("() => kept.residents()")) == RESIDENTS + 1
    answers: list[int] = []
    context.on("response", lambda response: answers.append(response.status))
    engine.page.evaluate("() => carrier.refresh()")
    assert engine.page.evaluate("() => carrier.refresh()") == {"ok": True, "error": None}
    assert 304 in answers


def test_somebody_who_is_not_in_the_roster_is_found_online(engine: Engine, context: BrowserContext) -> None:
    with transaction():
        other = elder("R-000777", name="远方人")
        other.residence_area = "430103009001"
    engine.start()
    found = engine.page.evaluate("() => carrier.find('R-000777')")
    assert (found["ok"], [each["name"] for each in found["residents"]]) == (True, ["远方人"])
    context.set_offline(True)
    assert engine.page.evaluate("() => carrier.find('R-000777')") == {
        "ok": False,
        "residents": [],
        "error": "offline",
    }


# ---- Clocks ----


def test_a_clock_that_goes_back_a_day_loses_no_order_and_is_flagged(engine: Engine) -> None:
    now = datetime.now(UTC)
    first = engine.save(1)[0]
    engine.page.clock.set_fixed_time(now - timedelta(days=1))
    second = engine.save(2)[0]
    engine.start()
    engine.until_all_sent()
    assert ledger() == [first["id"], second["id"]]
    db.session.rollback()
    rows = db.session.scalars(select(LedgerRecord).order_by(LedgerRecord.seq)).all()
    assert rows[0].served_at - rows[1].served_at > timedelta(hours=23)
    assert rows[1].received_at > rows[1].served_at + timedelta(hours=23)
    state = engine.state()
    assert state["skewed"]
    assert -86_410 < state["skew_seconds"] < -86_390
    assert the_tablet().skew_seconds == pytest.approx(-86_400, abs=10)
