"""What the browser keeps: full, old, missing, or of a newer shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import BrowserContext

from tests.support.engine import Engine
from tests.support.till_queue import (
    ids,
    ledger,
)


def test_a_full_storage_is_an_error_and_keeps_nothing_by_half(context: BrowserContext) -> None:
    # The browser reckons what is left when the first word is written.
    page = context.new_page()
    page.goto("/healthz")
    origin = page.evaluate("() => location.origin")
    tools = context.new_cdp_session(page)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": 1_000_000})
    engine = Engine(page)
    tap = """async (served_at) => {
      // Noise, because the browser packs what it keeps.
      const note = Array.from(crypto.getRandomValues(new Uint32Array(5000))).join("");
      const body = { resident: null, sitting: "lunch", channel: "dine_in", price_fen: 1500, note, served_at };
      return kept.save([body, body]).then(() => "kept", (error) => error.name);
    }"""
    now, long_ago = datetime.now(UTC), datetime.now(UTC) - timedelta(days=45)
    assert page.evaluate(tap, long_ago.isoformat()) == "kept"
    settle = """async () => {
      const [old, older] = await kept.pending(2);
      return kept.settle([{ id: older.id, status: "accepted", digest: "1" }]);
    }"""
    acknowledged = page.evaluate(settle)
    answers = ["kept"]
    while answers[-1] == "kept" and len(answers) < 50:
        answers.append(page.evaluate(tap, now.isoformat()))
    assert answers[-1] == "Full"
    # What was acknowledged long ago made room first; nothing else was touched, and nothing is there by half.
    entries = engine.entries()
    assert not set(acknowledged) & set(ids(entries))
    assert len(entries) == 2 * answers.count("kept") - 1
    assert [entry["seq"] for entry in entries] == [*range(len(entries) + 1, 2, -1), 1]
    assert engine.counts()["saved"] == len(entries)
    tools.send("Storage.overrideQuotaForOrigin", {"origin": origin})
    assert page.evaluate(tap, now.isoformat()) == "kept"


def test_old_acknowledged_meals_make_room_and_unsent_ones_never_do(
    engine: Engine, context: BrowserContext
) -> None:
    old = (datetime.now(UTC) - timedelta(days=45)).isoformat()
    engine.save(1, 1, served_at=old)
    engine.start()
    engine.until_all_sent()
    context.set_offline(True)
    waiting = engine.save(2, 1, served_at=old)
    engine.page.evaluate("() => kept.prune(new Date())")
    assert ids(engine.entries()) == ids(waiting)


def test_a_browser_without_a_database_says_so(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto("/healthz")
    page.evaluate(
        "() => { IDBFactory.prototype.open = () => { throw new DOMException('no', 'SecurityError'); }; }"
    )
    name = page.evaluate(
        "async () => (await import('/static/till/store.js')).open().then(() => '', (error) => error.name)"
    )
    assert name == "NoStorage"


def test_a_newer_shape_of_the_database_keeps_the_queue(engine: Engine, context: BrowserContext) -> None:
    saved = engine.save(count=3)
    engine.page.evaluate("() => { window.told = []; kept.on((change) => told.push(change.kind)); }")
    newer = context.new_page()
    newer.goto("/healthz")
    newer.evaluate(
        """() => new Promise((resolve, reject) => {
          const request = indexedDB.open("meal-circle-till", 99);
          request.onupgradeneeded = () => request.result.createObjectStore("of the future");
          request.onerror = () => reject(request.error);
          request.onsuccess = () => { request.result.close(); resolve(); };
        })"""
    )
    # The older page gave way, was told, and goes on: what people tap meanwhile is kept too.
    engine.until("told.includes('outdated')")
    saved += engine.save(4, 2)
    engine.load()
    engine.start()
    engine.until_all_sent()
    assert ledger() == ids(saved)
