"""Home of a server that is a process of its own, so that a test can end it in the midst of its work."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests.support.source import ROOT

_PATIENCE_SECONDS = 60


class Served:
    """The application behind waitress on a port of its own, over a database that outlasts it."""

    def __init__(self, data_dir: Path, database_url: str, *options: str, **settings: str) -> None:
        """Choose a free port; `start` begins to serve, with these options and settings."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = os.environ | {"DATA_DIR": str(data_dir), "DATABASE_URL": database_url, **settings}
        self._options = options
        self._process: subprocess.Popen[bytes] | None = None
        self._log = data_dir / "served.log"

    def start(self) -> None:
        """Begin to serve, and wait until it does."""
        command = [
            sys.executable,
            *("-m", "flask", "--app", "wsgi", "serve", f"--port={self.port}", "--threads=4"),
            *self._options,
        ]
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program
                command, cwd=ROOT, env=self._environment, stdout=subprocess.DEVNULL, stderr=log
            )
        end = time.monotonic() + _PATIENCE_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > end:
                message = "the server did not start"
                raise RuntimeError(message)

    def kill(self) -> None:
        """End it at once, whatever it is doing; what it had committed is all that is left."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def stop(self) -> int:
        """Ask it to end; give with which status it did."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(_PATIENCE_SECONDS)
        self._process = None
        return status

    def log(self) -> list[str]:
        """Give the lines that it wrote on its standard error."""
        return self._log.read_text(encoding="utf-8").splitlines()

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.address}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)
        except (URLError, ConnectionError, TimeoutError):
            return False

    def __enter__(self) -> Self:
        """Begin to serve."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        self.kill()
