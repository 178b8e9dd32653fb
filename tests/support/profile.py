"""Home of a browser whose profile outlasts it, so that a test can kill it and open what is left."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Error

_PATIENCE_SECONDS = 30


@contextmanager
def opened(browser_type: BrowserType, folder: Path, launch: dict[str, object]) -> Iterator[BrowserContext]:
    """Open the profile in a folder; the block may end by `crash`."""
    context = browser_type.launch_persistent_context(
        folder,
        **launch,  # type: ignore[arg-type]  # as pytest-playwright gives it
        viewport={"width": 1280, "height": 800},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
    )
    try:
        yield context
    finally:
        # It may have been killed, which is what the test is about.
        with suppress(Error):
            context.close()


def crash(folder: Path) -> None:
    """Kill every process of the browser that has this profile open, as a power cut would."""
    mine = _processes_of(folder)
    if not mine:
        message = f"no browser has {folder} open"
        raise RuntimeError(message)
    for process in mine:
        os.kill(process, signal.SIGKILL)
    end = time.monotonic() + _PATIENCE_SECONDS
    while _processes_of(folder):
        if time.monotonic() > end:
            message = f"the browser of {folder} does not end"
            raise RuntimeError(message)


def _processes_of(folder: Path) -> list[int]:
    """Find the processes that name the profile's folder on their command line; nobody else's do."""
    wanted = f"--user-data-dir={folder}".encode()
    return [
        int(entry.name)
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and wanted in _words(entry)
    ]


def _words(process: Path) -> list[bytes]:
    try:
        return (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return []
