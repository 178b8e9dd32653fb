"""The page without network, and a new version of it with a queue waiting."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from flask import Flask, Response, request
from playwright.sync_api import BrowserContext

from app import clock
from app.roles import COMMAND
from app.till import service
from app.transaction import transaction
from tests.support.engine import Engine
from tests.support.network import Network
from tests.support.source import APP
from tests.support.till_queue import MEALS, ledger

TILL = "/till/"
CHANGED = "till/sound.js"


@pytest.fixture
def files(app: Flask, tmp_path: Path) -> Path:
    """Let the application serve a copy of our files, which a test may change as an upgrade does."""
    copy = tmp_path / "static"
    shutil.copytree(APP / "static", copy)
    app.static_folder = str(copy)
    return copy


@pytest.fixture
def portal(app: Flask, files: Path) -> list[str]:  # noqa: ARG001 - the copy first
    """Give a list of addresses for which somebody else answers, as a captive portal does."""
    addresses: list[str] = []

    def intercept() -> Response | None:
        return Response("<html>Sign in</html>") if request.path in addresses else None

    app.before_request(intercept)
    return addresses


@pytest.fixture
def engine(portal: list[str], context: BrowserContext) -> Engine:  # noqa: ARG001 - before the first request
    """Give an enrolled tablet whose page is kept for use without network."""
    made = Engine(context.new_page(), TILL)
    with transaction():
        code = service.prepare("C01", "前台", by=COMMAND, at=clock.now())[1]
    assert made.enrol(code)["error"] is None
    made.until("Boolean(navigator.serviceWorker.controller)")
    # The application's own page sends; what it does with the screen is not this test's affair.
    made.until("Boolean(await kept.get('ground'))")
    return made


def version(engine: Engine) -> str:
    shown: str = engine.page.evaluate("() => document.documentElement.dataset.version")
    return shown


def test_the_page_opens_without_network_in_both_languages_and_takes_meals(
    engine: Engine, context: BrowserContext
) -> None:
    context.set_offline(True)
    for address in ("/till/en/", TILL):
        engine.address = address
        engine.load()
        engine.save()
    assert engine.counts()["saved"] == 2
    assert engine.page.locator("html").get_attribute("lang") == "zh-Hans"
    context.set_offline(False)
    engine.until_all_sent()
    assert len(ledger()) == 2


def test_a_new_version_waits_for_quiet_and_finds_the_queue_as_it_was(
    engine: Engine, context: BrowserContext, files: Path
) -> None:
    before = version(engine)
    network = Network(context, MEALS)
    network.answer = lambda route: route.abort()
    saved = [entry["id"] for entry in engine.save(1, 3)]
    engine.page.evaluate(
        """async () => {
          const { keep } = await import("/static/till/update.js");
          window.shell = keep(() => { window.isToldReady = true; });
          window.isSamePage = true;
        }"""
    )
    with (files / CHANGED).open("a", encoding="utf-8") as file:
        file.write("/* A new version. */\n")
    engine.page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/till/')).update()")
    engine.until("Boolean(window.isToldReady)")
    # It is there and waits: the page that people work with has not moved, and goes on recording.
    assert engine.page.evaluate("() => [shell.ready(), window.isSamePage]") == [True, True]
    assert "A new version" not in engine.page.evaluate(
        f"async () => (await fetch('/static/{CHANGED}')).text()"
    )
    saved += [entry["id"] for entry in engine.save(4, 1)]
    with engine.page.expect_navigation():
        engine.page.evaluate("() => shell.takeOver()")
    engine.load()
    assert version(engine) != before
    assert engine.page.evaluate(
        "async () => (await caches.keys()).filter((name) => name.startsWith('till-'))"
    ) == [f"till-{version(engine)}"]
    assert engine.page.evaluate(f"async () => (await fetch('/static/{CHANGED}')).text()").endswith(
        "version. */\n"
    )
    assert [entry["id"] for entry in engine.entries()] == saved[::-1]
    assert engine.counts()["unsent"] == 4
    network.heal()
    engine.page.evaluate("() => window.dispatchEvent(new Event('online'))")
    engine.until_all_sent()
    assert len(ledger()) == 4


def test_another_tab_is_not_torn_from_its_work_by_a_new_version(
    engine: Engine, context: BrowserContext, files: Path
) -> None:
    busy = Engine(context.new_page(), TILL)
    watch = """async () => {
      const { keep } = await import("/static/till/update.js");
      window.shell = keep(() => { window.isToldReady = true; });
    }"""
    for tab in (engine, busy):
        tab.page.evaluate(watch)
    (files / CHANGED).write_text("export const changed = true;\n", encoding="utf-8")
    engine.page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/till/')).update()")
    for tab in (engine, busy):
        tab.until("Boolean(window.isToldReady)")
    before = version(busy)
    with engine.page.expect_navigation():
        engine.page.evaluate("() => shell.takeOver()")
    engine.load()
    assert version(engine) != before
    assert busy.page.evaluate("() => window.isToldReady") is True
    assert version(busy) == before
    assert busy.save()[0]["state"] == "saved"
    with busy.page.expect_navigation():
        busy.page.evaluate("() => shell.takeOver()")
    busy.load()
    assert version(busy) == version(engine)


def test_a_new_version_that_comes_late_does_not_take_the_page_from_who_is_there_again(
    engine: Engine, files: Path
) -> None:
    before = version(engine)
    engine.page.evaluate(
        """async () => {
          const { keep } = await import("/static/till/update.js");
          window.shell = keep(() => { window.isToldReady = true; });
        }"""
    )
    (files / CHANGED).write_text("export const changed = true;\n", encoding="utf-8")
    engine.page.evaluate("async () => (await navigator.serviceWorker.getRegistration('/till/')).update()")
    engine.until("Boolean(window.isToldReady)")
    engine.page.evaluate(
        """() => {
          navigator.serviceWorker.addEventListener("controllerchange", () => { window.isChanged = true; });
          shell.takeOver();
          shell.notNow();
        }"""
    )
    engine.until("Boolean(window.isChanged)")
    # The worker has changed, and the page has not: it is still the one that heard of it.
    assert engine.save()[0]["state"] == "saved"
    assert version(engine) == before
    with engine.page.expect_navigation():
        engine.page.evaluate("() => shell.takeOver()")
    engine.load()
    assert version(engine) != before


def test_a_page_whose_database_has_moved_on_is_renewed_at_the_next_quiet_moment(
    engine: Engine, context: BrowserContext
) -> None:
    engine.page.evaluate(
        """async () => {
          const { keep } = await import("/static/till/update.js");
          window.shell = keep(() => { window.isToldReady = true; }, kept);
        }"""
    )
    newer = context.new_page()
    newer.goto("/healthz")
    newer.evaluate(
        """() => new Promise((resolve) => {
          const request = indexedDB.open("meal-circle-till", 99);
          request.onsuccess = () => { request.result.close(); resolve(); };
        })"""
    )
    engine.until("Boolean(window.isToldReady)")
    saved = engine.save()
    with engine.page.expect_navigation():
        engine.page.evaluate("() => shell.takeOver()")
    engine.load()
    assert [entry["id"] for entry in engine.entries()] == [saved[0]["id"]]


def test_a_version_that_did_not_come_whole_is_not_taken(
    engine: Engine, files: Path, portal: list[str]
) -> None:
    before = version(engine)
    (files / CHANGED).write_text("export const changed = true;\n", encoding="utf-8")
    portal.append(f"/static/{CHANGED}")
    engine.page.evaluate(
        """async () => {
          const registration = await navigator.serviceWorker.getRegistration("/till/");
          await registration.update();
          const worker = registration.installing || registration.waiting;
          window.fate = worker.state === "redundant" ? "redundant" : new Promise((resolve) => {
            worker.onstatechange = () => resolve(worker.state);
          });
        }"""
    )
    assert engine.page.evaluate("() => window.fate") == "redundant"
    engine.load()
    assert version(engine) != ""
    assert (
        engine.page.evaluate(f"async () => (await fetch('/static/{CHANGED}')).text()")
        != "<html>Sign in</html>"
    )
    assert version(engine) == before


def test_the_page_can_be_put_on_the_home_screen(engine: Engine) -> None:
    answer = engine.page.request.get("/till/manifest.webmanifest")
    manifest = json.loads(answer.text())
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == (
        "/till/",
        "/till/",
        "standalone",
    )
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        size = engine.page.evaluate(
            """(src) => new Promise((resolve, reject) => {
              const image = new Image();
              image.onload = () => resolve(`${image.naturalWidth}x${image.naturalHeight}`);
              image.onerror = reject;
              image.src = src;
            })""",
            icon["src"],
        )
        assert size == icon["sizes"]
