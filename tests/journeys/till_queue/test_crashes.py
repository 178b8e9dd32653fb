"""Two hundred meals through everything at once: cuts, crashes, two tabs, a server killed at work."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Playwright, Request, Route
from sqlalchemy import select

from app import clock
from app.extensions import db
from app.meals.models import LedgerRecord
from app.roles import COMMAND
from app.till import service
from app.transaction import transaction
from tests.support.engine import Engine
from tests.support.network import Network
from tests.support.profile import crash, opened
from tests.support.served import Served
from tests.support.till_queue import MEALS

TILL = "/till/"
ALL = 200
ROUND = 10


@pytest.fixture
def server(app: Flask, database: str, tmp_path: Path) -> Iterator[Served]:  # noqa: ARG001 - rows first
    """Give a server that can be killed, over this test's database."""
    with Served(tmp_path, database) as served:
        yield served


class Counter:
    """A counter with a tablet, at which nothing goes well, and somebody goes on recording."""

    def __init__(
        self, playwright: Playwright, server: Served, launch: dict[str, object], folder: Path
    ) -> None:
        """Switch the tablet on for the first time."""
        self.playwright, self.server, self.launch, self.folder = playwright, server, launch, folder
        self.ticks: list[str] = []
        self._open = ExitStack()
        self._switch_on()

    def _switch_on(self) -> None:
        self.context: BrowserContext = self._open.enter_context(
            opened(self.playwright.chromium, self.folder, self.launch)
        )
        self.network = Network(self.context, MEALS)
        self.context.expose_binding("ticked", lambda _source, id_: self.ticks.append(id_))
        self.tabs = [Engine(self.context.new_page(), f"{self.server.address}{TILL}") for _ in range(2)]

    def crash(self) -> None:
        """Kill the browser and switch the tablet on again: what was ticked must be there."""
        crash(self.folder)
        self._open.close()
        self._open = ExitStack()
        self._switch_on()
        assert set(self.ticks) <= {entry["id"] for entry in self.tabs[0].entries()}

    def tap(self, count: int) -> int:
        """Begin to record meals in both tabs at once; give how many ticks there were before."""
        before = len(self.ticks)
        first = before + 1
        for place, tab in enumerate(self.tabs):
            numbers = list(range(first + place, first + count, 2))
            tab.page.evaluate(
                """(numbers) => numbers.forEach((number) => {
                  tapped(number).then(([entry]) => ticked(entry.id));
                })""",
                numbers,
            )
        return before

    def record(self, count: int = ROUND) -> None:
        """Record meals in both tabs at once, and wait for every tick."""
        before = self.tap(count)
        self.until_ticks(before + count)

    def until_ticks(self, number: int) -> None:
        """Wait for a number of ticks."""
        self.tabs[0].until_held(self.ticks, number)

    def tell_online(self) -> None:
        """Let the browser say that the network is back, as it does after a cut."""
        for tab in self.tabs:
            tab.page.evaluate("() => window.dispatchEvent(new Event('online'))")

    def switch_off(self) -> None:
        """End the browser in peace."""
        self._open.close()


def usual(counter: Counter) -> None:
    counter.record()


def cut(counter: Counter) -> None:
    counter.context.set_offline(True)
    counter.record()
    counter.context.set_offline(False)


def reloaded(counter: Counter) -> None:
    counter.record()
    for tab in counter.tabs:
        tab.load()


def reloaded_without_network(counter: Counter) -> None:
    counter.context.set_offline(True)
    for tab in counter.tabs:
        tab.load()
    counter.record()
    counter.context.set_offline(False)


def crashed(counter: Counter) -> None:
    before = counter.tap(ROUND)
    counter.until_ticks(before + 3)
    counter.crash()
    # Whoever stands at the counter looks at the list, and records again what is not there.
    kept = [entry["id"] for entry in counter.tabs[0].entries()]
    counter.ticks[:] = kept[::-1]
    missing = before + ROUND - len(kept)
    if missing:
        counter.record(missing)


def server_killed(counter: Counter) -> None:
    asked: list[str] = []

    def kill(request: Request) -> None:
        if request.url.endswith("/meals") and not asked:
            asked.append(request.url)
            counter.server.kill()

    counter.context.on("request", kill)
    counter.tap(ROUND)
    counter.tabs[0].until_held(asked, 1)
    counter.context.remove_listener("request", kill)
    counter.server.start()
    counter.tell_online()


def answer_lost(counter: Counter) -> None:
    lost: list[int] = []

    def swallow(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort("connectionreset")

    counter.network.answer = swallow
    counter.record()
    counter.tabs[0].until_held(lost, 1)
    counter.network.heal()
    counter.tell_online()


MISHAPS: dict[Callable[[Counter], None], int] = {
    usual: 3,
    cut: 4,
    reloaded: 2,
    reloaded_without_network: 2,
    crashed: 3,
    server_killed: 3,
    answer_lost: 3,
}


def ledger() -> list[LedgerRecord]:
    db.session.rollback()
    return list(db.session.scalars(select(LedgerRecord)))


def test_two_hundred_meals_are_two_hundred_meals(
    server: Served, playwright: Playwright, browser_type_launch_args: dict[str, object], tmp_path: Path
) -> None:
    counter = Counter(playwright, server, browser_type_launch_args, tmp_path / "profile")
    with transaction():
        code = service.prepare("C01", "前台", by=COMMAND, at=clock.now())[1]
    assert counter.tabs[0].enrol(code)["error"] is None
    counter.tabs[0].until("Boolean(navigator.serviceWorker.controller)")
    rounds = [mishap for mishap, times in MISHAPS.items() for _ in range(times)]
    random.Random(20261123).shuffle(rounds)  # noqa: S311 - the same mishaps each time
    assert len(rounds) * ROUND == ALL
    for done, mishap in enumerate(rounds, start=1):
        mishap(counter)
        counter.until_ticks(done * ROUND)
    counter.tell_online()
    for tab in counter.tabs:
        tab.until_all_sent()
    entries = counter.tabs[0].entries()
    counter.switch_off()
    rows = ledger()
    assert len(rows) == len(entries) == len(set(counter.ticks)) == ALL
    assert {str(row.id) for row in rows} == {entry["id"] for entry in entries} == set(counter.ticks)
    assert sorted(entry["seq"] for entry in entries) == list(range(1, ALL + 1))
    assert {entry["receipt"]["status"] for entry in entries} == {"accepted"}
