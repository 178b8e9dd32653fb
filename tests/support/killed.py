"""Home of an act that is killed in its midst, by a process of its own that dies after so many writes.

The process waits for a number on its standard input; for each it lets a child take the act, which gets
SIGKILL once that many statements have written something, and it answers with what became of the child.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from flask import Flask
from sqlalchemy import Engine, event

from tests.support.databases import application
from tests.support.source import ROOT

KILLED, ENDED = "killed", "ended"
_WRITES = ("INSERT", "UPDATE", "DELETE")


class Killer:
    """What lets an act begin and kills it; `act` is `module:function`, and the function needs nothing."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        """Speak to a process that waits for numbers."""
        self._process = process

    def after(self, writes: int) -> str:
        """Let the act begin and kill it after so many writes; tell whether it was `KILLED` or `ENDED`."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{writes}\n")
        self._process.stdin.flush()
        return self._process.stdout.readline().strip()


@contextmanager
def killer(act: str, data_dir: Path, database_url: str) -> Iterator[Killer]:
    """Give what kills an act on a database."""
    command = [sys.executable, "-m", "tests.support.killed", act, str(data_dir), database_url]
    with subprocess.Popen(  # noqa: S603 - our own program
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Killer(process)
        assert process.stdin is not None
        process.stdin.close()


def _take(app: Flask, act: Callable[[], None], *, writes: int) -> None:
    """Take the act in this process, and die after so many writes."""
    left = [writes]

    def count(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        left[0] -= statement.lstrip().upper().startswith(_WRITES)
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", count)
    with app.app_context():
        act()


def _main(act: str, data_dir: str, database_url: str) -> None:
    module, name = act.split(":")
    # The application connects in the child; what is loaded here need not be loaded by each of them.
    app, taken = application(Path(data_dir), database_url), getattr(import_module(module), name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _take(app, taken, writes=int(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        sys.stdout.write(f"{_became(status)}\n")
        sys.stdout.flush()


def _became(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return KILLED
    return ENDED if status == 0 else f"failed: {status}"


if __name__ == "__main__":
    _main(*sys.argv[1:])
