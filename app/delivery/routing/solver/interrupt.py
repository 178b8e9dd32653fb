"""Home of ending the planning by Ctrl-C, with the best plan so far."""

from __future__ import annotations

import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from contextvars import copy_context
from typing import TypeVar

from app.delivery.routing.solver.meter import ASKED_AGAIN_AFTER, Stop

Answer = TypeVar("Answer")


def until_interrupted(work: Callable[[Stop], Answer]) -> Answer:
    """Let work go on in a thread of its own until it is done, or Ctrl-C asks it to end.

    Only the main thread hears Ctrl-C, and an engine would keep it from listening.
    """
    stop = Stop()
    with ThreadPoolExecutor(1) as thread:
        answer = thread.submit(copy_context().run, work, stop)
        before = signal.signal(signal.SIGINT, lambda *_: stop.ask())
        try:
            while wait([answer], ASKED_AGAIN_AFTER).not_done:
                if stop.is_asked:
                    stop.ask()
            return answer.result()
        finally:
            signal.signal(signal.SIGINT, before)
