"""Two tabs of one tablet, and two tablets with the same resident."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Route

from tests.support.engine import Engine
from tests.support.network import Network
from tests.support.till_queue import (
    enrolled,
    ids,
    last_contact,
    ledger,
    sent_in,
)

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
