"""The queue in a real browser: what is recorded is kept, and sent once, whatever network and server do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Route
from sqlalchemy import select

from app import clock
from app.access import COMMAND
from app.extensions import db
from app.meals.models import LedgerRecord
from app.subsidy.rules import Caps, MealCaps
from app.till import service
from app.till.models import QuarantinedRecord, Tablet
from app.transaction import transaction
from tests.factories.district import canteen, elder, policy_row
from tests.factories.facts import policy
from tests.support.engine import Engine
from tests.support.network import Answer, Network

MEALS = "**/api/v1/tablets/meals"
API = "**/api/**"
RESIDENTS = 12


@pytest.fixture(autouse=True)
def _canteen(app: Flask) -> None:  # noqa: ARG001 - asked for its context
    with transaction():
        canteen("C01")
        for number in range(1, RESIDENTS + 1):
            elder(f"R-{number:06d}", name="王秀英")
        policy_row(policy(caps=Caps(MealCaps(sitting=1))))


@pytest.fixture
def engine(context: BrowserContext) -> Engine:
    """Give an enrolled tablet that does not send yet."""
    return enrolled(context)


@pytest.fixture
def network(context: BrowserContext) -> Network:
    """Give the network between the tablet's meals and the server."""
    return Network(context, MEALS)


def enrolled(context: BrowserContext, name: str = "前台") -> Engine:
    # Not the fixture `page`: here the browser is right to complain of what the network does.
    made = Engine(context.new_page())
    with transaction():
        code = service.prepare("C01", name, by=COMMAND, at=clock.now())[1]
    assert made.enrol(code)["error"] is None
    return made


def ledger() -> list[str]:
    """Give the ids of all records of the ledger, in the order of the tablet's numbers."""
    db.session.rollback()
    rows = db.session.scalars(select(LedgerRecord).order_by(LedgerRecord.seq))
    return [str(row.id) for row in rows]


def the_tablet() -> Tablet:
    db.session.rollback()
    return db.session.scalars(select(Tablet).order_by(Tablet.id)).one()


def ids(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["id"] for entry in entries]


def sent_in(route: Route) -> list[dict[str, Any]]:
    """Give the records of a request."""
    body = route.request.post_data_json
    assert isinstance(body, dict)
    records: list[dict[str, Any]] = body["records"]
    return records


def last_contact(engine: Engine) -> str:
    return engine.state()["last_contact_at"] or ""


def says(status: int, body: str, *, kind: str = "application/json") -> Callable[[Route], None]:
    """Give somebody who answers every request like this, instead of the server."""
    return lambda route: route.fulfill(status=status, body=body, content_type=kind)


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
    engine.now()
    engine.until_phase("idle")
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
        # An answer takes real time, which the page's own clock does not know.
        engine.page.evaluate("async () => { await fetch('/healthz'); await kept.counts(); }")
        engine.until_held_by(lambda: len(answered), len(asked))
    assert len([url for url in asked if "/roster" in url]) == 1
    assert 4 <= len([url for url in asked if url.endswith("/meals")]) <= 6


# ---- What may answer instead of the server ----

UNKNOWN = json.dumps({"receipts": [{"id": "somebody else's", "status": "accepted", "digest": "0"}]})
FAULTS: dict[str, Answer] = {
    "the server is broken": says(500, '{"error": "fault"}'),
    "the gateway is broken": says(502, "<h1>Bad gateway</h1>", kind="text/html"),
    "the server rests": says(503, "", kind="text/plain"),
    "the gateway waits in vain": says(504, "", kind="text/plain"),
    "too many come": says(429, '{"error": "busy"}'),
    "a captive portal sends its page": says(200, "<html>Sign in to the network</html>", kind="text/html"),
    "a captive portal sends its page as JSON": says(200, "<html>Sign in</html>"),
    "a captive portal sends its page elsewhere": lambda route: route.fulfill(
        status=302, headers={"Location": "/static/icon.svg"}
    ),
    "a captive portal forbids": says(403, "<html>Sign in to the network</html>", kind="text/html"),
    "a captive portal wants to know who we are": says(401, "<html>Sign in</html>", kind="text/html"),
    "the answer is cut off": says(200, '{"receipts": [{"id": "0193'),
    "the answer is no object": says(200, "[]"),
    "the answer holds no receipts": says(200, '{"server_time": "2026-11-23T11:42:07+08:00"}'),
    "the answer holds none of the receipts": says(200, '{"receipts": []}'),
    "the answer is for others": says(200, UNKNOWN),
    "the network is cut": lambda route: route.abort("connectionreset"),
}

LOOKS_LIKE_OURS = {
    "the answer holds no receipts",
    "the answer holds none of the receipts",
    "the answer is for others",
}
"""Nothing else counts as having met the server."""


def test_nothing_that_answers_instead_of_the_server_drops_a_meal_or_sets_it_aside(
    engine: Engine, network: Network
) -> None:
    saved = ids(engine.save(count=3))
    engine.start()
    engine.until_all_sent()
    for fault, answer in FAULTS.items():
        contact = engine.state()["last_contact_at"]
        network.answer = answer
        more = ids(engine.save(count=2))
        engine.now()
        engine.until("carrier.state().phase === 'waiting'")
        assert ids(engine.page.evaluate("() => kept.pending(99)")) == more, fault
        assert engine.counts()["attention"] == 0, fault
        state = engine.state()
        assert state["last_error"]["code"] in ("server", "busy", "portal", "offline"), fault
        assert (state["last_contact_at"] != contact) is (fault in LOOKS_LIKE_OURS), fault
        assert ledger() == saved, fault
        network.heal()
        engine.now()
        engine.until_all_sent()
        saved += more
        assert ledger() == saved, fault
        assert engine.counts()["sent"] == len(saved), fault


def doctored(change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> Callable[[Route], None]:
    """Give a network that lets the server work, and changes the receipts on the way back."""

    def answer(route: Route) -> None:
        response = route.fetch()
        body = response.json()
        route.fulfill(response=response, json=body | {"receipts": change(body["receipts"])})

    return answer


DOCTORED = {
    "one is missing": lambda receipts: receipts[1:],
    "one comes twice and contradicts itself": lambda receipts: [
        *receipts,
        receipts[0] | {"status": "conflict"},
    ],
    "one lacks its digest": lambda receipts: [receipts[0] | {"digest": ""}, *receipts[1:]],
    "one has a status that nobody knows": lambda receipts: [receipts[0] | {"status": "lost"}, *receipts[1:]],
    "one is no receipt": lambda receipts: [None, *receipts[1:]],
}


def test_a_record_waits_for_its_own_receipt_whatever_comes_for_others(
    engine: Engine, network: Network
) -> None:
    engine.start()
    saved: list[str] = []
    for case, change in DOCTORED.items():
        network.answer = doctored(change)
        more = ids(engine.save(count=3))
        engine.now()
        engine.until("(await kept.pending(9)).length === 1 && carrier.state().phase === 'waiting'")
        assert ids(engine.page.evaluate("() => kept.pending(9)")) == more[:1], case
        network.heal()
        engine.now()
        engine.until_all_sent()
        saved += more
        assert ledger() == saved, case


def test_receipts_count_by_their_ids_and_not_by_their_places(engine: Engine, network: Network) -> None:
    engine.save(count=3)
    network.answer = doctored(lambda receipts: receipts[::-1])
    engine.start()
    engine.until_all_sent()
    assert all(entry["receipt"]["id"] == entry["id"] for entry in engine.entries())


def test_an_answer_that_was_lost_on_the_way_back_doubles_nothing(engine: Engine, network: Network) -> None:
    def swallow(route: Route) -> None:
        assert route.fetch().status == 200
        route.abort("connectionreset")

    saved = ids(engine.save(count=5))
    network.answer = swallow
    engine.start()
    engine.until_phase("waiting")
    assert (engine.counts()["saved"], ledger()) == (5, saved)
    network.heal()
    engine.now()
    engine.until_all_sent()
    assert (engine.counts()["sent"], ledger()) == (5, saved)


def test_a_slow_server_holds_up_no_tap_and_is_given_up_at_last(engine: Engine, network: Network) -> None:
    held: list[Route] = []
    network.answer = held.append
    engine.page.clock.install()
    first = ids(engine.save())
    engine.start()
    engine.until_held(held, 1)
    second = ids(engine.save(2))
    engine.page.clock.fast_forward(30_000)
    held.pop().continue_()
    engine.until_held(held, 1)
    assert ledger() == first
    assert ids(engine.page.evaluate("() => kept.pending(9)")) == second
    engine.page.clock.fast_forward(46_000)
    engine.until_phase("waiting")
    assert engine.state()["last_error"]["code"] == "timeout"
    network.heal()
    engine.now()
    engine.until_all_sent()
    assert ledger() == first + second


def test_while_nobody_answers_the_tries_become_rarer(engine: Engine, network: Network) -> None:
    tries: list[Route] = []

    def rest(route: Route) -> None:
        tries.append(route)
        route.fulfill(status=503)

    network.answer = rest
    engine.page.clock.install()
    engine.save()
    engine.start()
    engine.until_held(tries, 1)
    for _ in range(6):
        engine.until_phase("waiting")
        before = len(tries)
        engine.page.clock.fast_forward(61_000)
        engine.until_held(tries, before + 1)
    engine.until_phase("waiting")
    # An ill server is left its rest, also while people go on tapping.
    engine.save(2)
    engine.page.clock.fast_forward(25_000)
    assert len(tries) == 7


# ---- One bad record never blocks the others ----


def refusing(
    is_bad: Callable[[list[dict[str, Any]]], bool], status: int, body: str
) -> Callable[[Route], None]:
    """Give a server that refuses every batch that is bad, and works otherwise."""
    return lambda route: (
        route.fulfill(status=status, body=body, content_type="application/json")
        if is_bad(sent_in(route))
        else route.continue_()
    )


def poisoned(records: list[dict[str, Any]]) -> bool:
    return any(record["price_fen"] == 666 for record in records)


WORD = json.dumps({"error": "form", "message": "这条记录不是这个格式。"})


def test_a_batch_that_is_too_large_is_halved_until_it_fits(engine: Engine, network: Network) -> None:
    network.answer = refusing(lambda records: len(records) > 3, 413, '{"error": "too_many", "message": ""}')
    saved = ids(engine.save(count=RESIDENTS))
    engine.start()
    engine.until_all_sent()
    assert ledger() == saved
    assert engine.counts()["attention"] == 0


def test_a_poisoned_record_is_set_aside_with_the_servers_word_and_the_others_go_on(
    engine: Engine, network: Network
) -> None:
    network.answer = refusing(poisoned, 400, WORD)
    before, bad, after = engine.save(1, 4), engine.save(5, price_fen=666)[0], engine.save(6, 4)
    engine.start()
    engine.until("(await kept.counts()).saved === 0")
    assert ledger() == ids(before) + ids(after)
    counts = engine.counts()
    assert (counts["sent"], counts["attention"], counts["refused"], counts["unsent"]) == (8, 1, 1, 1)
    aside = engine.page.evaluate("() => kept.attention()")[0]
    assert (aside["id"], aside["refusal"]["status"]) == (bad["id"], 400)
    assert aside["refusal"]["message"] == "这条记录不是这个格式。"
    # It is not forgotten: the district hears of it, and once somebody has mended the server it is sent.
    engine.now()
    engine.until_phase("idle")
    assert the_tablet().unsent == 1
    network.heal()
    engine.page.evaluate("(id) => kept.requeue([id])", bad["id"])
    engine.until_all_sent()
    assert len(ledger()) == 9


def test_a_record_over_which_the_server_breaks_is_found_and_set_aside(
    engine: Engine, network: Network
) -> None:
    network.answer = refusing(poisoned, 500, "{}")
    saved = engine.save(1, 3), engine.save(4, price_fen=666), engine.save(5, 3)
    engine.start()
    engine.until("(carrier.state().phase === 'waiting' && carrier.now(), (await kept.counts()).saved === 0)")
    assert ledger() == ids(saved[0]) + ids(saved[2])
    assert ids(engine.page.evaluate("() => kept.attention()")) == ids(saved[1])


def test_what_the_real_server_cannot_take_waits_in_quarantine_and_says_why(engine: Engine) -> None:
    good, bad, late = engine.save(1), engine.save(2, price_fen=-5), engine.save(3)
    engine.start()
    engine.until_all_sent()
    assert ledger() == ids(good) + ids(late)
    entry = engine.page.evaluate("() => kept.attention()")[0]
    assert (entry["id"], entry["receipt"]["status"]) == (bad[0]["id"], "quarantined")
    assert entry["receipt"]["message"]
    db.session.rollback()
    assert db.session.scalars(select(QuarantinedRecord.record_id)).all() == ids(bad)


@pytest.mark.parametrize("status", [400, 413])
def test_who_refuses_everything_is_no_judge_of_one_record(
    status: int, engine: Engine, network: Network
) -> None:
    network.answer = says(status, "<html>no</html>", kind="text/html")
    engine.save(count=2)
    engine.start()
    engine.until_phase("waiting")
    counts = engine.counts()
    assert (counts["saved"], counts["attention"]) == (2, 0)


# ---- The credential ----


def test_a_revoked_tablet_wipes_what_it_knows_of_people_and_keeps_what_it_has_not_sent(
    engine: Engine, context: BrowserContext
) -> None:
    engine.start()
    engine.save(1)
    engine.until_all_sent()
    engine.until("(await kept.residents()).length > 0")
    context.set_offline(True)
    unsent = engine.save(2, 3)
    with transaction():
        service.revoke("T-1", by=COMMAND, at=clock.now())
    context.set_offline(False)
    engine.until_phase("revoked")
    engine.until("!(await kept.get('token'))")
    assert the_tablet().wiped_at is not None
    assert engine.page.evaluate(
        "async () => [(await kept.residents()).length, await kept.get('ground')]"
    ) == [0, None]
    entries = engine.entries()
    assert ids(entries) == ids(unsent)[::-1]
    assert {entry["name"] for entry in entries} == {""}
    assert "王秀英" not in engine.page.evaluate("async () => (await file.exportQueue(kept)).text()")
    # What is recorded now stays too, and the next load still knows.
    engine.save(5)
    engine.load()
    engine.start()
    engine.until_phase("revoked")
    assert engine.counts()["saved"] == 4
    # Another code makes it a tablet again, and what it recorded as the first goes out under that number.
    with transaction():
        code = service.prepare("C01", "后厨", by=COMMAND, at=clock.now())[1]
    assert engine.enrol(code)["tablet"]["no"] == "T-2"
    engine.until_all_sent()
    db.session.rollback()
    written = db.session.scalars(select(LedgerRecord.tablet).order_by(LedgerRecord.seq)).all()
    assert list(written) == ["T-1"] * 5


def test_a_tablet_that_is_not_known_keeps_everything_and_goes_on_recording(engine: Engine) -> None:
    engine.start()
    engine.until("(await kept.residents()).length > 0")
    token = engine.page.evaluate("() => kept.get('token')")
    engine.page.evaluate("() => kept.set('token', 'nobody')")
    engine.save(1, 2)
    engine.until_phase("unenrolled")
    assert engine.counts()["saved"] == 2
    assert len(engine.page.evaluate("() => kept.residents()")) == RESIDENTS
    engine.page.evaluate("(token) => kept.set('token', token)", token)
    engine.until_all_sent()
    assert len(ledger()) == 2


def test_a_code_that_is_not_good_enrols_nobody_and_says_why(context: BrowserContext) -> None:
    engine = Engine(context.new_page())
    answer = engine.enrol("AAAA-AAAA")
    assert (answer["ok"], answer["error"]) == (False, "code")
    assert "30 分钟" in answer["message"]
    context.set_offline(True)
    assert engine.enrol("AAAA-AAAA")["error"] == "offline"
    engine.start()
    engine.save()
    engine.until_phase("unenrolled")
    assert engine.counts()["saved"] == 1


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


# ---- Storage ----


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


# ---- Two tabs ----


@pytest.mark.parametrize("locks", ["with locks", "without locks"])
def test_two_tabs_record_at_once_and_send_each_meal_once(
    locks: str, engine: Engine, context: BrowserContext, network: Network
) -> None:
    sent: list[str] = []

    def watched(route: Route) -> None:
        sent.extend(record["id"] for record in sent_in(route))
        route.continue_()

    if locks == "without locks":
        context.add_init_script("Object.defineProperty(Navigator.prototype, 'locks', { value: undefined })")
        engine.load()
    other = Engine(context.new_page())
    network.answer = watched
    engine.start()
    other.start()
    tap = "(first) => { window.taps = Promise.all([0, 1, 2, 3, 4].map((step) => tapped(first + step))); }"
    for tab, first in ((engine, 1), (other, 6)):
        tab.page.evaluate(tap, first)
    for tab in (engine, other):
        tab.page.evaluate("() => taps")
    for tab in (engine, other):
        tab.until_all_sent()
        assert tab.counts()["sent"] == 10
    assert len(set(ledger())) == 10
    assert sorted(entry["seq"] for entry in engine.entries()) == list(range(1, 11))
    assert len(sent) == len(set(sent)) == 10
    # Both tell the same, whichever of them it was that met the server.
    for tab in (engine, other):
        tab.until_phase("idle")
    engine.until_held_by(lambda: int(last_contact(engine) == last_contact(other) != ""), 1)


def test_a_tab_that_is_closed_while_it_sends_leaves_the_sending_to_the_other(
    engine: Engine, context: BrowserContext, network: Network
) -> None:
    held: list[Route] = []
    network.answer = held.append
    other = Engine(context.new_page())
    saved = engine.save(count=3)
    engine.start()
    engine.until_held(held, 1)
    other.start()
    network.heal()
    engine.page.close()
    other.until_all_sent()
    assert ledger() == ids(saved)


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


# ---- Two tablets ----


def test_two_tablets_the_same_resident_the_same_minute(
    engine: Engine, new_context: Callable[[], BrowserContext]
) -> None:
    other = enrolled(new_context(), "后厨")
    # The second tablet tapped first, and its meal comes last.
    early = other.save(1)[0]
    late = engine.save(1)[0]
    engine.start()
    engine.until_all_sent()
    assert engine.entries()[0]["receipt"]["government_fen"] == 300
    other.start()
    other.until_all_sent()
    assert (other.entries()[0]["id"], other.entries()[0]["corrected"]) == (early["id"], False)
    # The first is told with its next roster: both are kept, one is subsidised, and both know why.
    engine.page.evaluate("() => carrier.refresh()")
    mine = engine.entries()[0]
    assert (mine["id"], mine["state"], mine["corrected"], mine["news"]) == (late["id"], "sent", True, 1)
    assert mine["receipt"]["reason"] == "cap_sitting"
    assert mine["receipt"]["message"]
    assert sorted(ledger()) == sorted([early["id"], late["id"]])
