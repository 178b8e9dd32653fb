"""Home of work beside a process: functions run in processes of their own, inside the application."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from threading import Thread

from flask import current_app

from app.late import Application
from config import Config

_MAKER = "meal_circle_maker"


def install(app: Application, make: Callable[[Config], Application]) -> None:
    """Let the application's processes make it again for themselves."""
    app.extensions[_MAKER] = make


@contextmanager
def processes(count: int) -> Iterator[Executor]:
    """Give so many processes, each inside an application with the same settings, until the block ends.

    A process takes a second or two to be ready. What it is given and what it answers are pickled; it has its
    own connection, and sees what is committed. When the block fails, what has not begun is left.
    """
    make, config = current_app.extensions[_MAKER], current_app.config["MEAL_CIRCLE"]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, spawn, initializer=_enter, initargs=(make, config)) as pool:
        try:
            yield pool
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def beside(function: Callable[[], None]) -> BaseProcess:
    """Begin one process inside an application with the same settings: it calls a function, and goes.

    When the process that asked has gone, however it went, this one goes at once.
    """
    make, config = current_app.extensions[_MAKER], current_app.config["MEAL_CIRCLE"]
    process = multiprocessing.get_context("spawn").Process(target=_call, args=(make, config, function))
    process.start()
    return process


def _call(make: Callable[[Config], Application], config: Config, function: Callable[[], None]) -> None:
    Thread(target=_go_with_the_parent, daemon=True).start()
    _enter(make, config)
    function()


def _go_with_the_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _enter(make: Callable[[Config], Application], config: Config) -> None:
    """Make the whole application, and stay inside it for good."""
    app = make(config)
    app.open()
    app.app_context().push()
