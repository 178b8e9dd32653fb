"""Home of driving the till's modules in a tab of their own: what the page does, without the page.

The tab stands on an address of the same origin that shows nothing, so that the database, the locks and the
channel between tabs are the ones that the page has.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from playwright.sync_api import Page

NOWHERE = "/healthz"
VERSION = "journey"
PATIENCE_SECONDS = 15

_LOAD = """async (version) => {
  const names = ["store", "sync", "pin", "file", "search", "rules"];
  const modules = await Promise.all(names.map((name) => import(`/static/till/${name}.js`)));
  names.forEach((name, place) => { window[name] = modules[place]; });
  window.version = version;
  window.states = [];
  window.kept = await store.open();
  window.tapped = (number, changes = {}) => kept.save([Object.assign({
    resident: `R-${String(number).padStart(6, "0")}`, sitting: "lunch", channel: "dine_in", price_fen: 1500,
    served_at: new Date().toISOString(), by: "", reverses: null, reason: null,
  }, changes)], [{
    shown: { government_fen: 300, operator_fen: 0, charity_fen: 0, resident_fen: 1200, reason: "ok" },
    name: "王秀英",
  }]);
}"""
_START = """() => {
  window.carrier = sync.start(kept, { version, onState: (state) => states.push(state) });
}"""
_SAVE = """async ([first, count, changes]) => {
  const entries = [];
  for (let number = first; number < first + count; number += 1) {
    entries.push(...await tapped(number, changes));
  }
  return entries;
}"""


class Engine:
    """One tab with the till's modules in it."""

    def __init__(self, page: Page, address: str = NOWHERE) -> None:
        """Load the modules and open the store."""
        self.page, self.address = page, address
        self.load()

    def load(self) -> None:
        """Load the tab, or load it anew."""
        self.page.goto(self.address)
        self.page.evaluate(_LOAD, VERSION)

    def start(self) -> None:
        """Begin to carry."""
        self.page.evaluate(_START)

    def enrol(self, code: str) -> dict[str, Any]:
        """Trade a code for the tablet's credential."""
        answer: dict[str, Any] = self.page.evaluate("(code) => sync.enrol(kept, code, version)", code)
        return answer

    def save(self, first: int = 1, count: int = 1, **changes: object) -> list[dict[str, Any]]:
        """Tap: a lunch of each of some residents, one after another; give their entries."""
        entries: list[dict[str, Any]] = self.page.evaluate(_SAVE, [first, count, changes])
        return entries

    def counts(self) -> dict[str, Any]:
        """Count the queue."""
        counts: dict[str, Any] = self.page.evaluate("() => kept.counts()")
        return counts

    def entries(self) -> list[dict[str, Any]]:
        """Give all entries, the newest first."""
        entries: list[dict[str, Any]] = self.page.evaluate("() => kept.recent(100000)")
        return entries

    def state(self) -> dict[str, Any]:
        """Give what the carrier says."""
        state: dict[str, Any] = self.page.evaluate("() => carrier.state()")
        return state

    def now(self) -> None:
        """Let the carrier try at once."""
        self.page.evaluate("() => carrier.now()")

    def until(self, claim: str) -> None:
        """Wait until something holds, said in the page's language.

        Asked from here and not in the page, where a promise passes for a yes and a test may hold the clock.
        """
        end = time.monotonic() + PATIENCE_SECONDS
        while not self.page.evaluate(f"async () => {claim}"):
            assert time.monotonic() < end, f"not so: {claim}; {self.page.evaluate('() => states.slice(-3)')}"
            self.page.wait_for_timeout(10)

    def until_held(self, held: Sequence[object], number: int) -> None:
        """Wait until a test's own list, which a route fills, holds so many."""
        self.until_held_by(lambda: len(held), number)

    def until_held_by(self, count: Callable[[], int], number: int) -> None:
        """Wait until a test's own count, which the browser's events raise, has come so far."""
        end = time.monotonic() + PATIENCE_SECONDS
        while count() < number:
            assert time.monotonic() < end, f"{count()} of {number}"
            self.page.wait_for_timeout(10)

    def until_all_sent(self) -> None:
        """Wait until the queue itself says that the server has everything."""
        self.until("(await kept.counts()).unsent === 0 && (await kept.counts()).closes_unsent === 0")

    def until_phase(self, phase: str) -> None:
        """Wait until the carrier says so."""
        self.until(f"carrier.state().phase === '{phase}'")
