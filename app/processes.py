"""Home of work beside a process: functions run in processes of their own, inside the application."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

from flask import Flask, current_app

from config import Config

_MAKER = "meal_circle_maker"


def install(app: Flask, make: Callable[[Config], Flask]) -> None:
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


def _enter(make: Callable[[Config], Flask], config: Config) -> None:
    """Make the application, and stay inside it for good."""
    make(config).app_context().push()
