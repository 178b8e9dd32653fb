"""Home of what a process of the crew does: it plans what it is told until nobody speaks to it any more."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from io import BufferedIOBase
from queue import SimpleQueue
from threading import Thread
from time import sleep
from typing import Any

from app.delivery.routing.solver.engines import load_engines
from app.delivery.routing.solver.meter import ASKED_AGAIN_AFTER, Stop


def serve() -> None:
    """Answer what comes in at the standard input, one piece of planning after another."""
    answers = os.fdopen(os.dup(1), "wb")
    # What an engine may print must not get between the answers.
    os.dup2(2, 1)
    load_engines()
    _say(answers, None)
    asked, stop = SimpleQueue[Any](), Stop()
    Thread(target=_listen, args=(sys.stdin.buffer, asked, stop), daemon=True).start()
    while (task := asked.get()) is not None:
        piece, share = task
        try:
            _say(answers, (True, piece(share, stop)))
        except Exception as error:  # noqa: BLE001  Whoever asked must hear of it, whatever it is.
            error.add_note(traceback.format_exc())
            _say(answers, (False, error))
    os._exit(0)


def _listen(said: BufferedIOBase, asked: SimpleQueue[Any], stop: Stop) -> None:
    """Hear what is to be planned, and the wish to end soon; when nobody speaks any more, the end."""
    try:
        while True:
            task = pickle.load(said)  # noqa: S301  Our own process said it.
            if task is None:
                Thread(target=_keep_asking, args=(stop,), daemon=True).start()
            else:
                asked.put(task)
    except (EOFError, OSError):
        asked.put(None)
        _keep_asking(stop)


def _keep_asking(stop: Stop) -> None:
    """Ask to end again and again: an engine may begin just after it was interrupted."""
    while True:
        stop.ask()
        sleep(ASKED_AGAIN_AFTER)


def _say(answers: Any, what: object) -> None:  # noqa: ANN401  A file of bytes.
    """Say one thing whole, or nothing."""
    answers.write(pickle.dumps(what))
    answers.flush()
