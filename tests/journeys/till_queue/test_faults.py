"""What may answer instead of the server: nothing is dropped, nothing is set aside, nothing is doubled."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route

from tests.support.engine import Engine
from tests.support.network import Answer, Network
from tests.support.till_queue import (
    ids,
    ledger,
    says,
)

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
    # The list of residents is asked for at the start as well, and its answer is a contact.
    engine.until("carrier.state().roster_at !== null")
    for fault, answer in FAULTS.items():
        # Receipts are kept before the carrier tells of the contact.
        engine.until_phase("idle")
        contact = engine.state()["last_contact_at"]
        network.answer = answer
        more = ids(engine.save(count=2))
        engine.now()
        engine.until("carrier.state().phase === 'waiting' && carrier.state().last_error !== null")
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
        # A sign of life carries no records.
        receipts = change(body["receipts"]) if body["receipts"] else []
        route.fulfill(response=response, json=body | {"receipts": receipts})

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
