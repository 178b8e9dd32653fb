"""Attempts are counted in a Redis that all processes share; while it is away people come in, and count."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask

from tests.support.databases import application
from tests.support.pages import in_use
from tests.support.redis import NoRedis, running_redis


@contextmanager
def counting_in(redis: str, folder: Path, database: str) -> Iterator[Flask]:
    """Give the application that shows three pages an hour to one address, inside its context."""
    app = application(folder, database, rate_limit_storage=redis, visitor_limit="3 per hour")
    with in_use(app):
        yield app


def looks(app: Flask, times: int) -> list[int]:
    return [app.test_client().get("/sign-in").status_code for _ in range(times)]


def test_a_redis_that_was_never_there_keeps_nobody_out(
    database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The import linter, in the same process, silences every log that it finds.
    monkeypatch.setattr(logging.getLogger("app.web.throttle"), "disabled", False)
    with counting_in("redis://127.0.0.1:1/0", tmp_path, database) as app:
        assert looks(app, 4) == [200, 200, 200, 429]
    told = [record.getMessage() for record in caplog.records if record.name == "app.web.throttle"]
    assert told == ["attempts are counted in this process alone"]


def test_a_redis_that_goes_leaves_each_process_its_own_count(database: str, tmp_path: Path) -> None:
    with ExitStack() as stack:
        try:
            redis = stack.enter_context(running_redis(tmp_path))
        except NoRedis as missing:
            pytest.skip(f"attempts counted in a Redis: {missing}")
        with counting_in(redis, tmp_path, database) as app:
            assert looks(app, 4) == [200, 200, 200, 429]
            stack.close()
            began = time.monotonic()
            assert looks(app, 4) == [200, 200, 200, 429]
            assert time.monotonic() - began < 10, "nobody waits long for what is not there"
