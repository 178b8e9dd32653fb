"""Home of the Redis that a test run starts itself: a broker of its own, in a folder of its own."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_START_SECONDS = 20.0


class NoRedis(Exception):
    """No Redis can be started here; the message says how to get one."""


@contextmanager
def running_redis(folder: Path) -> Iterator[str]:
    """Run a server until the block ends; give its URL.

    Raises: NoRedis.
    """
    program = shutil.which("redis-server")
    if program is None:
        message = "no Redis. Get it with: apt-get install redis-server"
        raise NoRedis(message)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:  # noqa: S603 - Debian's own
        try:
            _wait_for(port)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()


def _wait_for(port: int) -> None:
    end = time.monotonic() + _START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
