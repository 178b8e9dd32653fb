"""Home of a process that plans beside this one: how it is called in, what is said to it, and how it goes.

It is begun anew, since a forked process would inherit the threads of engines and servers half-way through;
and it takes `app` for a bare folder, so that it loads the planner and nothing of the web. It stands in a
session of its own: Ctrl-C at a terminal reaches only the process that knows what to do about it.
"""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock
from typing import Any

from app.delivery.routing.solver.share import Share
from app.errors import DomainError
from app.text import text

_BEGIN = (
    "import sys, types; "
    "app = sys.modules['app'] = types.ModuleType('app'); app.__path__ = [sys.argv[1]]; "
    "from app.delivery.routing.solver.worker import serve; serve()"
)
_APP = Path(__file__).parents[3]
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
"""Every process is one core's."""

_GOES_WITHIN = 20.0
"""Seconds in which a process that nobody needs any more has gone by itself."""


class ColleagueLost(DomainError):
    """A process of the crew has gone in the middle of its work; the system may have ended it."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            text(
                "A process that was planning has been ended; the machine may be short of memory: "
                "plan with fewer --workers."
            )
        )


class Colleague:
    """A process that plans one piece after another."""

    def __init__(self) -> None:
        """Begin the process; it loads the engines at once."""
        self._process = subprocess.Popen(  # noqa: S603  Our own code, in the same Python.
            [sys.executable, "-c", _BEGIN, str(_APP)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=os.environ | _ONE_THREAD,
            start_new_session=True,
        )
        self._sending = Lock()

    def say_when_ready(self, free: SimpleQueue[Colleague]) -> None:
        """Wait until the process has loaded the engines, and be free for work then."""
        with suppress(ColleagueLost):
            self.get_ready()
        free.put(self)

    def get_ready(self) -> None:
        """Wait until the process has loaded the engines.

        Raises: ColleagueLost when the process has gone.
        """
        self._heard()

    def planned(self, piece: Callable[..., Any], share: Share) -> Any:  # noqa: ANN401  Whatever a piece answers.
        """Let the process plan a piece; give its answer, or raise what it raised.

        Raises: ColleagueLost when the process has gone.
        """
        try:
            self._say((piece, share))
        except OSError as error:
            raise ColleagueLost from error
        is_answer, answer = self._heard()
        if not is_answer:
            raise answer
        return answer

    def end_soon(self) -> None:
        """Let the process end what it does soon, and whatever comes after it at once."""
        with suppress(OSError, ValueError):
            self._say(None)

    def leave(self) -> None:
        """Let the process go: it hears nothing any more and ends; one that does not is ended."""
        input_, output = self._process.stdin, self._process.stdout
        with suppress(OSError):
            if input_ is not None:
                input_.close()
        try:
            self._process.wait(_GOES_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if output is not None:
            output.close()

    def _say(self, what: object) -> None:
        with self._sending:
            if self._process.stdin is not None:
                pickle.dump(what, self._process.stdin)
                self._process.stdin.flush()

    def _heard(self) -> Any:  # noqa: ANN401  As above.
        if self._process.stdout is None:
            raise ColleagueLost
        try:
            return pickle.load(self._process.stdout)  # noqa: S301  Our own process said it.
        except (EOFError, pickle.UnpicklingError) as error:
            raise ColleagueLost from error
