"""Home of the fixtures of journeys: a live server and Debian's Chromium. Journeys run on SQLite alone.

`page.goto("/")` opens the live server, which runs `app` on this test's own database.
"""

from __future__ import annotations

import ctypes
import shutil
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import ConsoleMessage, Page, expect
from waitress.server import create_server
from waitress.wasyncore import close_all

from tests.support.databases import SqliteTemplate, Template

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 15_000
LEFT_MEANWHILE = ("htmx:sendAbort", "htmx:afterRequest")
"""What htmx says when a page is left while it asks for a part of it, which no one will see any more."""


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    """Give the migrated database that every journey's own is copied from."""
    return SqliteTemplate(tmp_path_factory.mktemp("journeys"))


@pytest.fixture
def live_server(app: Flask) -> Iterator[str]:
    """Give the address of the application, served by what serves it in earnest while the test runs."""
    assert app.url_map  # Loads every page here, so that no browser waits for it.
    sockets: dict[int, Any] = {}
    server = create_server(app, map=sockets, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.task_dispatcher.shutdown()
    # The thread that reads the sockets closes them, and ends when none is left.
    server.trigger.pull_trigger(lambda: close_all(sockets))
    thread.join()


@pytest.fixture(scope="session", autouse=True)
def _what_a_browser_needs() -> None:
    """Leave the journeys out where they cannot run, and say what would let them."""
    if _chromium() is None:
        needed = "chromium-headless-shell fonts-noto-cjk"
        pytest.skip(f"browser tests: no Chromium. Get it with: sudo apt-get install {needed}")
    try:
        ctypes.CDLL("libatomic.so.1")
    except OSError:
        pytest.skip("browser tests: no libatomic. Get it with: sudo apt-get install libatomic1")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, object]:
    """Tell playwright to drive Debian's Chromium, and Chromium to talk to nobody but us."""
    return {"executable_path": _chromium(), "args": FLAGS}


def _chromium() -> str | None:
    """Find Debian's Chromium, rather without the windows that nobody looks at: they take most of its time."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


@pytest.fixture
def browser_context_args(live_server: str) -> dict[str, object]:
    """Look at pages as a site's tablet does, held sideways."""
    return {
        "base_url": live_server,
        "viewport": {"width": 1280, "height": 800},
        "locale": "zh-CN",
        "timezone_id": "Asia/Shanghai",
    }


@pytest.fixture
def page(page: Page) -> Iterator[Page]:
    """Give a tab; what its scripts and the content policy complain of fails the test."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(LEFT_MEANWHILE):
            complaints.append(message.text)

    page.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    assert complaints == []
